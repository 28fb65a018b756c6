import { describe, expect, test } from 'vitest'
import { EncodeError } from '../../../src/findings/index.ts'
import type { OptionValues } from '../../../src/layout/index.ts'
import {
  type DeviceStateBody,
  deviceStateBodyCodes,
  deviceStateBodyFormat as format,
  isKnownFlag,
} from '../../../src/vf-state/index.ts'
import { hex, judged } from '../../vfio/support.ts'

// Bodies are typed from the tables: flag byte, six big-endian BARs, MSI address and data, be64 lengths.

const BARS = 'fe000000 00000000 0000c001 00000000 00000000 00000000'
const PCI = `${BARS} fee01000 00000000 00004021`
const PCI_32 = `${BARS} fee01000 00004021`
const CONFIG = '0000000000000003 aabbcc'
/** Two chunks of 4 and 2 bytes. */
const MEMORY = '0000000000000006 0000000000000004 0000000000000000 01020304 0000000000000002 0000000000000004 0506'
const END = `09 ${PCI} 02 ${CONFIG}`

const flags = (data: string, continued: boolean) => ({ data, continued, reserved: 0 })
const pci = {
  bars: [0xfe000000, 0, 0xc001, 0, 0, 0],
  msiAddressLow: 0xfee01000,
  msiAddressHigh: 0,
  msiData: 0x4021,
}
const deviceConfig = { length: 3n, data: hex('aabbcc') }
const deviceMemory = {
  totalLength: 6n,
  chunks: [
    { length: 4n, pos: 0n, data: hex('01020304') },
    { length: 2n, pos: 4n, data: hex('0506') },
  ],
}

describe('the bodies that sections have', () => {
  test.each([
    { name: 'START', bytes: '00', parts: [{ flags: flags('setup', false) }] },
    {
      name: 'START with device memory',
      bytes: `08 04 ${MEMORY}`,
      parts: [{ flags: flags('setup', true) }, { flags: flags('device-memory', false), deviceMemory }],
    },
    { name: 'PART', bytes: `04 ${MEMORY}`, parts: [{ flags: flags('device-memory', false), deviceMemory }] },
    {
      name: 'END',
      bytes: END,
      parts: [
        { flags: flags('pci', true), pci },
        { flags: flags('device-config', false), deviceConfig },
      ],
    },
    {
      name: 'END with device memory',
      bytes: `0c ${MEMORY} ${END}`,
      parts: [
        { flags: flags('device-memory', true), deviceMemory },
        { flags: flags('pci', true), pci },
        { flags: flags('device-config', false), deviceConfig },
      ],
    },
  ])('$name', ({ name, bytes, parts }) => {
    const section = name.split(' ')[0]?.toLowerCase() as string
    expect(format.decode(hex(bytes))).toEqual({ parts })
    expect(judged(format, hex(bytes))).toEqual([])
    expect(judged(format, hex(bytes), { section })).toEqual([])
    const others = ['start', 'part', 'end'].filter((other) => other !== section)
    for (const other of others) expect(judged(format, hex(bytes), { section: other })).toHaveLength(1)
  })

  test('sizes', () => {
    expect(hex(PCI)).toHaveLength(36)
    expect(hex(PCI_32)).toHaveLength(32)
  })
})

describe('the MSI high word depends on the reader', () => {
  test('without it', () => {
    const bytes = hex(`09 ${PCI_32} 02 ${CONFIG}`)
    const { parts } = format.decode(bytes, { msi64: false })
    expect(parts[0]?.pci).toEqual({ ...pci, msiAddressHigh: undefined })
    expect(judged(format, bytes, { msi64: false })).toEqual([])
  })

  test('a stream of 32-bit MSI read as 64-bit one', () => {
    // MSI data is taken for the high word, the flag and half of the length for the data, the other half for a set-up flag.
    expect(judged(format, hex(`09 ${PCI_32} 02 ${CONFIG}`))).toEqual([
      'warning layout/out-of-range parts.0.pci.msiData',
      'error vf-state/stream-no-config parts',
      'error layout/trailing-bytes trailing',
    ])
  })

  test('a stream of 64-bit MSI read as 32-bit one', () => {
    const found = judged(format, hex(END), { msi64: false })
    // MSI data is the high word, 0; its own first byte is taken for a set-up flag that ends the body.
    expect(found).toEqual(['error vf-state/stream-no-config parts', 'error layout/trailing-bytes trailing'])
  })

  test('MSI data of more than 16 bits', () => {
    const found = judged(format, hex(END.replace('00004021', '00014021')))
    expect(found).toEqual(['warning layout/out-of-range parts.0.pci.msiData'])
  })
})

describe('flag bytes', () => {
  test.each(Array.from({ length: 256 }, (_, flag) => flag))('0x%s', (flag) => {
    const known = [0, 1, 2, 4, 8, 9, 10, 12].includes(flag)
    expect(isKnownFlag(flag)).toBe(known)
    const payload = { 1: PCI, 2: CONFIG, 4: MEMORY }[flag & ~8] ?? ''
    const next = (flag & 8) === 0 ? '' : '00'
    const bytes = hex(`${flag.toString(16).padStart(2, '0')} ${payload} ${next}`)
    const codes = format.inspect(bytes).findings.map(({ code }) => code)
    expect(codes.includes('vf-state/stream-flag')).toBe(!known)
    expect(codes).not.toContain('vf-state/stream-flag-continues')
    expect(format.decode(bytes).parts).toHaveLength(next === '' ? 1 : 2)
    expect(format.encode(format.decode(bytes))).toEqual(bytes)
  })

  test('a chain of unknown ones goes on as long as they continue', () => {
    expect(format.decode(hex('0b 0d 00')).parts.map((part) => part.flags.data)).toEqual([3, 5, 'setup'])
  })
})

const chunk = (length: number, pos: number) =>
  `${length.toString(16).padStart(16, '0')} ${pos.toString(16).padStart(16, '0')} ${'77'.repeat(length)}`
const memory = (total: number, ...chunks: readonly (readonly [number, number])[]) =>
  `04 ${total.toString(16).padStart(16, '0')} ${chunks.map(([length, pos]) => chunk(length, pos)).join(' ')}`
const at = (index: number, name: string) => `parts.0.deviceMemory.chunks.${index}.${name}`

interface Case {
  readonly name: string
  readonly bytes: string
  readonly options?: OptionValues
  readonly found: readonly string[]
}

const cases: readonly Case[] = [
  ...[3, 5, 6, 7].map(
    (flag): Case => ({
      name: `flag byte ${flag}`,
      bytes: `0${flag}`,
      found: ['error vf-state/stream-flag parts.0.flags'],
    }),
  ),
  { name: 'a flag byte with a high bit', bytes: '11', found: ['error vf-state/stream-flag parts.0.flags'] },
  {
    name: 'an unknown flag byte, the rest',
    bytes: '03 010203',
    found: ['error vf-state/stream-flag parts.0.flags', 'error layout/trailing-bytes trailing'],
  },
  {
    name: 'CONTINUE on the last part',
    bytes: `0c ${MEMORY}`,
    found: ['error vf-state/stream-flag-continues parts.0.flags'],
  },
  {
    name: 'CONTINUE on device config',
    bytes: `09 ${PCI} 0a ${CONFIG}`,
    found: ['error vf-state/stream-flag-continues parts.1.flags'],
  },
  { name: 'bytes behind the body', bytes: '00 00', found: ['error layout/trailing-bytes trailing'] },
  { name: 'PCI alone', bytes: `01 ${PCI}`, found: ['error vf-state/stream-no-config parts'] },
  {
    name: 'an END of memory alone',
    bytes: `04 ${MEMORY}`,
    options: { section: 'end' },
    found: ['error vf-state/stream-no-config parts'],
  },
  { name: 'config before PCI', bytes: `0a ${CONFIG} 01 ${PCI}`, found: ['warning vf-state/stream-order parts'] },
  { name: 'config alone', bytes: `02 ${CONFIG}`, found: ['warning vf-state/stream-order parts'] },
  { name: 'a config of the region’s size', bytes: END, options: { configRegion: 3 }, found: [] },
  {
    name: 'a config larger than the region',
    bytes: END,
    options: { configRegion: 2 },
    found: ['error vf-state/device-config-too-long parts.1.deviceConfig.length'],
  },
  { name: 'no device memory', bytes: memory(0), found: [] },
  { name: 'chunks of the region’s size', bytes: memory(6, [4, 0], [2, 4]), options: { memoryRegion: 4 }, found: [] },
  {
    name: 'a chunk larger than the region',
    bytes: memory(4, [4, 0]),
    options: { memoryRegion: 2 },
    found: [`error vf-state/memory-chunk-too-long ${at(0, 'length')}`],
  },
  {
    name: 'a chunk between two of the region',
    bytes: memory(6, [3, 0], [3, 3]),
    options: { memoryRegion: 4 },
    found: [`error vf-state/memory-chunk-position ${at(1, 'pos')}`],
  },
  {
    name: 'overlapping chunks',
    bytes: memory(6, [4, 0], [4, 2]),
    found: [`error vf-state/memory-chunk-overlap ${at(1, 'pos')}`],
  },
  {
    name: 'a position that never advances',
    bytes: memory(6, [4, 0], [4, 0], [6, 0]),
    found: [
      `error vf-state/memory-chunk-overlap ${at(1, 'pos')}`,
      `error vf-state/memory-chunk-overlap ${at(2, 'pos')}`,
    ],
  },
  {
    name: 'a gap between chunks',
    bytes: memory(6, [2, 0], [2, 4]),
    found: [`error vf-state/memory-chunk-gap ${at(1, 'pos')}`],
  },
  {
    name: 'changed memory with gaps',
    bytes: memory(8, [2, 2], [2, 6]),
    options: { memory: 'changed' },
    found: [],
  },
  {
    name: 'changed memory that ends behind the length of what changed',
    bytes: memory(2, [2, 6]),
    options: { memory: 'changed' },
    found: [],
  },
  {
    name: 'changed memory that overlaps',
    bytes: memory(6, [4, 1], [2, 4]),
    options: { memory: 'changed' },
    found: [`error vf-state/memory-chunk-overlap ${at(1, 'pos')}`],
  },
  {
    name: 'a first chunk that is not at 0',
    bytes: memory(6, [2, 4]),
    found: [`error vf-state/memory-chunk-gap ${at(0, 'pos')}`],
  },
  {
    name: 'an empty chunk',
    bytes: memory(2, [0, 0], [2, 0]),
    found: [`error vf-state/memory-chunk-empty ${at(0, 'length')}`],
  },
  {
    name: 'a sum over the total',
    bytes: memory(3, [2, 0], [2, 2]),
    found: [`error vf-state/memory-past-total ${at(1, 'length')}`],
  },
]

test.each(cases)('$name', ({ bytes, options, found }) => {
  expect(judged(format, hex(bytes), options)).toEqual(found)
})

test('every code has a case', () => {
  const covered = new Set(cases.flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
  expect(Object.keys(deviceStateBodyCodes.entries).filter((code) => !covered.has(code))).toEqual([])
})

test('findings name their bytes', () => {
  const [finding] = format.inspect(hex(`0c ${MEMORY} ${END}`), { configRegion: 2 }).findings
  // One flag, 8 + 20 + 18 bytes of memory, one flag, 36 bytes of PCI, one flag.
  expect(finding).toMatchObject({ offset: 1 + 46 + 1 + 36 + 1, length: 8 })
  const [overlap] = format.inspect(hex(memory(6, [4, 0], [4, 2]))).findings
  expect(overlap).toMatchObject({ offset: 9 + 20 + 8, length: 8, message: 'The chunk starts at 2, not 4.' })
})

describe('bodies that are cut', () => {
  const whole = hex(`0c ${MEMORY} ${END}`)
  /** Behind a part that continues, the end is a finding. */
  const sound = new Set([1 + 46, 1 + 46 + 1 + 36, whole.length])

  test.each(Array.from({ length: whole.length }, (_, length) => length))('after %i bytes', (length) => {
    const cut = whole.subarray(0, length)
    if (sound.has(length)) {
      expect(judged(format, cut).some((line) => line.includes('stream-flag-continues'))).toBe(true)
      return
    }
    const { value, findings } = format.inspect(cut)
    expect(value).toBeUndefined()
    expect(findings).toMatchObject([{ code: 'layout/ended-early', severity: 'error' }])
    expect(() => format.decode(cut)).toThrow(expect.objectContaining({ needsMore: true }) as Error)
  })

  test('a length beyond 2^53', () => {
    const [finding] = format.inspect(hex('02 ffffffffffffffff 00')).findings
    expect(finding?.code).toBe('layout/number-too-large')
    const [chunked] = format.inspect(hex('04 ffffffffffffffff ffffffffffffffff 0000000000000000 00')).findings
    expect(chunked?.code).toBe('layout/number-too-large')
  })

  test('empty chunks as far as the bytes go', () => {
    const [finding] = format.inspect(hex(`04 0000000000000001 ${'0'.repeat(32 * 5000)}`)).findings
    expect(finding?.code).toBe('layout/ended-early')
  })
})

test('a body of the size of GVT is not copied', () => {
  const size = 9 * 1024 * 1024
  const bytes = new Uint8Array(37 + 9 + size)
  bytes[0] = 9
  bytes[37] = 2
  new DataView(bytes.buffer).setBigUint64(38, BigInt(size))
  const { value, findings } = format.inspect(bytes, { configRegion: size })
  expect(findings).toEqual([])
  expect(value?.parts[1]?.deviceConfig?.data.buffer).toBe(bytes.buffer)
})

describe('what cannot be written', () => {
  const setup = { flags: flags('setup', false) }
  const more = { flags: flags('setup', true) }
  test.each([
    ['no parts', { parts: [] }, 'parts'],
    ['a part behind one that does not continue', { parts: [setup, setup] }, 'parts.0'],
    ['a payload that the flags do not announce', { parts: [{ ...setup, pci }] }, 'parts.0.pci'],
    ['a payload that is missing', { parts: [{ flags: flags('pci', false) }] }, 'parts.0.pci'],
    ['bytes behind flags that continue', { parts: [more], trailing: hex('00') }, 'trailing'],
    ['no bytes at the end', { parts: [setup], trailing: hex('') }, 'trailing'],
    ['an unknown member', { parts: [{ ...setup, memory: 1 }] }, 'parts.0.memory'],
    [
      'a chunk behind the total',
      {
        parts: [
          {
            flags: flags('device-memory', false),
            deviceMemory: { totalLength: 4n, chunks: deviceMemory.chunks },
          },
        ],
      },
      'parts.0.deviceMemory.chunks',
    ],
    [
      'chunks that end early',
      {
        parts: [
          { flags: flags('device-memory', false), deviceMemory: { totalLength: 7n, chunks: deviceMemory.chunks } },
        ],
      },
      'parts.0.deviceMemory.chunks',
    ],
  ])('%s', (_, value, path) => {
    const failing = () => format.encode(value as DeviceStateBody)
    expect(failing).toThrow(EncodeError)
    expect(failing).toThrow(
      expect.objectContaining({ path: path.split('.').map((it) => (/^\d+$/.test(it) ? Number(it) : it)) }) as Error,
    )
  })
})
