import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arbitraryOf, type Mutation, mutate, mutated, sameValue } from '../../src/fuzz/index.ts'
import { bytes, equals, framed, optional, struct, toHex, u8, u32, u64 } from '../../src/layout/index.ts'
import { counted, growing, integers, klvList, tlvList } from '../layout/trial.layout.ts'

const FACTS = { title: 'Trial', source: 'test' }
const RUN = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7)

const MUTATIONS: readonly (readonly [Mutation, string])[] = [
  [{ kind: 'flip', bit: 8 }, '0000020304050607'],
  [{ kind: 'flip', bit: 8 * 8 + 7 }, '8001020304050607'],
  [{ kind: 'cut', at: 3 }, '000102'],
  [{ kind: 'extend', bytes: Uint8Array.of(9) }, '000102030405060709'],
  [{ kind: 'overwrite', at: 1, size: 2, little: true, number: 0x8000n }, '0000800304050607'],
  [{ kind: 'overwrite', at: 1, size: 4, little: false, number: 0xfffffffen }, '00fffffffe050607'],
  [{ kind: 'overwrite', at: 6, size: 8, little: true, number: (1n << 64n) - 1n }, '000102030405ffff'],
  [{ kind: 'swap', at: 0, with: 4, size: 2 }, '0405020300010607'],
  [{ kind: 'duplicate', at: 2, length: 2 }, '00010203020304050607'],
  [{ kind: 'delete', at: 6, length: 9 }, '000102030405'],
]

test.each(MUTATIONS)('mutation %o', (change, hex) => {
  expect(toHex(mutate(RUN, change))).toBe(hex)
  expect(toHex(RUN)).toBe('0001020304050607')
})

test('no bytes can be mutated too', () => {
  fc.assert(fc.property(mutated(fc.constant(new Uint8Array(0))), (run) => run.length <= 64))
})

const sample = <T>(arbitrary: fc.Arbitrary<T>, count = 400) => fc.sample(arbitrary, { numRuns: count, seed: 1 })

test('numbers at the edges are likely', () => {
  const seen = new Set(sample(arbitraryOf(integers)).flatMap((value) => Object.values(value).map(String)))
  const edges = ['0', '1', '255', '128', '-128', '127', '65535', '32768', '4294967295', '2147483648', '-2147483648']
  for (const edge of [...edges, String(2n ** 64n - 1n), String(2n ** 63n), String(-(2n ** 63n))])
    expect(seen).toContain(edge)
})

test('lists, tags, flags and ends come in all their ways', () => {
  const tlvs = sample(arbitraryOf(tlvList)).flatMap(({ items }) => items)
  expect(new Set(tlvs.map(({ tag }) => Math.min(tag, 4)))).toEqual(new Set([0, 1, 2, 3, 4]))
  expect(tlvs.some(({ body }) => 'opaque' in body)).toBe(true)
  expect(
    sample(arbitraryOf(tlvList, { damagedParts: false })).some(({ items }) =>
      items.some(({ body }) => 'opaque' in body),
    ),
  ).toBe(false)
  expect(new Set(sample(arbitraryOf(klvList)).flatMap(({ items }) => items.map(({ key }) => key)))).toContain('note')
  expect(sample(arbitraryOf(counted)).filter(({ wide }) => wide !== undefined).length).toBeGreaterThan(50)
  const grown = sample(arbitraryOf(growing))
  expect(grown.some(({ second }) => second === undefined)).toBe(true)
  expect(grown.some(({ third }) => third !== undefined)).toBe(true)
})

test('shrinking makes the value simpler', () => {
  const { counterexample } = fc.check(
    fc.property(arbitraryOf(tlvList), ({ items }) => items.every(({ tag }) => tag !== 1)),
    { seed: 7 },
  )
  const { items } = counterexample?.[0] ?? { items: [] }
  expect(items.length).toBeLessThan(9)
  for (const item of items) expect(item).toEqual({ tag: 1, length: 4, body: { x: 0, y: 0 } })
})

test('parameters count', () => {
  const type = struct(
    'trial',
    { run: bytes({ op: 'parameter', name: 'n' }) },
    { ...FACTS, parameters: { n: { meaning: 'bytes', default: 1 } } },
  )
  for (const { run } of sample(arbitraryOf(type, { parameters: { n: 5 } }), 20)) expect(run.length).toBe(5)
})

test('what has no value is told at once', () => {
  const impossible = struct('impossible', { magic: u8.is(1), part: optional('magic', framed(2, u32)), end: u64 }, FACTS)
  expect(() => sample(arbitraryOf(impossible, { damagedParts: false }), 1)).toThrow(
    'No value of impossible could be made',
  )
  const fixed = struct('fixed', { magic: u8.is(1), part: optional(equals('magic', 1), u8) }, FACTS)
  for (const { part } of sample(arbitraryOf(fixed), 20)) expect(part).toBeTypeOf('number')
})

test('values are compared by what they hold', () => {
  expect(sameValue({ a: [Uint8Array.of(1)], b: undefined }, { a: [Uint8Array.of(1)] })).toBe(true)
  expect(sameValue({ a: 1n }, { a: 1 })).toBe(false)
  expect(sameValue([1], { 0: 1 })).toBe(false)
  expect(sameValue(Uint8Array.of(1), Uint8Array.of(2))).toBe(false)
})
