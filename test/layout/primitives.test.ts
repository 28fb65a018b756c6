// A value, its bytes worked out by hand, and its JSON: decode, encode, toJson and fromJson all have to agree with it.
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/layout/compile/index.ts'
import {
  type AnyType,
  array,
  bit,
  bits,
  bool8,
  bytes,
  type Codec,
  enumeration,
  fromHex,
  i8,
  i16,
  i16be,
  i32,
  i32be,
  i64,
  i64be,
  interpreted,
  type Json,
  reserved,
  rest,
  type StructOrder,
  type StructType,
  span,
  struct,
  text,
  toHex,
  u8,
  u16,
  u16be,
  u16le,
  u32,
  u32be,
  u32le,
  u64,
  u64be,
  u64le,
  wideRest,
  wideSpan,
} from '../../src/layout/index.ts'
import { tlvList } from './trial.layout.ts'

type Case = readonly [type: AnyType, value: unknown, hex: string, json?: Json]

const named = enumeration(u16, { 1: 'one', 4660: 'many' })
const low = bits(u16, { a: span(0, 3), b: span(4, 15) })
const mixed = bits(u32, { reserved: rest(), on: bit(4), mode: span(8, 9, { 2: 'two' }), top: span(20, 31) })
const whole = bits(u32, { all: span(0, 31) })
const across = bits(u64, { low: span(0, 3), odd: span(20, 51), reserved: wideRest(), high: bit(63) })
const wide = bits(u64, { tag: span(0, 3), address: wideSpan(4, 63) })

const CASES: Readonly<Record<StructOrder & ('little' | 'big'), readonly Case[]>> = {
  little: [
    [u8, 0, '00'],
    [u8, 255, 'ff'],
    [u16, 0x1234, '3412'],
    [u32, 0xfedcba98, '98badcfe'],
    [u64, 0xfee01000n, '0010e0fe00000000', '0xfee01000'],
    [u64, 0xffffffffffffffffn, 'ffffffffffffffff', '0xffffffffffffffff'],
    [u64, 0x8000000000000001n, '0100000000000080', '0x8000000000000001'],
    [i8, -128, '80'],
    [i8, 127, '7f'],
    [i16, -2, 'feff'],
    [i32, -2147483648, '00000080'],
    [i64, -2n, 'feffffffffffffff', '-0x2'],
    [i64, -(1n << 63n), '0000000000000080', '-0x8000000000000000'],
    [u16be, 0x1234, '1234'],
    [u32be, 0x12345678, '12345678'],
    [u64be, 0x102030405060708n, '0102030405060708', '0x102030405060708'],
    [i16be, -2, 'fffe'],
    [i32be, -2, 'fffffffe'],
    [i64be, -256n, 'ffffffffffffff00', '-0x100'],
    [bool8, false, '00'],
    [bool8, true, '01'],
    [bool8, 2, '02'],
    [named, 'one', '0100'],
    [named, 'many', '3412'],
    [named, 2, '0200'],
    [enumeration(i8, { [-1]: 'none' }), 'none', 'ff'],
    [low, { a: 4, b: 0x123 }, '3412'],
    [mixed, { reserved: 0, on: true, mode: 'two', top: 0xabc }, '1002c0ab'],
    [mixed, { reserved: 0x000ffcef, on: false, mode: 3, top: 0 }, 'efff0f00'],
    [whole, { all: 0xffffffff }, 'ffffffff'],
    [whole, { all: 0x80000000 }, '00000080'],
    [
      across,
      { low: 5, odd: 0xffffffff, reserved: 0n, high: true },
      '0500f0ffffff0f80',
      { low: 5, odd: 0xffffffff, reserved: '0x0', high: true },
    ],
    [
      across,
      { low: 0, odd: 0, reserved: 0x7ff00000000ffff0n, high: false },
      'f0ff0f000000f07f',
      { low: 0, odd: 0, reserved: '0x7ff00000000ffff0', high: false },
    ],
    [
      wide,
      { tag: 8, address: 0xfedcba987654321n },
      '18325476 98badcfe'.replace(' ', ''),
      { tag: 8, address: '0xfedcba987654321' },
    ],
    [text(4), 'ab', '61620000'],
    [text(4), '', '00000000'],
    [text(3), '\u0000\u00e9!', '00e921'],
    [bytes(3), Uint8Array.of(1, 2, 255), '0102ff', '0102ff'],
    [bytes(0), new Uint8Array(0), '', ''],
    [reserved(2), new Uint8Array(2), '0000', '0000'],
    [array(u16, 3), [1, 2, 0xffff], '01000200ffff'],
    [array(u16be, 2), [1, 2], '00010002'],
    [
      array(array(u8, 2), 2),
      [
        [1, 2],
        [3, 4],
      ],
      '01020304',
    ],
    [array(u32, 0), [], ''],
  ],
  big: [
    [u16, 0x1234, '1234'],
    [u16le, 0x1234, '3412'],
    [u32, 0x12345678, '12345678'],
    [u32le, 0x12345678, '78563412'],
    [u64, 1n, '0000000000000001', '0x1'],
    [u64le, 1n, '0100000000000000', '0x1'],
    [i16, -2, 'fffe'],
    [i64, -2n, 'fffffffffffffffe', '-0x2'],
    [named, 'many', '1234'],
    [low, { a: 4, b: 0x123 }, '1234'],
    [mixed, { reserved: 0, on: true, mode: 'two', top: 0xabc }, 'abc00210'],
    [
      across,
      { low: 5, odd: 0xffffffff, reserved: 0n, high: true },
      '800ffffffff00005',
      { low: 5, odd: 0xffffffff, reserved: '0x0', high: true },
    ],
    [array(i32, 2), [1, -1], '00000001ffffffff'],
  ],
}

const codecs = { compiled: compile, interpreted: (type: StructType): Codec => interpreted(type) as Codec } as const

describe.each(Object.entries(codecs))('%s', (_, make) => {
  describe.each(Object.entries(CASES))('%s-endian', (byteOrder, cases) => {
    test.each(cases.map(([type, ...others]) => [others[1], type.kind, type, ...others] as const))(
      '%s %s',
      (_hex, _kind, type, value, hex, json) => {
        const title = 'One field'
        const facts = { title, source: 'test', byteOrder: byteOrder as StructOrder }
        const codec = make(struct('one-field', { field: type }, facts)) as Codec
        const wanted = { field: value }
        const wantedJson = { field: json ?? (value as Json) }
        expect(codec.decode(fromHex(hex) as Uint8Array)).toEqual(wanted)
        expect(toHex(codec.encode(wanted))).toBe(hex)
        expect(codec.toJson(wanted)).toEqual(wantedJson)
        expect(codec.fromJson(wantedJson)).toEqual(wanted)
      },
    )
  })
})

test('a TLV list', () => {
  const hex = ['01000400 ffff0200', '02000300 01 0900', '0300 0000', '6300 0200 abcd', '01000300 010203'].join('')
  const input = fromHex(hex.replaceAll(' ', '')) as Uint8Array
  const codec = compile(tlvList)
  expect(codec.decode(input)).toEqual({
    items: [
      { tag: 1, length: 4, body: { x: -1, y: 2 } },
      { tag: 2, length: 3, body: { count: 1, items: [9] } },
      { tag: 3, length: 0, body: {} },
      { tag: 0x63, length: 2, body: Uint8Array.of(0xab, 0xcd) },
      { tag: 1, length: 3, body: { opaque: Uint8Array.of(1, 2, 3) } },
    ],
  })
  expect(codec.encode(codec.decode(input))).toEqual(input)
})
