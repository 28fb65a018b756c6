import { struct, u16, u32 } from '../layout/index.ts'

/** Bytes of the header. */
export const CAPABILITY_HEADER_SIZE = 8

/** What every capability of an info structure starts with. */
export const capabilityHeader = struct(
  'vfio-info-cap-header',
  {
    id: u16,
    version: u16,
    next: u32.doc('offset of the next capability from the start of the info structure; 0: there is none'),
  },
  { title: 'VFIO capability header', source: 'linux/vfio.h struct vfio_info_cap_header' },
)
