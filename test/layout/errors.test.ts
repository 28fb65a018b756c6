// What is said when bytes, values or JSON do not fit: every part of it, and the message in full.
import { describe, expect, test } from 'vitest'
import { DecodeError, EncodeError } from '../../src/findings/index.ts'
import { compile } from '../../src/layout/compile/index.ts'
import {
  type AnyType,
  add,
  array,
  atLeast,
  bit,
  bits,
  bytes,
  type Codec,
  choice,
  enumeration,
  framed,
  fromHex,
  i8,
  type Json,
  multiply,
  optional,
  remaining,
  reserved,
  rest,
  span,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
  wideSpan,
} from '../../src/layout/index.ts'

const of = (fields: Readonly<Record<string, AnyType>>) =>
  compile(struct('trial', fields, { title: 'Trial', source: 'test' })) as Codec

function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

const point = struct('point', { x: u16, y: u16 }, { title: 'Point', source: 'test' })
const word = bits(u16, { on: bit(0), mode: span(1, 2, { 0: 'a' }), reserved: rest() })

const DAMAGED: readonly (readonly [
  fields: Readonly<Record<string, AnyType>>,
  hex: string,
  code: string,
  offset: number,
  needsMore: boolean,
  message: string,
])[] = [
  [{ a: u8, b: u32 }, '010203', 'ended-early', 1, true, 'b at offset 0x1: expected 4 bytes, found only 2'],
  [{ a: u8 }, '', 'ended-early', 0, true, 'a at offset 0x0: expected 1 byte, found the end of the input'],
  [{ p: point }, '010002', 'ended-early', 2, true, 'p.y at offset 0x2: expected 2 bytes, found only 1'],
  [{ n: u8, d: bytes('n') }, '0501', 'ended-early', 1, true, 'd at offset 0x1: expected 5 bytes, found only 1'],
  [
    { n: u8, d: text('n') },
    'ff',
    'ended-early',
    1,
    true,
    'd at offset 0x1: expected 255 bytes, found the end of the input',
  ],
  [
    { n: u32, list: array(point, 'n') },
    'ffffffff01000200',
    'ended-early',
    4,
    true,
    'list at offset 0x4: expected 4294967295 elements, at least 17179869180 bytes, found only 4',
  ],
  [
    { list: array(point, 'to-end') },
    '0100020003',
    'ended-early',
    4,
    true,
    'list[1].x at offset 0x4: expected 2 bytes, found only 1',
  ],
  [{ f: framed(4, point) }, '0102', 'ended-early', 0, true, 'f at offset 0x0: expected 4 bytes, found only 2'],
  [
    { a: u8 },
    '0102',
    'trailing-bytes',
    1,
    false,
    'value at offset 0x1: expected the end of the input after 1 byte, found 1 more',
  ],
  [{ a: u8, m: u16.is(0xcafe) }, '00feff', 'wrong-magic', 1, false, 'm at offset 0x1: expected 0xcafe, found 0xfffe'],
  [{ m: u64.is(5n) }, '0600000000000000', 'wrong-magic', 0, false, 'm at offset 0x0: expected 0x5, found 0x6'],
  [
    { t: u8, p: choice('t', { 1: u8, 2: u16 }) },
    '0300',
    'unknown-tag',
    1,
    false,
    'p at offset 0x1: expected a tag of 1, 2, found 3',
  ],
  [
    { n: u64, d: bytes('n') },
    'ffffffffffffffff',
    'number-too-large',
    8,
    false,
    'd at offset 0x8: expected a length, count or tag below 2^53, found 18446744073709552000',
  ],
  [
    { a: u32, b: u32, d: bytes(multiply('a', 'b')) },
    'ffffffffffffffff',
    'number-too-large',
    8,
    false,
    'd at offset 0x8: expected a length, count or tag below 2^53, found 18446744065119617000',
  ],
  [
    { n: i8, d: bytes('n') },
    'ff00',
    'negative-length',
    1,
    false,
    'd at offset 0x1: expected a length or count of at least 0, found -1',
  ],
  [
    { n: i8, d: array(u8, 'n') },
    '8000',
    'negative-length',
    1,
    false,
    'd at offset 0x1: expected a length or count of at least 0, found -128',
  ],
]

test.each(DAMAGED.map(([fields, hex, ...others]) => [others[3], hex, fields, ...others] as const))(
  'bytes: %s',
  (_, hex, fields, code, offset, needsMore, message) => {
    const codec = of(fields)
    const input = fromHex(hex) as Uint8Array
    const error = thrown(() => codec.decode(input))
    expect(error).toBeInstanceOf(DecodeError)
    expect(error).toMatchObject({ code: `layout/${code}`, offset, needsMore, message })
    const { expected, found, path } = error as DecodeError
    expect(message).toContain(`expected ${expected}, found ${found}`)
    if (code === 'trailing-bytes') return
    const { value, findings } = codec.inspect(input)
    expect(value).toBeUndefined()
    expect(findings.at(-1)).toMatchObject({ code: `layout/${code}`, offset, path, severity: 'error' })
  },
)

const REFUSED: readonly (readonly [
  fields: Readonly<Record<string, AnyType>>,
  value: unknown,
  code: string,
  message: string,
])[] = [
  [{ a: u8 }, undefined, 'wrong-type', 'value: expected a trial object, found nothing'],
  [{ a: u8 }, null, 'wrong-type', 'value: expected a trial object, found null'],
  [{ a: u8 }, {}, 'missing-field', 'a: expected a value, found nothing'],
  [{ a: u8 }, { a: 256 }, 'value-out-of-range', 'a: expected 0 to 255, found 256'],
  [{ a: i8 }, { a: -129 }, 'value-out-of-range', 'a: expected -128 to 127, found -129'],
  [{ a: u8 }, { a: 1.5 }, 'wrong-type', 'a: expected an integer, found 1.5'],
  [{ a: u8 }, { a: '1' }, 'wrong-type', 'a: expected an integer, found "1"'],
  [{ a: u32 }, { a: 1n }, 'wrong-type', 'a: expected an integer, found 1'],
  [{ a: u64 }, { a: 1 }, 'wrong-type', 'a: expected a bigint, found 1'],
  [
    { a: u64 },
    { a: 1n << 64n },
    'value-out-of-range',
    'a: expected 0 to 18446744073709551615, found 18446744073709551616',
  ],
  [{ m: u16.is(7) }, { m: 8 }, 'wrong-magic', 'm: expected 0x7, found 0x8'],
  [
    { e: enumeration(u8, { 1: 'a', 2: 'b' }) },
    { e: 'c' },
    'value-out-of-range',
    'e: expected a number or one of a, b, found "c"',
  ],
  [
    { w: word },
    { w: { on: 1, mode: 'a', reserved: 0 } },
    'value-out-of-range',
    'w.on: expected true or false, found 1',
  ],
  [
    { w: word },
    { w: { on: true, mode: 4, reserved: 0 } },
    'value-out-of-range',
    'w.mode: expected a value of 2 bits, found 4',
  ],
  [
    { w: word },
    { w: { on: true, mode: 'a', reserved: 1 } },
    'value-out-of-range',
    'w.reserved: expected bits within 0xfff8, found 1',
  ],
  [{ w: word }, { w: { on: true, mode: 'a' } }, 'missing-field', 'w.reserved: expected a value, found nothing'],
  [{ w: word }, { w: 3 }, 'wrong-type', 'w: expected an object of bit fields, found 3'],
  [
    { w: bits(u64, { a: span(0, 31), b: wideSpan(32, 63) }) },
    { w: { a: '5', b: 0n } },
    'value-out-of-range',
    'w.a: expected a value of 32 bits, found "5"',
  ],
  [{ d: bytes(2) }, { d: new Uint8Array(3) }, 'length-mismatch', 'd: expected 2 bytes, found 3 bytes'],
  [{ d: bytes(2) }, { d: [1, 2] }, 'wrong-type', 'd: expected bytes, found an array of 2'],
  [
    { n: u8, d: bytes(add('n', 1)) },
    { n: 1, d: new Uint8Array(1) },
    'length-mismatch',
    'd: expected 2 bytes, found 1 byte',
  ],
  [
    { t: text(2) },
    { t: 'abc' },
    'wrong-type',
    't: expected text of one byte a character and at most 2 characters, found "abc"',
  ],
  [
    { t: text(2) },
    { t: '\u0100' },
    'wrong-type',
    't: expected text of one byte a character and at most 2 characters, found "\u0100"',
  ],
  [{ n: u8, a: array(u8, 'n') }, { n: 2, a: [1] }, 'length-mismatch', 'a: expected 2 elements, found 1 element'],
  [{ a: array(u8, 2) }, { a: [1, 300] }, 'value-out-of-range', 'a[1]: expected 0 to 255, found 300'],
  [{ a: array(u8, 2) }, { a: 'x' }, 'wrong-type', 'a: expected an array, found "x"'],
  [
    { n: u8, f: framed('n', point) },
    { n: 3, f: { x: 1, y: 1 } },
    'length-mismatch',
    'f: expected 3 bytes, found 4 bytes',
  ],
  [
    { n: u8, f: framed('n', point) },
    { n: 3, f: { opaque: new Uint8Array(2) } },
    'length-mismatch',
    'f: expected 3 bytes, found 2 bytes',
  ],
  [{ t: u8, p: choice('t', { 1: u8 }) }, { t: 2, p: 1 }, 'unknown-tag', 'p: expected a tag of 1, found 2'],
  [
    { f: u8, o: optional('f', u8) },
    { f: 1, o: undefined },
    'length-mismatch',
    'o: expected a part, as other fields state, found none',
  ],
  [
    { f: u8, o: optional('f', u8) },
    { f: 0, o: 3 },
    'length-mismatch',
    'o: expected no part, as other fields state, found one',
  ],
  [
    { o: optional(atLeast(remaining, 4), u32), d: bytes(remaining) },
    { o: undefined, d: new Uint8Array(5) },
    'length-mismatch',
    'o: expected a part, as other fields state, found none',
  ],
]

test.each(REFUSED.map(([fields, value, code, message]) => [message, fields, value, code] as const))(
  'values: %s',
  (message, fields, value, code) => {
    const error = thrown(() => of(fields).encode(value as never))
    expect(error).toBeInstanceOf(EncodeError)
    expect(error).toMatchObject({ code: `layout/${code}`, message })
  },
)

const NOT_JSON: readonly (readonly [
  fields: Readonly<Record<string, AnyType>>,
  json: Json,
  code: string,
  message: string,
])[] = [
  [{ a: u8 }, [], 'wrong-type', 'value: expected an object, found an array of 0'],
  [{ a: u8 }, {}, 'missing-field', 'a: expected a value, found nothing'],
  [{ a: u8 }, { a: 1, B: 2 }, 'unexpected-field', 'B: expected one of a, found "B"'],
  [{ a: u8 }, { a: '1' }, 'wrong-type', 'a: expected a number, found "1"'],
  [
    { a: u64 },
    { a: '12' },
    'wrong-type',
    'a: expected a 64-bit number as "0x..." or an integer below 2^53, found "12"',
  ],
  [
    { a: u64 },
    { a: 2 ** 53 },
    'wrong-type',
    'a: expected a 64-bit number as "0x..." or an integer below 2^53, found 9007199254740992',
  ],
  [{ d: bytes(1) }, { d: 'f' }, 'wrong-type', 'd: expected bytes as hexadecimal text, found "f"'],
  [{ w: word }, { w: { on: true, mode: 'a' } }, 'missing-field', 'w.reserved: expected a value, found nothing'],
  [
    { w: word },
    { w: { on: true, mode: 'a', reserved: 0, x: 1 } },
    'unexpected-field',
    'w.x: expected one of on, mode, reserved, found "x"',
  ],
  [
    { f: framed(1, u8) },
    { f: { opaque: 'zz' } },
    'wrong-type',
    'f.opaque: expected bytes as hexadecimal text, found "zz"',
  ],
  [{ t: u8, p: choice('t', { 1: u8 }) }, { t: 2, p: 1 }, 'unknown-tag', 'p: expected a tag of 1, found 2'],
  [{ a: array(point, 1) }, { a: [{ x: 1 }] }, 'missing-field', 'a[0].y: expected a value, found nothing'],
]

test.each(NOT_JSON.map(([fields, json, code, message]) => [message, fields, json, code] as const))(
  'JSON: %s',
  (message, fields, json, code) => {
    const error = thrown(() => of(fields).fromJson(json))
    expect(error).toBeInstanceOf(EncodeError)
    expect(error).toMatchObject({ code: `layout/${code}`, message })
  },
)

test('JSON takes safe integers for 64-bit fields', () => {
  expect(of({ a: u64 }).fromJson({ a: 5 })).toEqual({ a: 5n })
})

const REPORTED: readonly (readonly [fields: Readonly<Record<string, AnyType>>, hex: string, finding: object])[] = [
  [
    { r: reserved(2) },
    '0100',
    {
      code: 'layout/reserved-not-zero',
      severity: 'info',
      message: 'Reserved bits are not zero.',
      offset: 0,
      length: 2,
      path: ['r'],
    },
  ],
  [
    { a: u8, w: word },
    '000800',
    {
      code: 'layout/reserved-not-zero',
      severity: 'info',
      message: 'Reserved bits are not zero.',
      offset: 1,
      length: 2,
      path: ['w', 'reserved'],
    },
  ],
  [
    { w: word },
    '0400',
    {
      code: 'layout/unknown-value',
      severity: 'info',
      message: 'The value 2 has no name.',
      offset: 0,
      length: 2,
      path: ['w', 'mode'],
    },
  ],
  [
    { e: enumeration(u8, { 1: 'a' }) },
    '02',
    {
      code: 'layout/unknown-value',
      severity: 'info',
      message: 'The value 2 has no name.',
      offset: 0,
      length: 1,
      path: ['e'],
    },
  ],
  [
    { n: u8.within(1, 4) },
    '05',
    {
      code: 'layout/out-of-range',
      severity: 'warning',
      message: 'The value 5 is not within 1 to 4.',
      offset: 0,
      length: 1,
      path: ['n'],
    },
  ],
  [
    { n: u8.within(1, 4, 'error') },
    '00',
    {
      code: 'layout/out-of-range',
      severity: 'error',
      message: 'The value 0 is not within 1 to 4.',
      offset: 0,
      length: 1,
      path: ['n'],
    },
  ],
  [
    { a: u8, f: framed(3, point) },
    '00010203',
    {
      code: 'layout/damaged-part',
      severity: 'error',
      message: 'The part is kept as opaque bytes: f.y at offset 0x3: expected 2 bytes, found only 1.',
      offset: 1,
      length: 3,
      path: ['f'],
    },
  ],
  [
    { f: framed(5, point) },
    '0102030405',
    {
      code: 'layout/damaged-part',
      severity: 'error',
      message:
        'The part is kept as opaque bytes: f at offset 0x4: expected a part of 5 bytes, found 4 bytes of content.',
      offset: 0,
      length: 5,
      path: ['f'],
    },
  ],
  [
    { a: u8 },
    '0102',
    {
      code: 'layout/trailing-bytes',
      severity: 'error',
      message: '1 byte follows the end of the structure.',
      offset: 1,
      length: 1,
      path: [],
    },
  ],
]

test.each(
  REPORTED.map(([fields, hex, finding]) => [(finding as { message: string }).message, fields, hex, finding] as const),
)('findings: %s', (_, fields, hex, finding) => {
  const { value, findings } = of(fields).inspect(fromHex(hex) as Uint8Array)
  expect(findings).toEqual([finding])
  expect(value).toBeDefined()
})

describe('calls', () => {
  const sized = struct(
    'sized',
    { d: bytes({ op: 'parameter', name: 'n' }) },
    { title: 'Sized', source: 'test', parameters: { n: { meaning: 'bytes', default: 1 } } },
  )
  test.each([-1, 1.5, Number.NaN, 2 ** 53])('a parameter of %s is a mistake of the caller', (n) => {
    const wanted = new TypeError(`The parameter n of sized is a whole number from 0 on, not ${n}.`)
    expect(() => compile(sized).decode(new Uint8Array(1), { parameters: { n } })).toThrow(wanted)
    expect(() => compile(sized).encode({ d: new Uint8Array(1) }, { parameters: { n } })).toThrow(wanted)
  })

  test('columns of damaged tables say which element is wrong', () => {
    const codec = of({ m: u16.is(1), n: u8 })
    const error = thrown(() => codec.columns(fromHex('010005020006') as Uint8Array))
    expect(error).toMatchObject({ message: '[1].m at offset 0x3: expected 0x1, found 0x2', offset: 3, path: [1, 'm'] })
    expect(thrown(() => codec.columns(new Uint8Array(4)))).toMatchObject({ code: 'layout/trailing-bytes', offset: 3 })
    expect(() => of({ d: bytes(remaining) }).columns(new Uint8Array(1))).toThrow(
      'trial has no fixed size, so no columns.',
    )
  })

  test('bytes come as Uint8Array, Buffer, DataView or ArrayBuffer, and as nothing else', () => {
    const codec = of({ a: u8, d: bytes(1) })
    const run = Uint8Array.of(9, 1, 2, 9)
    const inputs = [
      run.subarray(1, 3),
      Buffer.from(run).subarray(1, 3),
      new DataView(run.buffer, 1, 2),
      run.slice(1, 3).buffer,
    ]
    for (const input of inputs) {
      const value = codec.decode(input)
      expect(value).toEqual({ a: 1, d: Uint8Array.of(2) })
      expect((value.d as Uint8Array).constructor).toBe(Uint8Array)
    }
    expect(() => codec.decode(new Uint32Array(1) as never)).toThrow('Bytes are given as Uint8Array')
    expect(() => codec.decode('ab' as never)).toThrow(TypeError)
  })

  test('a prefix is decoded with its length', () => {
    expect(of({ a: u8 }).decodePrefix(Uint8Array.of(1, 2))).toEqual({ value: { a: 1 }, length: 1 })
    expect(of({ n: u8, d: bytes('n') }).decodePrefix(Uint8Array.of(1, 2, 3))).toMatchObject({ length: 2 })
  })
})
