import { struct, u16, u32 } from '../layout/index.ts'
import { vfioFacts } from './facts.layout.ts'

/** Bytes of the header. */
export const CAPABILITY_HEADER_SIZE = 8

/** Header of every capability of an information structure. */
export const infoCapability = struct(
  'vfio-info-cap-header',
  {
    id: u16,
    version: u16.doc('1 for all that are known'),
    next: u32.asHex().doc('next capability, in bytes from the start of the information structure; 0 at the end'),
  },
  vfioFacts('VFIO information capability header', 'vfio_info_cap_header'),
)
