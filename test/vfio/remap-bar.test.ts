import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../src/findings/index.ts'
import {
  barsOfSignal,
  irqInfoFormat,
  irqTypeOf,
  makeModuleAlias,
  nextRegionIndex,
  parseModuleAlias,
  REMAP_BAR_IRQ,
  remapBarSignalFormat,
  remapSignal,
  resolveRegionIndex,
  vendorOpsCodes,
} from '../../src/vfio/index.ts'
import { hex, judged } from './support.ts'

describe('irq info', () => {
  /** Irq 5, with a type capability for the remap irq. */
  const TYPED = '24000000 11000000 05000000 01000000 14000000 0300 0100 00000000 01000000 00000000'

  test('a type capability', () => {
    const value = irqInfoFormat.decode(hex(TYPED))
    expect(value).toMatchObject({
      argsz: 36,
      flags: { eventfd: true, caps: true },
      index: 5,
      count: 1,
      capOffset: 20,
      capabilities: [{ offset: 20, header: { id: 3, version: 1, next: 0 }, body: REMAP_BAR_IRQ }],
    })
    expect(irqTypeOf(value)).toEqual({ type: 1, subtype: 0 })
    expect(irqTypeOf(irqInfoFormat.decode(hex('10000000 01000000 05000000 01000000')))).toBeUndefined()
  })

  const FIRST = '34000000 11000000 05000000 01000000 14000000 6300 0100'
  test.each([
    { name: 'a sound one', bytes: TYPED, found: [] },
    { name: 'without an offset', bytes: '10000000 01000000 05000000 01000000', found: [] },
    { name: 'room, and no capability', bytes: '14000000 01000000 00000000 01000000 00000000', found: [] },
    {
      name: 'too little room was given',
      bytes: '24000000 11000000 05000000 01000000 00000000',
      found: ['info vfio/capabilities-left-out argsz'],
    },
    { name: 'more room than needed', bytes: '40000000 01000000 00000000 01000000 00000000', found: [] },
    {
      name: 'less room than the structure',
      bytes: TYPED.replace('24', '0f'),
      found: [
        'error vfio/argsz-too-small argsz',
        'warning vfio/capabilities-flag capOffset',
        'error layout/trailing-bytes',
      ],
    },
    {
      name: 'an unknown one first',
      bytes: `${FIRST} 24000000 ffffffffffffffff ${TYPED.slice(45)}`,
      found: ['info vfio/capability-unknown capabilities.0.body'],
    },
    {
      name: 'an offset elsewhere',
      bytes: TYPED.replace('14000000', '20000000'),
      found: ['error vfio/capability-past-end capOffset', 'info vfio/gap-not-zero gaps.0.bytes'],
    },
    {
      name: 'the other byte order',
      bytes: '00000024 00000011 00000005 00000001 00000014 0003 0001 00000000 00000001 00000000',
      byteOrder: 'big',
      found: [],
    },
    {
      name: 'no next one',
      bytes: TYPED.replace('00000000 01000000 00000000', '24000000 01000000 00000000'),
      found: ['error vfio/capability-past-end capabilities.0.header.next'],
    },
    {
      name: 'a loop',
      bytes: TYPED.replace('0100 00000000', '0100 14000000'),
      found: ['error vfio/capability-loop capabilities.0.header.next'],
    },
    {
      name: 'a next one past the end',
      bytes: TYPED.replace('00000000 01000000 00000000', '40000000 01000000 00000000'),
      found: ['error vfio/capability-past-end capabilities.0.header.next'],
    },
  ])('$name', ({ bytes, byteOrder = 'little', found }) => {
    expect(judged(irqInfoFormat, hex(bytes), { byteOrder })).toEqual(found)
  })
})

describe('the remap signal', () => {
  test.each([
    [[], 0n, '0000000000000000'],
    [[0], 1n, '0100000000000000'],
    [[0, 3, 5], 0x29n, '2900000000000000'],
    [[0, 1, 2, 3, 4, 5], 0x3fn, '3f00000000000000'],
  ])('BARs %j', (bars, value, bytes) => {
    expect(remapSignal(bars)).toBe(value)
    expect(barsOfSignal(value)).toEqual(bars)
    expect(judged(remapBarSignalFormat, hex(bytes))).toEqual([])
    const { reserved: _, ...named } = remapBarSignalFormat.decode(hex(bytes)).bars
    expect(Object.values(named).flatMap((isSet, bar) => (isSet ? [bar] : []))).toEqual(bars)
  })

  test('a bit above BAR 5', () => {
    const found = ['error vfio/remap-bar-beyond bars.reserved']
    expect(judged(remapBarSignalFormat, hex('4100000000000000'))).toEqual(found)
    expect(judged(remapBarSignalFormat, hex('0000000000000080'))).toEqual(found)
    expect(barsOfSignal(0x41n)).toEqual([0])
    for (const bar of [6, -1, 0.5]) expect(() => remapSignal([bar])).toThrow(RangeError)
  })
})

/** The DecodeError of a step. */
function errorOf(step: () => unknown): DecodeError {
  try {
    step()
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
  throw new Error('Nothing is wrong.')
}

describe('module aliases', () => {
  test.each([
    ['vfio-pci:8086-154c', 0x8086, 0x154c],
    ['vfio-pci:1af4-0', 0x1af4, 0],
    ['vfio-pci:1-ffff', 1, 0xffff],
  ])('%s', (alias, vendor, device) => {
    expect(makeModuleAlias({ vendor, device })).toBe(alias)
    expect(parseModuleAlias(alias)).toEqual({ vendor, device })
  })

  test.each([
    ['vfio-pci:8086-154C', 17],
    ['vfio-pci:0x8086-154c', 9],
    ['vfio-pci:08086-154c', 9],
    ['vfio-pci:8086-0154', 9],
    ['vfio-pci:8086', 9],
    ['vfio-pci:8086-154c\n', 9],
    ['vfio_pci:8086-154c', 0],
    ['pci:v00008086d0000154C', 0],
    ['', 0],
  ])('%j is none', (text, offset) => {
    expect(errorOf(() => parseModuleAlias(text))).toMatchObject({ code: 'vfio/module-alias', offset })
  })

  test('an ID of more than 16 bits', () => {
    expect(() => makeModuleAlias({ vendor: 0x10000, device: 0 })).toThrow(RangeError)
  })
})

describe('region indexes', () => {
  test('vendor regions follow the nine fixed ones', () => {
    expect([0, 1, 2].map(nextRegionIndex)).toEqual([9, 10, 11])
    expect(resolveRegionIndex(8, 0)).toEqual({ kind: 'fixed', number: 8 })
    expect(resolveRegionIndex(9, 1)).toEqual({ kind: 'vendor', number: 0 })
    expect(resolveRegionIndex(10, 2)).toEqual({ kind: 'vendor', number: 1 })
  })

  test.each([
    [9, 0],
    [10, 1],
    [11, 1],
    [-1, 1],
    [0.5, 1],
  ])('%d with %i vendor regions is none', (index, count) => {
    expect(errorOf(() => resolveRegionIndex(index, count)).code).toBe('vfio/region-index')
  })
})

test('the codes of both are explained', () => {
  expect(Object.keys(vendorOpsCodes.entries)).toEqual(['vfio/module-alias', 'vfio/region-index'])
})
