import { array, bit, bits, bytes, enumeration, reserved, rest, span, struct, u8, u16, u32 } from '../layout/index.ts'

const SOURCE = 'linux/pci_regs.h'

const DEVSEL = { 0: 'fast', 1: 'medium', 2: 'slow' } as const

const command = bits(u16, {
  ioSpace: bit(0).doc('answers I/O cycles'),
  memorySpace: bit(1).doc('answers memory cycles'),
  busMaster: bit(2).doc('may do DMA and send messages'),
  specialCycles: bit(3),
  memoryWriteInvalidate: bit(4),
  vgaPaletteSnoop: bit(5),
  parityErrorResponse: bit(6),
  stepping: bit(7),
  serrEnable: bit(8),
  fastBackToBack: bit(9),
  interruptDisable: bit(10).doc('INTx off'),
  reserved: rest(),
})

const status = bits(u16, {
  immediateReadiness: bit(0),
  reserved: rest(),
  interruptStatus: bit(3).doc('INTx pending'),
  capabilityList: bit(4),
  capable66Mhz: bit(5),
  userDefinableFeatures: bit(6),
  fastBackToBack: bit(7),
  masterDataParityError: bit(8),
  deviceSelectTiming: span(9, 10, DEVSEL),
  signaledTargetAbort: bit(11),
  receivedTargetAbort: bit(12),
  receivedMasterAbort: bit(13),
  signaledSystemError: bit(14),
  detectedParityError: bit(15),
})

const secondaryStatus = bits(u16, {
  reserved: rest(),
  capable66Mhz: bit(5),
  fastBackToBack: bit(7),
  masterDataParityError: bit(8),
  deviceSelectTiming: span(9, 10, DEVSEL),
  signaledTargetAbort: bit(11),
  receivedTargetAbort: bit(12),
  receivedMasterAbort: bit(13),
  receivedSystemError: bit(14),
  detectedParityError: bit(15),
})

/** The first 16 bytes, the same for every layout. */
const common = {
  vendorId: u16.asHex().doc('0xffff on a VF: its identity comes from the PF'),
  deviceId: u16.asHex(),
  command,
  status,
  revision: u8.asHex(),
  progIf: u8.asHex(),
  subClass: u8.asHex(),
  baseClass: u8.asHex(),
  cacheLineSize: u8.doc('32-bit words'),
  latencyTimer: u8.doc('PCI clocks'),
  headerType: bits(u8, {
    layout: span(0, 6).doc('0 endpoint, 1 bridge, 2 CardBus bridge'),
    multiFunction: bit(7),
  }),
  bist: bits(u8, { completionCode: span(0, 3), reserved: rest(), start: bit(6), capable: bit(7) }),
} as const

const interruptPin = enumeration(u8, { 0: 'none', 1: 'INTA', 2: 'INTB', 3: 'INTC', 4: 'INTD' })

/** Header of an endpoint: 64 bytes, little-endian. */
export const headerType0 = struct(
  'pci-header-type0',
  {
    ...common,
    bars: array(u32.asHex(), 6).doc('base address registers'),
    cardbusCis: u32.asHex(),
    subsystemVendorId: u16.asHex(),
    subsystemId: u16.asHex(),
    expansionRom: u32.asHex().doc('bit 0 enable, bits 31:11 address'),
    capabilitiesPointer: u8.asHex(),
    reserved: reserved(7),
    interruptLine: u8,
    interruptPin,
    minGrant: u8.doc('0.25 us'),
    maxLatency: u8.doc('0.25 us'),
  },
  { title: 'PCI header type 0 (endpoint)', source: SOURCE },
)

const ioWindow = bits(u8, {
  addressing: span(0, 3, { 0: '16-bit', 1: '32-bit' }),
  address: span(4, 7).doc('address bits 15:12'),
})
const memoryWindow = bits(u16, { reserved: rest(), address: span(4, 15).doc('address bits 31:20') })
const prefetchableWindow = bits(u16, {
  addressing: span(0, 3, { 0: '32-bit', 1: '64-bit' }),
  address: span(4, 15).doc('address bits 31:20'),
})

/** Header of a PCI-to-PCI bridge, port or switch: 64 bytes, little-endian. */
export const headerType1 = struct(
  'pci-header-type1',
  {
    ...common,
    bars: array(u32.asHex(), 2).doc('base address registers'),
    primaryBus: u8,
    secondaryBus: u8,
    subordinateBus: u8,
    secondaryLatencyTimer: u8.doc('PCI clocks'),
    ioBase: ioWindow,
    ioLimit: ioWindow,
    secondaryStatus,
    memoryBase: memoryWindow,
    memoryLimit: memoryWindow,
    prefetchableBase: prefetchableWindow,
    prefetchableLimit: prefetchableWindow,
    prefetchableBaseUpper: u32.asHex(),
    prefetchableLimitUpper: u32.asHex(),
    ioBaseUpper: u16.asHex(),
    ioLimitUpper: u16.asHex(),
    capabilitiesPointer: u8.asHex(),
    reserved: reserved(3),
    expansionRom: u32.asHex().doc('bit 0 enable, bits 31:11 address'),
    interruptLine: u8,
    interruptPin,
    bridgeControl: bits(u16, {
      parityErrorResponse: bit(0),
      serrEnable: bit(1),
      isaEnable: bit(2),
      vgaEnable: bit(3),
      vga16BitDecode: bit(4),
      masterAbortMode: bit(5),
      secondaryBusReset: bit(6),
      fastBackToBack: bit(7),
      primaryDiscardTimer: bit(8),
      secondaryDiscardTimer: bit(9),
      discardTimerStatus: bit(10),
      discardTimerSerr: bit(11),
      reserved: rest(),
    }),
  },
  { title: 'PCI header type 1 (bridge)', source: SOURCE },
)

/** Header of a CardBus bridge: 64 bytes, little-endian. */
export const headerType2 = struct(
  'pci-header-type2',
  {
    ...common,
    cardbusBase: u32.asHex(),
    capabilitiesPointer: u8.asHex(),
    reserved: u8,
    secondaryStatus,
    primaryBus: u8,
    cardbusBus: u8,
    subordinateBus: u8,
    cardbusLatencyTimer: u8.doc('PCI clocks'),
    memoryBase0: u32.asHex(),
    memoryLimit0: u32.asHex(),
    memoryBase1: u32.asHex(),
    memoryLimit1: u32.asHex(),
    ioBase0: u32.asHex(),
    ioLimit0: u32.asHex(),
    ioBase1: u32.asHex(),
    ioLimit1: u32.asHex(),
    interruptLine: u8,
    interruptPin,
    bridgeControl: u16.asHex(),
  },
  { title: 'PCI header type 2 (CardBus bridge)', source: SOURCE },
)

/** Header of which the layout is unknown: the common 16 bytes and the rest as they are. */
export const headerUnknown = struct(
  'pci-header-unknown',
  { ...common, body: bytes(48) },
  { title: 'PCI header of unknown layout', source: SOURCE },
)
