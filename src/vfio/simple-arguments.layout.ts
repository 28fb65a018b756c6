import { i32, remaining, struct, text, u32 } from '../layout/index.ts'

/** Argument of requests that point to a descriptor. */
export const descriptorArgument = struct(
  'vfio-descriptor',
  { fd: i32 },
  { title: 'VFIO argument of one descriptor', source: 'linux/vfio.h VFIO_GROUP_SET_CONTAINER', byteOrder: 'parameter' },
)

/** Argument of VFIO_DEVICE_GET_GFX_DMABUF. */
export const gfxDmabuf = struct(
  'vfio-gfx-dmabuf',
  { dmabufId: u32.doc('as VFIO_DEVICE_QUERY_GFX_PLANE names the buffer') },
  { title: 'VFIO display buffer', source: 'linux/vfio.h VFIO_DEVICE_GET_GFX_DMABUF', byteOrder: 'parameter' },
)

/** Argument of VFIO_GROUP_GET_DEVICE_FD. */
export const deviceName = struct(
  'vfio-device-name',
  { name: text(remaining).doc('address of a PCI device, or UUID of a mediated one; a NUL ends it') },
  { title: 'VFIO device name', source: 'linux/vfio.h VFIO_GROUP_GET_DEVICE_FD', byteOrder: 'parameter' },
)
