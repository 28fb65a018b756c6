import {
  array,
  atLeast,
  bit,
  bits,
  i32,
  leastSize,
  multiply,
  optional,
  remaining,
  rest,
  span,
  struct,
  u8,
  u16,
  u32,
} from '../../layout/index.ts'
import { vfioFacts } from '../facts.layout.ts'
import { following } from '../following.layout.ts'

const dependentDevice = struct(
  'vfio-pci-dependent-device',
  {
    id: u32.doc('IOMMU group; with devId the iommufd name of the device, 0 for one that is owned, all ones for others'),
    segment: u16.doc('PCI domain'),
    bus: u8,
    devfn: bits(u8, { function: span(0, 2), device: span(3, 7) }),
  },
  vfioFacts('Device that a hot reset affects', 'vfio_pci_dependent_device'),
)

/** Argument of VFIO_DEVICE_GET_PCI_HOT_RESET_INFO. */
export const pciHotResetInfo = struct(
  'vfio-pci-hot-reset-info',
  {
    argsz: u32.doc('12 and 8 for each device'),
    flags: bits(u32, {
      devId: bit(0).doc('devices are named by iommufd, not by group'),
      devIdOwned: bit(1).doc('the caller owns all of them'),
      reserved: rest(),
    }),
    count: u32.doc('devices; also where there is no room for them'),
    devices: optional(
      atLeast(remaining, multiply('count', leastSize(dependentDevice))),
      array(dependentDevice, 'count'),
    ).doc('absent where there is no room for all of them'),
    following,
  },
  vfioFacts('VFIO PCI hot reset information', 'vfio_pci_hot_reset_info'),
)

/** Argument of VFIO_DEVICE_PCI_HOT_RESET. */
export const pciHotReset = struct(
  'vfio-pci-hot-reset',
  {
    argsz: u32.doc('12 and 4 for each descriptor'),
    flags: u32.asHex().doc('0'),
    count: u32.doc('descriptors; 0 where the device was opened without a group'),
    groupFds: optional(atLeast(remaining, multiply('count', leastSize(i32))), array(i32, 'count')).doc(
      'the groups of all affected devices; absent where they are not all there',
    ),
    following,
  },
  vfioFacts('VFIO PCI hot reset', 'vfio_pci_hot_reset'),
)
