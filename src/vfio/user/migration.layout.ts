import { bytes, remaining, struct, u32 } from '../../layout/index.ts'
import { facts } from './header.layout.ts'

const SOURCE = 'libvfio-user include/vfio-user.h struct vfio_user_mig_data'
const argsz = u32.doc('most bytes that the reply may have; in data, header and data')

/** Asks for migration data. */
export const vfioUserMigDataRequest = struct(
  'vfio-user-mig-data-request',
  { argsz, size: u32.doc('bytes wanted') },
  facts('vfio-user migration data request', SOURCE),
)

/** Migration data, on its way out of the source or into the destination. */
export const vfioUserMigData = struct(
  'vfio-user-mig-data',
  {
    argsz,
    size: u32.doc('bytes of data; in a reply fewer than asked for at the end'),
    data: bytes('size'),
    following: bytes(remaining).doc("libvfio-user's server sends the room that was asked for, whatever it used"),
  },
  facts('vfio-user migration data', SOURCE),
)
