import { enumeration, equals, optional, parameter, reserved, struct, u8, u32, when } from '../layout/index.ts'

/** Sizes of the two forms that are remembered; the patch itself is lost. */
export const CAP_INFO_FORMS = { long: 24, short: 16 } as const
/** Commands, by the bit that stands for each. */
export const CAP_INFO_COMMANDS = { 1: 'get-size', 2: 'get-free-region' } as const

const isLong = when(equals(parameter('form'), CAP_INFO_FORMS.short), 0, 1)

/** Argument of VFIO_GET_PCI_CAP_INFO: QEMU asks the kernel where the faked capability may stand. */
export const pciCapInfo = struct(
  'vfio-pci-cap-info',
  {
    argsz: optional(isLong, u32.doc('bytes of the structure, as the caller gives it')),
    flags: optional(isLong, u32.asHex().doc('not used, or a copy of the command')),
    index: enumeration(u32, CAP_INFO_COMMANDS).doc('command: what is asked'),
    offset: u32
      .asHex()
      .doc('in: where the search starts, or where the capability is; out: start of the free range in config space'),
    size: u32.doc('in: bytes that are wanted; out: bytes of the capability'),
    cap: u8.asHex().doc('capability ID, for get-size only'),
    padding: reserved(3),
  },
  {
    title: 'VFIO_GET_PCI_CAP_INFO argument (2015)',
    source: 'RFC PATCH V2 1/3 "VFIO: Add new ioctl cmd VFIO_GET_PCI_CAP_INFO", kvm list, 24 November 2015; from memory',
    evidence: 'recalled',
    parameters: {
      form: {
        meaning: 'bytes of the structure: 24, or 16 for the form without argsz and flags',
        default: CAP_INFO_FORMS.long,
      },
    },
  },
)
