import { describe, expect, test } from 'vitest'
import { fixedSize, type Located } from '../../../src/layout/index.ts'
import {
  headRegisters,
  isHeadRegister,
  ixgbevfRegisterDumpFormat,
  ixgbevfRegistersCodec,
  ixgbevfRegistersFormat,
  recordedRegistersCodes,
  recordedRegistersFormat,
  registerOffset,
  restoreOrder,
} from '../../../src/vf-state/index.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'
import { joined } from '../vf-image.ts'

/** Offsets of the reference's table. */
const OFFSETS: readonly [number, string][] = [
  [0x0000, 'vfctrl'],
  [0x0008, 'vfstatus'],
  [0x0010, 'vflinks'],
  [0x0048, 'vffrtimer'],
  [0x0100, 'vteicr'],
  [0x0104, 'vteics'],
  [0x0108, 'vteims'],
  [0x010c, 'vteimc'],
  [0x0110, 'vteiac'],
  [0x0114, 'vteiam'],
  ...[0, 1, 2, 3].map((x): [number, string] => [0x0120 + 4 * x, `vtivar.${x}`]),
  [0x0140, 'vtivarMisc'],
  ...[0, 1, 2].map((x): [number, string] => [0x0180 + 4 * x, `vtrscint.${x}`]),
  ...Array.from({ length: 16 }, (_, x): [number, string] => [0x0200 + 4 * x, `vfmbmem.${x}`]),
  [0x02fc, 'vfmailbox'],
  [0x0300, 'vfpsrtype'],
  ...[0, 1, 2].map((x): [number, string] => [0x0820 + 4 * x, `vteitr.${x}`]),
  ...Array.from({ length: 8 }, (_, x) => queue(x)).flat(),
  [0x3000, 'vfmrqc'],
  ...Array.from({ length: 10 }, (_, x): [number, string] => [0x3100 + 4 * x, `vfrssrk.${x}`]),
  [0x3190, 'vfrxmemwrap'],
  ...Array.from({ length: 16 }, (_, x): [number, string] => [0x3200 + 4 * x, `vfreta.${x}`]),
]

function queue(x: number): [number, string][] {
  const rx = {
    ...{ rdbal: 0x1000, rdbah: 0x1004, rdlen: 0x1008, dcaRxctrl: 0x100c, rdh: 0x1010, srrctl: 0x1014, rdt: 0x1018 },
    ...{ gprc: 0x101c, gorcLsb: 0x1020, gorcMsb: 0x1024, rxdctl: 0x1028, rscctl: 0x102c, mprc: 0x1034 },
  }
  const tx = {
    ...{ tdbal: 0x2000, tdbah: 0x2004, tdlen: 0x2008, dcaTxctrl: 0x200c, tdh: 0x2010, tdt: 0x2018, gptc: 0x201c },
    ...{ gotcLsb: 0x2020, gotcMsb: 0x2024, txdctl: 0x2028, tdwbal: 0x2038, tdwbah: 0x203c },
  }
  return [
    ...Object.entries(rx).map(([name, offset]): [number, string] => [offset + 0x40 * x, `rxQueues.${x}.${name}`]),
    ...Object.entries(tx).map(([name, offset]): [number, string] => [offset + 0x40 * x, `txQueues.${x}.${name}`]),
  ]
}

/** Names of registers by offset; reserved runs are left out. */
function namesOf(fields: readonly Located[]): Map<number, string> {
  const names = new Map<number, string>()
  for (const { path, offset, bits } of fields) {
    const name = (bits === undefined ? path : path.slice(0, -1)).join('.')
    if (!/reserved/.test(name)) names.set(offset, name)
  }
  return names
}

describe('the register space', () => {
  test('is 16 KiB, with every register where the driver has it', () => {
    expect(fixedSize(ixgbevfRegistersCodec.type)).toBe(0x4000)
    const found = [...namesOf(ixgbevfRegistersCodec.fields(new Uint8Array(0x4000)))]
    expect(found).toEqual(OFFSETS.toSorted(([a], [b]) => a - b))
  })

  test.each([
    { path: ['vfctrl', 'reset'], offset: 0, mask: 0x04000000 },
    { path: ['rxQueues', 1, 'rxdctl', 'enable'], offset: 0x1068, mask: 0x02000000 },
    { path: ['rxQueues', 0, 'rxdctl', 'vlanMode'], offset: 0x1028, mask: 0x40000000 },
    { path: ['txQueues', 7, 'txdctl', 'enable'], offset: 0x21e8, mask: 0x02000000 },
    { path: ['txQueues', 0, 'txdctl', 'softwareFlush'], offset: 0x2028, mask: 0x04000000 },
    { path: ['vflinks', 'up'], offset: 0x10, mask: 0x40000000 },
    ...['request', 'acknowledge', 'vfOwner', 'pfOwner', 'pfStatus', 'pfAcknowledge', 'resetIndicated', 'resetDone'].map(
      (name, at) => ({ path: ['vfmailbox', name], offset: 0x2fc, mask: 1 << at }),
    ),
  ])('$path is $mask', ({ path, offset, mask }) => {
    const bytes = new Uint8Array(0x4000)
    new DataView(bytes.buffer).setUint32(offset, mask, true)
    const set = ixgbevfRegistersCodec.fields(bytes).filter(({ value }) => value === true)
    expect(set.map((field) => field.path)).toEqual([path])
    expect(registerOffset(path.slice(0, -1))).toBe(offset)
  })
})

describe('restore', () => {
  test('interrupts, header types, receive rings, transmit rings; no heads', () => {
    const order = restoreOrder(2).map(({ path }) => path.join('.'))
    const first = (name: string) => order.findIndex((path) => path.startsWith(name))
    expect(first('vteims')).toBeLessThan(first('vfpsrtype'))
    expect(first('vfpsrtype')).toBeLessThan(first('rxQueues'))
    expect(first('rxQueues.1')).toBeLessThan(first('txQueues.0'))
    expect(first('txQueues.1')).toBeGreaterThan(0)
    expect(first('rxQueues.2')).toBe(-1)
    expect(order.filter((path) => /rdh|tdh/.test(path))).toEqual([])
    for (const { offset } of restoreOrder(8)) expect(isHeadRegister(offset)).toBe(false)
  })

  test('heads cannot be written', () => {
    expect(headRegisters.length).toBe(16)
    expect([0x1010, 0x1050, 0x2010, 0x21d0].every(isHeadRegister)).toBe(true)
    expect([0x1018, 0x2018, 0, 0x1210].some(isHeadRegister)).toBe(false)
  })
})

/** 32-bit words by offset, in a run of so many bytes. */
function words(size: number, values: Readonly<Record<number, number>>): Uint8Array {
  const bytes = new Uint8Array(size)
  for (const [offset, value] of Object.entries(values)) {
    new DataView(bytes.buffer).setUint32(Number(offset), value, true)
  }
  return bytes
}

const RING = { 4160: 0x10000, 4168: 8192, 4176: 511, 4184: 510 }
const cases = [
  { name: 'no rings', registers: {}, found: [] },
  { name: 'a ring of 512', registers: RING, found: [] },
  {
    name: 'head behind the end',
    registers: { ...RING, 4176: 512 },
    found: ['error vf-state/ring-head rxQueues.1.rdh'],
  },
  {
    name: 'tail behind the end',
    registers: { ...RING, 4184: 600 },
    found: ['error vf-state/ring-index rxQueues.1.rdt'],
  },
  { name: '60 descriptors', registers: { 8200: 960 }, found: ['error vf-state/ring-length txQueues.0.tdlen'] },
  {
    name: 'half a descriptor',
    registers: { 8200: 1032 },
    found: ['error vf-state/ring-length-register txQueues.0.tdlen'],
  },
  {
    name: 'a base at 8 bytes',
    registers: { ...RING, 4160: 0x10008 },
    found: ['error vf-state/ring-base rxQueues.1.rdbal'],
  },
]
test.each(cases)('registers, $name: $found', ({ registers, found }) => {
  expect(findingsOf(ixgbevfRegistersFormat, words(0x4000, registers))).toEqual(found)
})

/** The array of the self emulation layer: a value for every byte offset. */
const recorded = (registers: Readonly<Record<number, number>>) =>
  words(0x10000, Object.fromEntries(Object.entries(registers).map(([offset, value]) => [4 * Number(offset), value])))

describe('recorded registers', () => {
  test('are indexed by byte offset, 65536 bytes in all', () => {
    const bytes = recorded({ 764: 0x81, 4120: 17, 257: 5, 16383: 6 })
    expect(bytes[4 * 0x2fc]).toBe(0x81)
    const value = recordedRegistersFormat.decode(bytes)
    expect(value.registers.vfmailbox).toMatchObject({ request: true, resetDone: true })
    expect(value.registers.rxQueues[0]?.rdt).toBe(17)
    expect(value.strays).toEqual([
      { index: 0x101, value: 5 },
      { index: 0x3fff, value: 6 },
    ])
    expect(findingsOf(recordedRegistersFormat, bytes)).toEqual(['warning vf-state/recorded-between strays.0'])
  })

  test.each(cases)('$name: $found', ({ registers, found }) => {
    expect(findingsOf(recordedRegistersFormat, recorded(registers))).toEqual(
      found.map((line) => line.replace(/(\S+)$/, 'registers.$1')),
    )
  })

  test('findings and fields lie where the element is', () => {
    const bytes = recorded({ ...RING, 4176: 512 })
    expect(recordedRegistersFormat.inspect(bytes).findings).toMatchObject([{ offset: 4 * 0x1050, length: 4 }])
    const head = recordedRegistersFormat.fields(bytes).find(({ path }) => path.join('.') === 'registers.rxQueues.1.rdh')
    expect(head).toMatchObject({ offset: 4 * 0x1050, length: 4, value: 512 })
  })

  test.each([
    { length: 0, error: 'layout/ended-early @0 needs more' },
    { length: 0x4000, error: 'layout/ended-early @16384 needs more' },
    { length: 0x10004, error: 'layout/trailing-bytes @65536' },
  ])('$length bytes: $error', ({ length, error }) => {
    expect(decodeErrorOf(recordedRegistersFormat as never, new Uint8Array(length))).toBe(error)
  })
})

/** Words of `ethtool -d DEV raw on` by their number. */
const DUMP: Readonly<Record<string, number>> = {
  ...{ vfctrl: 0, vfstatus: 1, vflinks: 2, vfrxmemwrap: 3, vffrtimer: 4, vteicr: 5, vteics: 6, vteims: 7, vteimc: 8 },
  ...{ vteiac: 9, vteiam: 10, vteitr0: 11, vtivar0: 12, vtivarMisc: 13, rdbal: 14, rdbah: 16, rdlen: 18, rdh: 20 },
  ...{ rdt: 22, rxdctl: 24, srrctl: 26, vfpsrtype: 28, tdbal: 29, tdbah: 31, tdlen: 33, tdh: 35, tdt: 37 },
  ...{ txdctl: 39, tdwbal: 41, tdwbah: 43 },
}

describe('the register dump of ethtool', () => {
  test('is 45 words in the order of the driver', () => {
    const fields = ixgbevfRegisterDumpFormat.fields(new Uint8Array(180))
    const found = new Map<string, number>()
    for (const { path, offset } of fields) {
      const name = String(path[0])
      if (!found.has(name)) found.set(name, offset / 4)
    }
    expect(Object.fromEntries(found)).toEqual(DUMP)
    expect(decodeErrorOf(ixgbevfRegisterDumpFormat as never, new Uint8Array(176))).toContain('layout/ended-early')
    expect(decodeErrorOf(ixgbevfRegisterDumpFormat as never, new Uint8Array(184))).toContain('layout/trailing-bytes')
  })

  test.each([
    { name: 'idle', values: {}, found: [] },
    { name: 'a ring of 1024', values: { 30: 0x10000, 34: 16384, 36: 5, 38: 9 }, found: [] },
    {
      name: 'head behind the end',
      values: { 30: 0x10000, 34: 16384, 36: 1024 },
      found: ['error vf-state/ring-head tdh.1'],
    },
    {
      name: 'a length of 100',
      values: { 18: 100 },
      found: ['error vf-state/ring-length-register rdlen.0', 'error vf-state/ring-length rdlen.0'],
    },
  ])('$name: $found', ({ values, found }) => {
    const bytes = words(
      180,
      Object.fromEntries(Object.entries(values).map(([index, value]) => [4 * Number(index), value])),
    )
    expect(findingsOf(ixgbevfRegisterDumpFormat, bytes)).toEqual(found)
  })
})

test('every code of recorded registers has a case', () => {
  const found = [...cases.map((given) => given.found), ['vf-state/recorded-between']]
  const elsewhere = ['vf-state/ring-done-while-empty', 'vf-state/ring-buffers-not-shifted']
  expect(uncovered(recordedRegistersCodes.entries, 'vf-state/', [...found, elsewhere])).toEqual([])
})

test('recorded registers that have no place are refused', () => {
  const value = recordedRegistersFormat.decode(joined(recorded({})))
  for (const stray of [{ index: 4, value: 1 }, { index: 1, value: 0 }, { index: 0x4000, value: 1 }, null]) {
    expect(() => recordedRegistersFormat.encode({ ...value, strays: [stray] as never })).toThrow('strays[0]')
  }
  const twice = [
    { index: 1, value: 1 },
    { index: 1, value: 2 },
  ]
  expect(() => recordedRegistersFormat.encode({ ...value, strays: twice })).toThrow('an index of its own')
})
