import {
  atLeast,
  bit,
  bits,
  both,
  bytes,
  type Evidence,
  equals,
  optional,
  remaining,
  reserved,
  rest,
  struct,
  u8,
  u16,
  u32,
  u64,
  wideRest,
} from '../layout/index.ts'

/**
 * "Can migrate" of the mdev proposal's first version: the flag's name is known, its bit is remembered. Linux gave the
 * bit to CCW devices.
 */
export const MIGRATABLE: { readonly bit: number; readonly evidence: Evidence } = { bit: 4, evidence: 'recalled' }

const ZDEV = 'linux/vfio_zdev.h struct vfio_device_info_cap_zpci_'
const facts = (title: string, source: string) => ({ title, source, byteOrder: 'parameter' }) as const

/** Kernels before the padding put the first capability where it stands now. */
const UNPADDED = 20

/** The fixed part: 16 bytes in kernels before capabilities, 20 before the padding, 24 since. */
export const deviceInfoHead = struct(
  'vfio-device-info-head',
  {
    argsz: u32.doc('bytes of the whole, capabilities included; more than were given where the caller has to ask again'),
    flags: bits(u32, {
      reset: bit(0).doc('the device can be reset'),
      pci: bit(1),
      platform: bit(2),
      amba: bit(3),
      ccw: bit(MIGRATABLE.bit).doc('CCW device; in the mdev proposal of June 2017 "can migrate", as recalled'),
      ap: bit(5),
      fslMc: bit(6),
      caps: bit(7).doc('there are capabilities'),
      cdx: bit(8),
      reserved: rest(),
    }),
    numRegions: u32.doc('highest region index plus one'),
    numIrqs: u32.doc('highest interrupt index plus one'),
    capOffset: optional(atLeast(remaining, 1), u32.asHex().doc('first capability, in bytes from the start')),
    pad: optional(
      both(atLeast(remaining, 1), equals(both('flags.caps', equals('capOffset', UNPADDED)), 0)),
      u32.doc('0; absent where a capability stands here'),
    ),
  },
  facts('VFIO device information, fixed part', 'linux/vfio.h struct vfio_device_info'),
)

/** What a PCI function of an s390 machine is. */
export const zpciBase = struct(
  'vfio-device-cap-zpci-base',
  {
    startDma: u64.asHex().doc('first address for DMA'),
    endDma: u64.asHex().doc('last address for DMA'),
    pchid: u16.doc('physical channel ID'),
    vfn: u16.doc('virtual function number'),
    fmbLength: u16.doc('bytes of the measurement block'),
    pft: u8.doc('function type'),
    gid: u8.doc('function group'),
    fh: optional(atLeast(remaining, 1), u32.asHex().doc('function handle; from version 2 on')),
  },
  facts('s390 PCI function capability', `${ZDEV}base`),
)

/** What a group of such functions has in common. */
export const zpciGroup = struct(
  'vfio-device-cap-zpci-group',
  {
    dasm: u64.asHex().doc('mask of the DMA address space'),
    msiAddr: u64.asHex().doc('address of message interrupts'),
    flags: bits(u64, { refresh: bit(0).doc('programs refresh the TLB'), reserved: wideRest() }),
    mui: u16.doc('update interval of the measurement block'),
    noi: u16.doc('most message interrupts'),
    maxstbl: u16.doc('longest store block'),
    version: u8.doc('of PCI that is supported'),
    reserved: optional(atLeast(remaining, 1), u8),
    imaxstbl: optional(atLeast(remaining, 1), u16.doc('longest interpreted store block; from version 2 on')),
  },
  facts('s390 PCI function group capability', `${ZDEV}group`),
)

/** A device's identifier in EBCDIC. */
export const zpciUtil = struct(
  'vfio-device-cap-zpci-util',
  { size: u32, utilStr: bytes('size').doc('EBCDIC characters') },
  facts('s390 PCI utility string capability', `${ZDEV}util`),
)

/** Where the function hangs in the machine. */
export const zpciPfip = struct(
  'vfio-device-cap-zpci-pfip',
  { size: u32, pfip: bytes('size') },
  facts('s390 PCI function path capability', `${ZDEV}pfip`),
)

/** Atomic operations that the way to the root bus completes. */
export const pciAtomicCompleter = struct(
  'vfio-device-cap-pci-atomic-comp',
  {
    flags: bits(u32, {
      comp32: bit(0).doc('of 32 bits'),
      comp64: bit(1).doc('of 64 bits'),
      comp128: bit(2).doc('of 128 bits'),
      reserved: rest(),
    }),
    reserved: reserved(4),
  },
  facts('PCI atomic completer capability', 'linux/vfio.h struct vfio_device_info_cap_pci_atomic_comp'),
)
