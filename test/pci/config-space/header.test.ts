import { describe, expect, test } from 'vitest'
import type { Located } from '../../../src/layout/index.ts'
import { barAddress, decodeBars, headerCodec } from '../../../src/pci/header.ts'
import { evaluateInC, hasCompiler } from '../c-header.ts'
import { space } from './support.ts'

describe('base address registers', () => {
  const none = { prefetchable: false, lacksHighHalf: false }
  const cases: readonly (readonly [name: string, registers: readonly number[], bars: readonly object[]])[] = [
    ['registers of zero are not there', [0, 0, 0, 0, 0, 0], []],
    ['I/O ports', [0xe041], [{ ...none, index: 0, kind: 'io', width: 32, memoryType: 0, address: 0xe040n }]],
    [
      '32 bits',
      [0, 0xfebf0000],
      [{ ...none, index: 1, kind: 'memory', width: 32, memoryType: 0, address: 0xfebf0000n }],
    ],
    ['below 1 MiB', [0x000c0002], [{ ...none, index: 0, kind: 'memory', width: 32, memoryType: 1, address: 0xc0000n }]],
    [
      '64 bits, prefetchable, then another one',
      [0x8000000c, 0x00000038, 0xfebf0000],
      [
        {
          index: 0,
          kind: 'memory',
          width: 64,
          memoryType: 2,
          address: 0x38_8000_0000n,
          prefetchable: true,
          lacksHighHalf: false,
        },
        { ...none, index: 2, kind: 'memory', width: 32, memoryType: 0, address: 0xfebf0000n },
      ],
    ],
    [
      'all address bits of 64',
      [0xfffffff4, 0xffffffff],
      [{ ...none, index: 0, kind: 'memory', width: 64, memoryType: 2, address: 0xffff_ffff_ffff_fff0n }],
    ],
    [
      'the high half of the last one is missing',
      [0, 0, 0, 0, 0, 0xf0000004],
      [{ ...none, index: 5, kind: 'memory', width: 64, memoryType: 2, address: 0xf0000000n, lacksHighHalf: true }],
    ],
    [
      'reserved type',
      [0xf0000006],
      [{ ...none, index: 0, kind: 'memory', width: 32, memoryType: 3, address: 0xf0000000n }],
    ],
    [
      'an unmapped one still has its type',
      [0x00000004, 0, 1],
      [
        { ...none, index: 0, kind: 'memory', width: 64, memoryType: 2, address: 0n },
        { ...none, index: 2, kind: 'io', width: 32, memoryType: 0, address: 0n },
      ],
    ],
  ]
  test.each(cases)('%s', (_, registers, bars) => {
    const found = decodeBars(registers).map((bar) => {
      const { low, high, ...facts } = bar
      expect([low, high]).toEqual([registers[bar.index], bar.width === 64 ? (registers[bar.index + 1] ?? 0) : 0])
      return { ...facts, address: barAddress(bar) }
    })
    expect(found).toEqual(bars)
  })
})

describe('layouts', () => {
  test.each([
    [0, 'pci-header-type0'],
    [1, 'pci-header-type1'],
    [2, 'pci-header-type2'],
    [3, 'pci-header-unknown'],
    [0x7f, 'pci-header-unknown'],
  ])('%i is %s', (layout, name) => {
    expect(headerCodec(layout).type.name).toBe(name)
  })
})

/** Constants of <linux/pci_regs.h>: fields by their offset, members of words by their mask. */
const COMMON = {
  vendorId: 'PCI_VENDOR_ID',
  deviceId: 'PCI_DEVICE_ID',
  command: 'PCI_COMMAND',
  'command.ioSpace': 'PCI_COMMAND_IO',
  'command.memorySpace': 'PCI_COMMAND_MEMORY',
  'command.busMaster': 'PCI_COMMAND_MASTER',
  'command.specialCycles': 'PCI_COMMAND_SPECIAL',
  'command.memoryWriteInvalidate': 'PCI_COMMAND_INVALIDATE',
  'command.vgaPaletteSnoop': 'PCI_COMMAND_VGA_PALETTE',
  'command.parityErrorResponse': 'PCI_COMMAND_PARITY',
  'command.stepping': 'PCI_COMMAND_WAIT',
  'command.serrEnable': 'PCI_COMMAND_SERR',
  'command.fastBackToBack': 'PCI_COMMAND_FAST_BACK',
  'command.interruptDisable': 'PCI_COMMAND_INTX_DISABLE',
  status: 'PCI_STATUS',
  'status.immediateReadiness': 'PCI_STATUS_IMM_READY',
  'status.interruptStatus': 'PCI_STATUS_INTERRUPT',
  'status.capabilityList': 'PCI_STATUS_CAP_LIST',
  'status.capable66Mhz': 'PCI_STATUS_66MHZ',
  'status.userDefinableFeatures': 'PCI_STATUS_UDF',
  'status.fastBackToBack': 'PCI_STATUS_FAST_BACK',
  'status.masterDataParityError': 'PCI_STATUS_PARITY',
  'status.deviceSelectTiming': 'PCI_STATUS_DEVSEL_MASK',
  'status.signaledTargetAbort': 'PCI_STATUS_SIG_TARGET_ABORT',
  'status.receivedTargetAbort': 'PCI_STATUS_REC_TARGET_ABORT',
  'status.receivedMasterAbort': 'PCI_STATUS_REC_MASTER_ABORT',
  'status.signaledSystemError': 'PCI_STATUS_SIG_SYSTEM_ERROR',
  'status.detectedParityError': 'PCI_STATUS_DETECTED_PARITY',
  revision: 'PCI_REVISION_ID',
  progIf: 'PCI_CLASS_PROG',
  subClass: 'PCI_CLASS_DEVICE',
  cacheLineSize: 'PCI_CACHE_LINE_SIZE',
  latencyTimer: 'PCI_LATENCY_TIMER',
  headerType: 'PCI_HEADER_TYPE',
  'headerType.layout': 'PCI_HEADER_TYPE_MASK',
  'headerType.multiFunction': 'PCI_HEADER_TYPE_MFD',
  bist: 'PCI_BIST',
  'bist.completionCode': 'PCI_BIST_CODE_MASK',
  'bist.start': 'PCI_BIST_START',
  'bist.capable': 'PCI_BIST_CAPABLE',
}
const INTERRUPT = { interruptLine: 'PCI_INTERRUPT_LINE', interruptPin: 'PCI_INTERRUPT_PIN' }

const CONSTANTS: readonly (readonly [layout: number, constants: Readonly<Record<string, string>>])[] = [
  [
    0,
    {
      ...COMMON,
      ...INTERRUPT,
      bars: 'PCI_BASE_ADDRESS_0',
      'bars.1': 'PCI_BASE_ADDRESS_1',
      'bars.5': 'PCI_BASE_ADDRESS_5',
      cardbusCis: 'PCI_CARDBUS_CIS',
      subsystemVendorId: 'PCI_SUBSYSTEM_VENDOR_ID',
      subsystemId: 'PCI_SUBSYSTEM_ID',
      expansionRom: 'PCI_ROM_ADDRESS',
      capabilitiesPointer: 'PCI_CAPABILITY_LIST',
      minGrant: 'PCI_MIN_GNT',
      maxLatency: 'PCI_MAX_LAT',
    },
  ],
  [
    1,
    {
      ...COMMON,
      ...INTERRUPT,
      'bars.1': 'PCI_BASE_ADDRESS_1',
      primaryBus: 'PCI_PRIMARY_BUS',
      secondaryBus: 'PCI_SECONDARY_BUS',
      subordinateBus: 'PCI_SUBORDINATE_BUS',
      secondaryLatencyTimer: 'PCI_SEC_LATENCY_TIMER',
      ioBase: 'PCI_IO_BASE',
      'ioBase.addressing': 'PCI_IO_RANGE_TYPE_MASK',
      ioLimit: 'PCI_IO_LIMIT',
      secondaryStatus: 'PCI_SEC_STATUS',
      memoryBase: 'PCI_MEMORY_BASE',
      memoryLimit: 'PCI_MEMORY_LIMIT',
      prefetchableBase: 'PCI_PREF_MEMORY_BASE',
      'prefetchableBase.addressing': 'PCI_PREF_RANGE_TYPE_MASK',
      prefetchableLimit: 'PCI_PREF_MEMORY_LIMIT',
      prefetchableBaseUpper: 'PCI_PREF_BASE_UPPER32',
      prefetchableLimitUpper: 'PCI_PREF_LIMIT_UPPER32',
      ioBaseUpper: 'PCI_IO_BASE_UPPER16',
      ioLimitUpper: 'PCI_IO_LIMIT_UPPER16',
      capabilitiesPointer: 'PCI_CAPABILITY_LIST',
      expansionRom: 'PCI_ROM_ADDRESS1',
      bridgeControl: 'PCI_BRIDGE_CONTROL',
      'bridgeControl.parityErrorResponse': 'PCI_BRIDGE_CTL_PARITY',
      'bridgeControl.serrEnable': 'PCI_BRIDGE_CTL_SERR',
      'bridgeControl.isaEnable': 'PCI_BRIDGE_CTL_ISA',
      'bridgeControl.vgaEnable': 'PCI_BRIDGE_CTL_VGA',
      'bridgeControl.masterAbortMode': 'PCI_BRIDGE_CTL_MASTER_ABORT',
      'bridgeControl.secondaryBusReset': 'PCI_BRIDGE_CTL_BUS_RESET',
      'bridgeControl.fastBackToBack': 'PCI_BRIDGE_CTL_FAST_BACK',
    },
  ],
  [
    2,
    {
      ...COMMON,
      ...INTERRUPT,
      capabilitiesPointer: 'PCI_CB_CAPABILITY_LIST',
      secondaryStatus: 'PCI_CB_SEC_STATUS',
      primaryBus: 'PCI_CB_PRIMARY_BUS',
      cardbusBus: 'PCI_CB_CARD_BUS',
      subordinateBus: 'PCI_CB_SUBORDINATE_BUS',
      cardbusLatencyTimer: 'PCI_CB_LATENCY_TIMER',
      memoryBase0: 'PCI_CB_MEMORY_BASE_0',
      memoryLimit0: 'PCI_CB_MEMORY_LIMIT_0',
      memoryBase1: 'PCI_CB_MEMORY_BASE_1',
      memoryLimit1: 'PCI_CB_MEMORY_LIMIT_1',
      ioBase0: 'PCI_CB_IO_BASE_0',
      ioLimit0: 'PCI_CB_IO_LIMIT_0',
      ioBase1: 'PCI_CB_IO_BASE_1',
      ioLimit1: 'PCI_CB_IO_LIMIT_1',
      bridgeControl: 'PCI_CB_BRIDGE_CONTROL',
    },
  ],
]

const isBelow = ({ path }: Located, wanted: string): boolean => `${path.join('.')}.`.startsWith(`${wanted}.`)

describe.skipIf(!hasCompiler())('against linux/pci_regs.h', () => {
  const wanted = new Set(CONSTANTS.flatMap(([, constants]) => Object.values(constants)))
  const known = hasCompiler() ? evaluateInC(wanted) : new Map<string, number>()

  test('the header has most of the constants', () => {
    expect(known.size).toBeGreaterThan(wanted.size - 6)
  })

  test.each(CONSTANTS)('layout %i', (layout, constants) => {
    const fields = headerCodec(layout).fields(space(64))
    for (const [path, constant] of Object.entries(constants)) {
      const field = fields.find((candidate) => isBelow(candidate, path))
      if (field === undefined) throw new Error(`Layout ${layout} has no field ${path}.`)
      const isMember = field.bits !== undefined && field.path.join('.') === path
      const [low, high] = field.bits ?? [0, 0]
      const found = isMember ? 2 ** (high + 1) - 2 ** low : field.offset
      if (known.has(constant)) expect(`${path} ${found}`).toBe(`${path} ${known.get(constant)}`)
    }
  })
})
