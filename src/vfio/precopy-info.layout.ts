import { bit, bits, rest, struct, u32, u64 } from '../layout/index.ts'
import { vfioFacts } from './facts.layout.ts'
import { following } from './following.layout.ts'

/** Argument of VFIO_MIG_GET_PRECOPY_INFO, asked of the migration data file. */
export const precopyInfo = struct(
  'vfio-precopy-info',
  {
    argsz: u32.doc('24'),
    flags: bits(u32, {
      reinit: bit(0)
        .doc('initialBytes started anew; only where feature 12 was set, else an echo of what the caller wrote')
        .known('recalled'),
      reserved: rest(),
    }),
    initialBytes: u64.doc('bytes of the first copy that are left; stay in PRE_COPY until there are none'),
    dirtyBytes: u64.doc('bytes that changed since they were read'),
    following,
  },
  vfioFacts('VFIO pre-copy information', 'vfio_precopy_info'),
)
