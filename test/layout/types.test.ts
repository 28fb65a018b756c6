// The types that follow from descriptions; `tsc` checks them, running them does nothing.
import { expectTypeOf, test } from 'vitest'
import {
  array,
  bit,
  bits,
  bool8,
  bytes,
  type Columns,
  choice,
  enumeration,
  framed,
  type Opaque,
  optional,
  rest,
  span,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
  type Value,
  wideRest,
  wideSpan,
} from '../../src/layout/index.ts'
import { msixEntryCodec } from '../../src/pci/msix.ts'

const point = struct('point', { x: u8, y: u64 }, { title: 'Point', source: 'test' })
const state = enumeration(u32, { 0: 'STOP', 1: 'RUN' })
const word = bits(u32, { on: bit(0), number: span(1, 7), mode: span(8, 9, { 0: 'a', 1: 'b' }), reserved: rest() })
const wide = bits(u64, { low: span(0, 31), high: wideSpan(32, 60), reserved: wideRest() })
const list = array(point, 'to-end')
const part = framed(4, point)
const either = choice('tag', { 1: point, 2: u16 })
const orBytes = choice('tag', { 1: u64 }, bytes(2))
const maybe = optional('tag', state)
const name = text(4)
const whole = struct(
  'whole',
  { tag: u8, list, part, either, maybe, flag: bool8.doc('yes') },
  { title: 'Whole', source: 'test' },
)

test('values', () => {
  expectTypeOf<Value<typeof point>>().toEqualTypeOf<{ x: number; y: bigint }>()
  expectTypeOf<Value<typeof state>>().toEqualTypeOf<'STOP' | 'RUN' | number>()
  expectTypeOf<Value<typeof word>>().toEqualTypeOf<{
    on: boolean
    number: number
    mode: 'a' | 'b' | number
    reserved: number
  }>()
  expectTypeOf<Value<typeof wide>>().toEqualTypeOf<{ low: number; high: bigint; reserved: bigint }>()
  expectTypeOf<Value<typeof bool8>>().toEqualTypeOf<boolean | number>()
  expectTypeOf<Value<typeof name>>().toEqualTypeOf<string>()
  expectTypeOf<Value<typeof list>>().toEqualTypeOf<{ x: number; y: bigint }[]>()
  expectTypeOf<Value<typeof part>>().toEqualTypeOf<{ x: number; y: bigint } | Opaque>()
  expectTypeOf<Value<typeof either>>().toEqualTypeOf<{ x: number; y: bigint } | number>()
  expectTypeOf<Value<typeof orBytes>>().toEqualTypeOf<bigint | Uint8Array>()
  expectTypeOf<Value<typeof maybe>>().toEqualTypeOf<'STOP' | 'RUN' | number | undefined>()
  expectTypeOf<Value<typeof whole>['flag']>().toEqualTypeOf<boolean | number>()
  expectTypeOf<Value<typeof whole>['list']>().toEqualTypeOf<{ x: number; y: bigint }[]>()
})

test('codecs', () => {
  expectTypeOf(msixEntryCodec.decode).returns.toEqualTypeOf<{
    address: bigint
    data: number
    vectorControl: { masked: boolean; reserved: number; steeringTag: number }
  }>()
  expectTypeOf<Columns<typeof point>['y']>().toEqualTypeOf<BigUint64Array | BigInt64Array>()
})
