import { expect, test } from 'vitest'
import { compile } from '../../src/layout/compile/index.ts'
import { bit, bits, inPlace, rest, span, struct, u16, u32, u64, walk, write } from '../../src/layout/index.ts'

const located = struct(
  'located',
  {
    table: bits(u32, { bir: span(0, 2), offset: inPlace(3, 31) }),
    rom: bits(u32, { enable: bit(0), reserved: rest(), address: inPlace(11, 31) }),
    window: bits(u16, { type: span(0, 3), base: inPlace(4, 15) }),
  },
  { title: 'words that locate something', source: 'test' },
)

const BYTES = Uint8Array.from([0xfc, 0xff, 0xff, 0xff, 0x01, 0x08, 0x00, 0xfe, 0x31, 0x12])
const VALUE = {
  table: { bir: 4, offset: 0xfffffff8 },
  rom: { enable: true, reserved: 0, address: 0xfe000800 },
  window: { type: 1, base: 0x1230 },
}

test('bits in place keep their place, compiled and interpreted, both ways', () => {
  const codec = compile(located)
  expect(codec.decode(BYTES)).toEqual(VALUE)
  expect(walk(located, BYTES).value).toEqual(VALUE)
  expect(codec.encode(VALUE)).toEqual(BYTES)
  expect(write(located, VALUE)).toEqual(BYTES)
  expect(codec.fromJson(codec.toJson(VALUE))).toEqual(VALUE)
})

test('bits outside the place are refused with their mask', () => {
  const codec = compile(located)
  for (const offset of [1, 0x1_0000_0000, -8, 8.5]) {
    const value = { ...VALUE, table: { bir: 0, offset } }
    expect(() => codec.encode(value)).toThrow('table.offset: expected bits within 0xfffffff8')
  }
})

test('a 64-bit word has no bits in place', () => {
  expect(() => bits(u64, { low: span(0, 2), address: inPlace(3, 34) })).toThrow(TypeError)
})
