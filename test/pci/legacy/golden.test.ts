import { describe, expect, test } from 'vitest'
import { type Around, hex, read } from './support.ts'

interface Golden {
  readonly name: string
  readonly bytes: string
  readonly around?: Around
  readonly expected: Readonly<Record<string, unknown>>
  /** Bytes with the head; all of them unless told. */
  readonly length?: number
}

function judge({ bytes, around, expected, length }: Golden): void {
  const found = read(bytes, around)
  expect(found.value).toMatchObject(expected)
  expect(found.length).toBe(length ?? hex(bytes).length)
  expect(found.findings).toEqual([])
  const registers = hex(bytes).subarray(2, found.length)
  expect(found.codec.encode(found.value)).toEqual(registers)
  expect(found.codec.fromJson(found.codec.toJson(found.value))).toEqual(found.value)
}

// Bytes of functions in QEMU guests; the values are what lspci 3.13 said of them inside the guest.
const captured: Golden[] = [
  {
    name: 'PM of igb: version 3, DSI+',
    bytes: '01 50 23 00 00 00 00 00',
    expected: { capabilities: { version: 3, deviceSpecificInit: true }, control: { powerState: 'D0' } },
  },
  {
    name: 'Slot ID: 6 slots, First+, chassis 46',
    bytes: '04 40 26 46',
    expected: { expansionSlot: { slots: 6, firstInChassis: true }, chassisNumber: 0x46 },
  },
  {
    name: 'MSI of ioh3420: Enable+ Count=1/2 Maskable+ 64bit-, fee01000, 0021, masking 2',
    bytes: '05 40 03 01 00 10 e0 fe 21 00 00 00 02 00 00 00 00 00 00 00',
    expected: {
      control: { enable: true, multipleMessageCapable: 1, multipleMessageEnable: 0, address64: false },
      addressLow: 0xfee01000,
      addressHigh: undefined,
      data: 0x21,
      mask: 2,
      pending: 0,
    },
  },
  {
    name: 'MSI of AHCI: Enable+ Count=1/1 Maskable- 64bit+, fee00000, 0025',
    bytes: '05 a8 81 00 00 00 e0 fe 00 00 00 00 25 00',
    expected: {
      control: { enable: true, perVectorMasking: false, address64: true },
      addressLow: 0xfee00000,
      addressHigh: 0,
      data: 0x25,
      extendedData: undefined,
      mask: undefined,
    },
  },
  {
    name: 'MSI: Enable- Count=1/1 Maskable+ 64bit+',
    bytes: '05 70 80 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00',
    expected: {
      control: { enable: false, perVectorMasking: true },
      addressHigh: 0,
      extendedData: 0,
      mask: 0,
      pending: 0,
    },
  },
  {
    name: 'virtio common: BAR=4 offset=00000000 size=00001000',
    bytes: '09 00 10 01 04 00 00 00 00 00 00 00 00 10 00 00',
    around: { facts: { vendorId: 0x1af4 } },
    expected: { length: 16, cfgType: 'common', bar: 4, structureOffset: 0, structureLength: 0x1000 },
  },
  {
    name: 'virtio notify: BAR=4 offset=00003000 size=00001000 multiplier=00000004',
    bytes: '09 60 14 02 04 00 00 00 00 30 00 00 00 10 00 00 04 00 00 00',
    around: { facts: { vendorId: 0x1af4 } },
    expected: { cfgType: 'notify', structureOffset: 0x3000, structureLength: 0x1000, notifyMultiplier: 4 },
  },
  {
    name: 'virtio access window: BAR=0 offset=00000000 size=00000000',
    bytes: '09 70 14 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00',
    around: { facts: { vendorId: 0x1af4 } },
    expected: { cfgType: 'pci-access', bar: 0, windowData: new Uint8Array(4) },
  },
  {
    name: 'SHPC of pci-bridge',
    bytes: '0c 00 27 00 3f 0d 00 7f',
    expected: { dwordSelect: 0x27, pending: { controllerSystemError: false }, dwordData: 0x7f000d3f },
  },
  {
    name: 'Subsystem: 1b36:0000',
    bytes: '0d 00 00 00 36 1b 00 00',
    expected: { subsystemVendorId: 0x1b36, subsystemId: 0 },
  },
  {
    name: 'MSI-X of igb: Enable+ Count=10, table BAR=3 offset 0, PBA BAR=3 offset 2000',
    bytes: '11 a0 09 80 03 00 00 00 03 20 00 00',
    expected: {
      control: { tableSize: 9, functionMask: false, enable: true },
      table: { bir: 3, offset: 0 },
      pba: { bir: 3, offset: 0x2000 },
    },
  },
  {
    name: 'MSI-X: Enable+ Count=15, table BAR=1 offset 2000, PBA BAR=1 offset 3800',
    bytes: '11 50 0e 80 01 20 00 00 01 38 00 00',
    expected: { control: { tableSize: 14 }, table: { bir: 1, offset: 0x2000 }, pba: { bir: 1, offset: 0x3800 } },
  },
  {
    name: 'SATA HBA v1.0 BAR4 Offset=00000004',
    bytes: '12 00 10 00 48 00 00 00',
    expected: { revision: { major: 1, minor: 0 }, location: { place: 'bar4', dwordOffset: 4 }, pair: undefined },
  },
  {
    name: 'PCIe of e1000e: Express (v1) Endpoint, FLReset-, Speed 2.5GT/s, Width x1',
    bytes: '10 a0 01 00 20 80 00 00 00 00 00 00 11 04 00 00 00 00 11 00',
    expected: {
      capabilities: { version: 1, type: 'endpoint', slotImplemented: false, interruptMessage: 0 },
      device: { capabilities: { extendedTag: true, roleBasedErrorReporting: true, functionLevelReset: false } },
      link: { capabilities: { maxSpeed: '2.5GT/s', maxWidth: 1, aspm: 'l0s' }, status: { speed: '2.5GT/s', width: 1 } },
      slot: undefined,
      root: undefined,
      device2: undefined,
    },
  },
  {
    name: 'PCIe of igb: Express (v2) Endpoint, FLReset+, MaxEETLPPrefixes 4',
    bytes: `10 00 02 00 20 80 00 10 00 00 00 00 11 04 00 00 00 00 11 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 30 00 00 00 00 00 00 00 00 00 00 00 00 00`,
    expected: {
      capabilities: { version: 2, type: 'endpoint' },
      device: { capabilities: { functionLevelReset: true } },
      device2: { capabilities: { extendedFormat: true, endToEndPrefix: true, maxEndToEndPrefixes: 0 } },
      link2: { control: { targetSpeed: 'none' } },
      slot2: undefined,
    },
  },
  {
    name: 'PCIe of pvscsi: Express (v2) Root Complex Integrated Endpoint, without Lnk2',
    bytes: `10 7c 92 00 20 80 00 00 00 00 00 00 11 04 00 00 00 00 11 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 30 00 00 00 00 00`,
    expected: { capabilities: { version: 2, type: 'root-complex-endpoint' }, link2: undefined, slot2: undefined },
  },
  {
    name: 'PCIe of pcie-root-port: 16GT/s x32, Slot #1, Interlock+, Power-, ARIFwd+',
    bytes: `10 48 42 01 20 80 00 00 0f 00 00 00 04 06 30 00 00 00 11 00 7b 00 0a 00
      c0 03 00 00 00 00 00 00 00 00 00 00 20 00 30 00 00 00 00 00 1e 00 00 00 04 00 00 00
      00 00 00 00 00 00 00 00`,
    around: { facts: { headerLayout: 1, bars: [0, 0] } },
    expected: {
      capabilities: { type: 'root-port', slotImplemented: true },
      device: {
        control: {
          correctableErrorReporting: true,
          nonFatalErrorReporting: true,
          fatalErrorReporting: true,
          unsupportedRequestReporting: true,
          relaxedOrdering: false,
        },
      },
      link: {
        capabilities: { maxSpeed: '16GT/s', maxWidth: 32, linkActiveReporting: true, bandwidthNotification: true },
      },
      slot: {
        capabilities: {
          attentionButton: true,
          powerController: true,
          mrlSensor: false,
          attentionIndicator: true,
          powerIndicator: true,
          hotPlugSurprise: true,
          hotPlugCapable: true,
          interlock: true,
          slotNumber: 1,
        },
        control: { attentionIndicator: 'off', powerIndicator: 'off', powerOff: false },
        status: { present: false },
      },
      root: { status: { pmeRequesterId: 0, pmeStatus: false } },
      device2: { capabilities: { ariForwarding: true }, control: { ariForwarding: false } },
      link2: { capabilities: { speeds: 15 }, control: { targetSpeed: '16GT/s' } },
      slot2: { control: 0 },
    },
  },
]

// Bytes made by hand from the specification; the values are what lspci 3.9 says of them.
const made: Golden[] = [
  {
    name: 'VPD registers',
    bytes: '03 00 34 92 78 56 34 12',
    expected: { access: { address: 0x1234, flag: 1 }, data: 0x12345678 },
  },
  {
    name: 'Debug port: BAR=1 offset=00a0',
    bytes: '0a 00 a0 20',
    expected: { location: { barNumber: 1, portOffset: 0xa0 } },
  },
  {
    name: 'AF: TP+ FLR+, FLR-, TP+',
    bytes: '13 00 06 03 00 01',
    expected: {
      length: 6,
      capabilities: { transactionsPending: true, functionLevelReset: true },
      control: { initiateFunctionLevelReset: false },
      status: { transactionsPending: true },
    },
  },
  {
    name: 'PCI-X: DPERE+ ERO- RBC=4096 OST=32, Dev=03:05.0 64bit+ 133Mhz+ DMMRBC=4096 DMOST=32 DMCRS=128',
    bytes: '07 00 7d 00 28 03 e3 13',
    expected: {
      command: { dataParityErrorRecovery: true, relaxedOrdering: false, maxReadByteCount: 3, maxSplitTransactions: 7 },
      status: {
        functionNumber: 0,
        deviceNumber: 5,
        busNumber: 3,
        is64Bit: true,
        is133Mhz: true,
        splitCompletionDiscarded: false,
        complexDevice: false,
        designedMaxReadByteCount: 3,
        designedMaxSplitTransactions: 7,
        designedMaxCumulativeRead: 4,
        splitCompletionError: false,
        is266Mhz: false,
      },
      errorCorrection: undefined,
    },
  },
  {
    name: 'PCI-X version 1, with ECC registers',
    bytes: `07 00 72 10 28 03 f7 ff ${'11 '.repeat(16)}`,
    expected: {
      command: { relaxedOrdering: true, maxReadByteCount: 0, version: 1 },
      status: { complexDevice: true, splitCompletionError: true, is266Mhz: true, is533Mhz: true },
      errorCorrection: { controlStatus: 0x11111111, moreRegisters: [0x11111111, 0x11111111, 0x11111111] },
    },
  },
  {
    name: 'PCI-X bridge: Freq=133Mhz, SCD+ USC+ SCO+ SRD+, Capacity=4/16 CommitmentLimit=8/32',
    bytes: '07 00 c3 00 28 03 3f 00 04 00 08 00 10 00 20 00',
    around: { facts: { headerLayout: 1, bars: [0, 0] } },
    expected: {
      secondaryStatus: { is64Bit: true, is133Mhz: true, splitRequestDelayed: false, frequency: 3 },
      status: {
        deviceNumber: 5,
        busNumber: 3,
        splitCompletionDiscarded: true,
        unexpectedSplitCompletion: true,
        splitCompletionOverrun: true,
        splitRequestDelayed: true,
      },
      upstreamSplit: { capacity: 4, commitmentLimit: 8 },
      downstreamSplit: { capacity: 16, commitmentLimit: 32 },
      moreRegisters: undefined,
    },
  },
  {
    name: 'PCI-X bridge, version 1',
    bytes: `07 00 00 10 ${'00 '.repeat(12)} 01 00 00 00 02 00 00 00`,
    around: { facts: { headerLayout: 1, bars: [0, 0] } },
    expected: { secondaryStatus: { version: 1 }, moreRegisters: [1, 2] },
  },
  {
    name: 'HT MSI Mapping Enable- Fixed+',
    bytes: '08 00 02 a8',
    expected: { command: { enable: false, fixed: true, type: 'msi-mapping' }, address: undefined },
  },
  {
    name: 'HT MSI Mapping Enable+ Fixed-, base fee00000',
    bytes: '08 00 01 a8 00 00 e0 fe 00 00 00 00',
    expected: { command: { enable: true, fixed: false }, address: { low: { window: 0xfee00000 }, high: 0 } },
  },
  {
    name: 'HT slave: BaseUnitID=3 UnitCnt=2 MastHost- DefDir+',
    bytes: `08 00 43 08 ${'00 '.repeat(24)}`,
    expected: { command: { baseUnitId: 3, unitCount: 2, masterHost: false, defaultDirection: true, type: 'slave' } },
  },
  {
    name: 'HT host: WarmRst+ DblEnd+',
    bytes: `08 00 8b 31 ${'00 '.repeat(20)}`,
    expected: { command: { warmReset: true, doubleEnded: true, deviceNumber: 2, chainSide: true, hostHide: true } },
  },
  {
    name: 'HT Interrupt Discovery and Configuration',
    bytes: '08 00 00 80',
    expected: { command: { type: 'interrupt-discovery', registers: 0 } },
  },
  {
    name: 'SATA HBA v1.0 InCfgSpace',
    bytes: '12 00 10 00 0f 00 00 00 01 00 00 00 02 00 00 00',
    expected: { location: { place: 'in-capability' }, pair: { index: 1, data: 2 } },
  },
  {
    name: 'virtio shared memory of 4 GiB + 4 KiB',
    bytes: '09 00 18 08 02 01 00 00 00 00 00 00 00 10 00 00 02 00 00 00 01 00 00 00',
    around: { facts: { vendorId: 0x1af4 } },
    expected: { cfgType: 'shared-memory', structureId: 1, structureOffsetHigh: 2, structureLengthHigh: 1 },
  },
  {
    name: 'virtio with more than its type needs',
    bytes: '09 00 14 01 04 00 00 00 00 00 00 00 00 10 00 00 01 02 03 04',
    around: { facts: { vendorId: 0x1af4 } },
    expected: { cfgType: 'common', more: Uint8Array.of(1, 2, 3, 4) },
  },
  {
    name: 'virtio vendor data',
    bytes: '09 00 08 09 f4 1a 01 02',
    around: { facts: { vendorId: 0x1af4 } },
    expected: { cfgType: 'vendor', vendorId: 0x1af4, body: Uint8Array.of(1, 2) },
  },
  {
    name: 'virtio type without its form',
    bytes: '09 00 10 02 04 00 00 00 00 00 00 00 00 10 00 00',
    around: { facts: { vendorId: 0x1af4 } },
    expected: { length: 16, body: hex('02 04 00 00 00 00 00 00 00 00 10 00 00') },
  },
  {
    name: 'vendor capability of somebody else',
    bytes: '09 00 05 01 02',
    expected: { length: 5, body: Uint8Array.of(1, 2) },
  },
  {
    name: 'the proposed bridge capability',
    bytes: `09 00 18 4d 01 00 03 00 02 00 01 80 06 00 00 00 02 00 00 00 04 00 00 00`,
    around: { options: { bridgeMigration: true } },
    expected: {
      subtype: 0x4d,
      revision: 1,
      features: { dmaDirtyRequired: true, pauseResume: true, groupReset: false },
      phase: 'pause',
      acknowledge: { phase: 'track', dirtiesDma: true },
      slotMask: 6,
      pausedMask: 2,
      missedMask: 4,
    },
  },
  {
    name: 'EA of a memory BAR of 1 MiB at 0x10000000',
    bytes: '14 00 01 00 02 00 ff 80 00 00 00 10 fc ff 0f 00',
    expected: {
      count: { entries: 1 },
      entries: [
        {
          control: {
            entrySize: 2,
            barEquivalent: 'bar0',
            primaryProperties: 'memory',
            secondaryProperties: 'unavailable',
            enable: true,
          },
          range: { base: { address: 0x10000000, is64Bit: false }, maxOffset: { offset: 0xffffc, is64Bit: false } },
        },
      ],
    },
  },
  {
    name: 'EA of a bridge, one entry of 64 bits in both',
    bytes: '14 00 01 00 02 03 00 00 04 05 06 c0 02 00 00 10 fe ff ff ff 01 00 00 00 02 00 00 00',
    around: { facts: { headerLayout: 1, bars: [0, 0] } },
    expected: {
      fixedSecondaryBus: 2,
      fixedSubordinateBus: 3,
      entries: [
        {
          control: { entrySize: 4, primaryProperties: 'bridge-memory', writable: true },
          range: { baseHigh: 1, maxOffsetHigh: 2 },
        },
      ],
    },
  },
  {
    name: 'the migration capability of 2015: enabled, START, not ready, vector 2',
    bytes: '14 00 00 00 01 01 00 02',
    around: { options: { capability14: 'migration-2015' }, msix: '11 00 02 80 03 00 00 00 03 20 00 00' },
    expected: { enable: 'enable', vmmStatus: 'start', vfStatus: 'wait', mailboxVector: 2 },
  },
]

describe('captured', () => {
  test.each(captured)('$name', judge)
})
describe('made by hand', () => {
  test.each(made)('$name', judge)
})

test('the readings of one ID have names of their own', () => {
  const bridge = `09 00 18 4d 01 ${'00 '.repeat(19)}`
  expect(read(bridge, { options: { bridgeMigration: true } }).name).toBe('BridgeMigration-2015')
  expect(read(bridge).name).toBe('Vendor')
  expect(read('14 00 00 00 00 00 00 00', { options: { capability14: 'migration-2015' } }).name).toBe('Migration-2015')
  expect(read('14 00 00 00', { options: { capability14: 'enhanced-allocation' } }).name).toBe('EA')
})

test('a virtio VF is known by its subsystem, since it has no vendor ID of its own', () => {
  const bytes = '09 00 10 01 04 00 00 00 00 00 00 00 00 10 00 00'
  const subsystemVendor = 0x1af4
  const layoutOf = (around: Around) => read(bytes, around).codec.type.name
  expect(layoutOf({ facts: { vendorId: 0xffff }, subsystemVendor })).toBe('pci-cap-virtio')
  expect(layoutOf({ facts: { vendorId: 0xffff } })).toBe('pci-cap-vendor')
  expect(layoutOf({ subsystemVendor })).toBe('pci-cap-vendor')
})

// Version, type and slot bit decide how long the capability is; vfio has the same lengths for what it passes on.
test.each([
  { bytes: '10 00 01 00', length: 0x14, what: 'version 1 endpoint' },
  { bytes: '10 00 91 00', length: 0x0c, what: 'version 1 root complex endpoint' },
  { bytes: '10 00 51 00', length: 0x14, what: 'version 1 upstream port' },
  { bytes: '10 00 61 01', length: 0x1c, what: 'version 1 downstream port with slot' },
  { bytes: '10 00 41 00', length: 0x24, what: 'version 1 root port' },
  { bytes: '10 00 00 00', length: 0x14, what: 'version 0 endpoint' },
  { bytes: '10 00 92 00', length: 0x2c, what: 'version 2 root complex endpoint' },
  { bytes: '10 00 02 00', length: 0x34, what: 'version 2 endpoint' },
  { bytes: '10 00 42 00', length: 0x34, what: 'version 2 root port without slot' },
  { bytes: '10 00 42 01', length: 0x3c, what: 'version 2 root port with slot' },
])('$what has $length bytes', ({ bytes, length }) => {
  expect(read(bytes).length).toBe(length)
})
