import { bit, bits, rest, struct, u32, u64 } from '../../layout/index.ts'
import { vfioFacts } from '../facts.layout.ts'
import { following } from '../following.layout.ts'

/** Argument of VFIO_DEVICE_QUERY_GFX_PLANE: the picture that a virtual display shows. */
export const gfxPlane = struct(
  'vfio-gfx-plane',
  {
    argsz: u32.doc('64'),
    flags: bits(u32, {
      probe: bit(0).doc('only asks whether the kind is there'),
      dmabuf: bit(1).doc('as a DMA buffer'),
      region: bit(2).doc('as a region'),
      reserved: rest(),
    }),
    drmPlaneType: u32.doc('DRM_PLANE_TYPE_...'),
    drmFormat: u32.asHex().doc('four characters of DRM_FORMAT_...'),
    drmFormatMod: u64.asHex().doc('DRM_FORMAT_MOD_...'),
    width: u32.doc('pixels'),
    height: u32.doc('pixels'),
    stride: u32.doc('bytes of a row'),
    size: u32.doc('bytes'),
    xPos: u32.doc('of the cursor'),
    yPos: u32.doc('of the cursor'),
    xHot: u32.doc('of the cursor; all ones: not known'),
    yHot: u32.doc('of the cursor; all ones: not known'),
    regionIndexOrDmabufId: u32.doc('as the flags say'),
    reserved: u32.doc('0'),
    following,
  },
  vfioFacts('VFIO display plane', 'vfio_device_gfx_plane_info'),
)
