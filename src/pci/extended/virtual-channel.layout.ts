import {
  add,
  array,
  atLeast,
  bit,
  bits,
  both,
  bytes,
  ceilDivide,
  field,
  multiply,
  optional,
  position,
  rest,
  span,
  struct,
  subtract,
  u8,
  u16,
  u32,
  when,
} from '../../layout/index.ts'

const SOURCE = 'PCI Express Base, Virtual Channel; linux/pci_regs.h PCI_VC_*'
const HEAD = 4

/** One virtual channel resource: 12 bytes. */
const virtualChannel = struct(
  'pci-vc-resource',
  {
    capability: bits(u32, {
      hardwareFixed: bit(0).doc('hardware-fixed port arbitration'),
      weighted32: bit(1).doc('weighted round robin, 32 phases'),
      weighted64: bit(2),
      weighted128: bit(3),
      timeBased128: bit(4).doc('time-based weighted round robin, 128 phases'),
      weighted256: bit(5),
      advancedPacketSwitching: bit(14),
      rejectSnoop: bit(15).doc('rejects transactions without the no-snoop attribute'),
      maximumTimeSlots: span(16, 22).doc('less one'),
      arbitrationTableOffset: span(24, 31).doc('from the start of the capability, in units of 16 bytes; 0 is none'),
      reserved: rest(),
    }),
    control: bits(u32, {
      trafficClassMap: span(0, 7).asHex().doc('bit n: traffic class n uses this channel'),
      loadArbitrationTable: bit(16),
      arbitrationSelect: span(17, 19),
      id: span(24, 26).doc('number of the channel'),
      enable: bit(31),
      reserved: rest(),
    }),
    reserved: u16.asHex(),
    status: bits(u16, {
      arbitrationTableChanged: bit(0).doc('written but not yet loaded'),
      negotiationPending: bit(1),
      reserved: rest(),
    }),
  },
  { title: 'Virtual channel resource', source: SOURCE },
)

/** Two phases of an arbitration table. */
const phases = bits(u8, { even: span(0, 2), odd: span(4, 6), reserved: rest() })

const capability = (name: string) => field(`portCapability2.${name}`)
const phaseCount = when(
  capability('weighted128'),
  128,
  when(capability('weighted64'), 64, when(capability('weighted32'), 32, 0)),
)
/** Where the arbitration table starts, counted from the registers. */
const tableStart = subtract(multiply(capability('arbitrationTableOffset'), 16), HEAD)
const hasTable = both(phaseCount, atLeast(tableStart, position))

const registers = {
  portCapability1: bits(u32, {
    extendedChannels: span(0, 2).doc('channels besides channel 0'),
    lowPriorityChannels: span(4, 6).doc('of the channels besides channel 0'),
    referenceClock: span(8, 9, { 0: '100ns' }),
    portArbitrationEntrySize: span(10, 11).doc('log2 of the bits of an entry of a port arbitration table'),
    reserved: rest(),
  }),
  portCapability2: bits(u32, {
    hardwareFixed: bit(0),
    weighted32: bit(1).doc('weighted round robin, 32 phases'),
    weighted64: bit(2),
    weighted128: bit(3),
    arbitrationTableOffset: span(24, 31).doc('from the start of the capability, in units of 16 bytes; 0 is none'),
    reserved: rest(),
  }),
  portControl: bits(u16, { loadArbitrationTable: bit(0), arbitrationSelect: span(1, 3), reserved: rest() }),
  portStatus: bits(u16, { arbitrationTableChanged: bit(0).doc('written but not yet loaded'), reserved: rest() }),
  channels: array(virtualChannel, add(field('portCapability1.extendedChannels'), 1)),
  beforeTable: optional(hasTable, bytes(subtract(tableStart, position))).doc('between the channels and the table'),
  arbitrationTable: optional(hasTable, array(phases, ceilDivide(phaseCount, 2))).doc(
    'channel that each phase serves; the most phases offered decide the length',
  ),
}

/** Virtual Channel of a function without MFVC, registers from +4. Port arbitration tables are not part of it. */
export const virtualChannels = struct('pci-ecap-vc', registers, { title: 'Virtual Channel', source: SOURCE })

/** Virtual Channel of a function with MFVC. */
export const virtualChannels9 = struct('pci-ecap-vc9', registers, {
  title: 'Virtual Channel, beside a Multi-Function Virtual Channel',
  source: SOURCE,
})

/** Multi-Function Virtual Channel: the same registers, arbitrating between functions instead of ports. */
export const multiFunctionVirtualChannels = struct('pci-ecap-mfvc', registers, {
  title: 'Multi-Function Virtual Channel',
  source: SOURCE,
})
