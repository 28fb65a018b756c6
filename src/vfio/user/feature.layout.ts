import { atLeast, bytes, choice, framed, optional, remaining, struct, u32 } from '../../layout/index.ts'
import { deviceFeature } from '../device-feature/device-feature.layout.ts'
import { migDeviceState, migrationFlags } from '../device-feature/payloads.layout.ts'
import { vfioUserLoggingControl, vfioUserLoggingReport } from './dma.layout.ts'
import { facts } from './header.layout.ts'

/** The features that vfio-user has, as linux/vfio.h numbers them; what the kernel keeps behind addresses stands inline. */
const payloads = {
  1: migrationFlags,
  2: migDeviceState,
  6: vfioUserLoggingControl,
  8: vfioUserLoggingReport,
} as const

/** Features of a device, asked, answered or set. */
export const vfioUserDeviceFeature = struct(
  'vfio-user-device-feature',
  {
    argsz: u32.doc('most bytes that the reply may have; in the reply what it has'),
    flags: deviceFeature.fields.flags,
    data: optional(atLeast(remaining, 1), framed(remaining, choice('flags.feature', payloads, bytes(remaining)))).doc(
      'of the feature; absent in probes, and where get asks for what it needs no range for',
    ),
  },
  facts('vfio-user device feature', 'libvfio-user include/vfio-user.h struct vfio_user_device_feature'),
)
