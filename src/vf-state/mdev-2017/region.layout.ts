import { enumeration, struct, u8 } from '../../layout/index.ts'

/** The first byte of the device state region; the image follows. */
export const mdevRegionHead = struct(
  'mdev-2017-region-head',
  { runState: enumeration(u8, { 0: 'START', 1: 'STOP' }).doc('VFIO_DEVICE_START or VFIO_DEVICE_STOP') },
  {
    title: 'Run state of the device state region',
    source:
      'Yulei Zhang, "Introduce Live migration capability to vfio_mdev device", V2 to V4, August 2017 to May 2018; patches "drm/i915/gvt"',
  },
)
