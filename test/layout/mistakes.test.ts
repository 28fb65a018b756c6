// Descriptions that no decoder could follow are refused when they are made.
import { expect, test } from 'vitest'
import {
  array,
  bit,
  bits,
  bytes,
  choice,
  enumeration,
  framed,
  i32,
  parameter,
  position,
  remaining,
  rest,
  span,
  struct,
  text,
  u8,
  u16,
  u64,
  wideSpan,
} from '../../src/layout/index.ts'

const FACTS = { title: 'Trial', source: 'test' }
const inner = struct('inner', { n: u8 }, { ...FACTS, parameters: { size: { meaning: 'bytes', default: 0 } } })

const MISTAKES: readonly (readonly [message: string, make: () => unknown])[] = [
  [
    'Bits 3 to 5 of b overlap another member or leave the word.',
    () => bits(u8, { a: span(0, 3), b: span(3, 5), c: rest() }),
  ],
  ['Bits 8 to 8 of a overlap another member or leave the word.', () => bits(u8, { a: bit(8), b: rest() })],
  ['Bits 60 to 64 of a overlap another member or leave the word.', () => bits(u64, { a: wideSpan(60, 64), b: rest() })],
  ['Bits 0xfe of {a} need exactly one rest() member.', () => bits(u8, { a: bit(0) })],
  ['Bits 0x0 of {a, b} need exactly one rest() member.', () => bits(u8, { a: span(0, 7), b: rest() })],
  ['Bits 0xfe of {a, b, c} need exactly one rest() member.', () => bits(u8, { a: bit(0), b: rest(), c: rest() })],
  ['A word with bit fields is unsigned.', () => bits(i32, { a: span(0, 31) })],
  ['Aa: the name of a bit field is lower camel case.', () => bits(u8, { Aa: span(0, 7) })],
  ['Bits 3 to 2 are not a span of 1 to 32 bits.', () => span(3, 2)],
  ['Bits 0 to 32 are not a span of 1 to 32 bits.', () => span(0, 32)],
  ['Two numbers have the name "a".', () => enumeration(u8, { 1: 'a', 2: 'a' })],
  ['Two numbers have the name "a".', () => span(0, 1, { 1: 'a', 2: 'a' })],
  ['An array element needs at least one byte.', () => array(bytes(0), 3)],
  ['An array element needs at least one byte.', () => array(struct('empty', {}, FACTS), 'to-end')],
  ['An array element needs at least one byte.', () => array(framed(remaining, u8), 'to-end')],
  ['trial.d refers to n, which is not an earlier field.', () => struct('trial', { d: bytes('n'), n: u8 }, FACTS)],
  ['trial.d refers to d, which is not an earlier field.', () => struct('trial', { d: bytes('d') }, FACTS)],
  ['trial.d refers to a.b, which is not a number.', () => struct('trial', { a: u8, d: bytes('a.b') }, FACTS)],
  ['trial.d refers to t, which is not a number.', () => struct('trial', { t: text(2), d: bytes('t') }, FACTS)],
  [
    'trial.d uses the parameter size, which is not declared.',
    () => struct('trial', { d: bytes(parameter('size')) }, FACTS),
  ],
  ['trial.d uses 1.5, which is not a whole number.', () => struct('trial', { d: bytes(1.5) }, FACTS)],
  ['trial.Big: a field name is lower camel case.', () => struct('trial', { Big: u8 }, FACTS)],
  ['trial.__proto__: a field name is lower camel case.', () => struct('trial', { ['__proto__']: u8 }, FACTS)],
  [
    'trial: the parameter name Size is not lower camel case.',
    () => struct('trial', {}, { ...FACTS, parameters: { Size: { meaning: '', default: 0 } } }),
  ],
  [
    'trial.i: a parameter does not depend on where the part ends.',
    () => struct('trial', { i: inner.withParameters({ size: remaining }) }, FACTS),
  ],
  [
    'A tag does not depend on where a part lies: its value alone has to tell the part.',
    () => choice(remaining, { 1: u8 }, u16),
  ],
  [
    'A tag does not depend on where a part lies: its value alone has to tell the part.',
    () => choice(position, { 1: u8 }, u16),
  ],
  [
    'A framed structure has no field named opaque: damaged parts are told by that name.',
    () => framed(2, struct('trial', { opaque: bytes(2) }, FACTS)),
  ],
]

test.each(MISTAKES)('%s', (message, make) => {
  expect(make).toThrow(new TypeError(message))
})
