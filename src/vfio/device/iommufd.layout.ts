import { atLeast, bit, bits, i32, optional, remaining, rest, struct, u32, u64 } from '../../layout/index.ts'
import { vfioFacts } from '../facts.layout.ts'
import { following } from '../following.layout.ts'

/** Argument of VFIO_DEVICE_BIND_IOMMUFD. */
export const bindIommufd = struct(
  'vfio-bind-iommufd',
  {
    argsz: u32.doc('16, with a token 24'),
    flags: bits(u32, { token: bit(0).doc('a token opens the device'), reserved: rest() }),
    iommufd: i32.doc('descriptor of the iommufd'),
    outDevid: u32.doc('out: the device, as commands of the iommufd name it'),
    tokenUuidPtr: optional(
      atLeast(remaining, 8),
      u64.asHex().doc('user-space address of the 16 bytes of a PCI VF token; means nothing without the flag'),
    ),
    following,
  },
  vfioFacts('VFIO binding to an iommufd', 'vfio_device_bind_iommufd'),
)

const pasid = optional(atLeast(remaining, 4), u32.doc('process address space; means nothing without the flag'))

/** Argument of VFIO_DEVICE_ATTACH_IOMMUFD_PT. */
export const attachIommufdPt = struct(
  'vfio-attach-iommufd-pt',
  {
    argsz: u32.doc('12, with a process address space 16'),
    flags: bits(u32, { pasid: bit(0).doc('for one process address space'), reserved: rest() }),
    ptId: u32.doc('in: address space or page table; out: the page table that the device has now'),
    pasid,
    following,
  },
  vfioFacts('VFIO attachment to an iommufd page table', 'vfio_device_attach_iommufd_pt'),
)

/** Argument of VFIO_DEVICE_DETACH_IOMMUFD_PT. */
export const detachIommufdPt = struct(
  'vfio-detach-iommufd-pt',
  {
    argsz: u32.doc('8, with a process address space 12'),
    flags: bits(u32, { pasid: bit(0).doc('for one process address space'), reserved: rest() }),
    pasid,
    following,
  },
  vfioFacts('VFIO detachment from an iommufd page table', 'vfio_device_detach_iommufd_pt'),
)
