import fc from 'fast-check'
import { EDGES } from './edges.ts'

/** One change of a run of bytes; positions count modulo its length, so that every mutation fits every input. */
export type Mutation =
  | { readonly kind: 'flip'; readonly bit: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'extend'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'overwrite'
      readonly at: number
      readonly size: 1 | 2 | 4 | 8
      readonly little: boolean
      readonly number: bigint
    }
  | { readonly kind: 'swap'; readonly at: number; readonly with: number; readonly size: 1 | 2 | 4 | 8 }
  | { readonly kind: 'duplicate'; readonly at: number; readonly length: number }
  | { readonly kind: 'delete'; readonly at: number; readonly length: number }

const place = fc.nat({ max: 0xffffffff })
const size = fc.constantFrom<(1 | 2 | 4 | 8)[]>(1, 2, 4, 8)
const short = fc.integer({ min: 1, max: 16 })

/** One mutation. */
export function mutation(): fc.Arbitrary<Mutation> {
  return fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), bit: place }),
    fc.record({ kind: fc.constant('cut' as const), at: place }),
    fc.record({ kind: fc.constant('extend' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }) }),
    fc.record({
      kind: fc.constant('overwrite' as const),
      at: place,
      size,
      little: fc.boolean(),
      number: fc.constantFrom(...EDGES),
    }),
    fc.record({ kind: fc.constant('swap' as const), at: place, with: place, size }),
    fc.record({ kind: fc.constant('duplicate' as const), at: place, length: short }),
    fc.record({ kind: fc.constant('delete' as const), at: place, length: short }),
  )
}

/** The bytes after one mutation; the input stays as it is. */
export function mutate(bytes: Uint8Array, change: Mutation): Uint8Array {
  if (change.kind === 'extend') return joined(bytes, change.bytes)
  if (bytes.length === 0) return bytes
  switch (change.kind) {
    case 'flip': {
      const copy = bytes.slice()
      const at = Math.floor(change.bit / 8) % bytes.length
      copy[at] = (copy[at] as number) ^ (1 << (change.bit % 8))
      return copy
    }
    case 'cut':
      return bytes.slice(0, change.at % bytes.length)
    case 'overwrite': {
      const number = new Uint8Array(8)
      new DataView(number.buffer).setBigUint64(0, change.number, true)
      const run = number.slice(0, change.size)
      return overlaid(bytes, change.at % bytes.length, change.little ? run : run.reverse())
    }
    case 'swap': {
      const [one, other] = [change.at % bytes.length, change.with % bytes.length]
      const first = bytes.slice(one, one + change.size)
      const second = bytes.slice(other, other + change.size)
      return overlaid(overlaid(bytes, one, second), other, first)
    }
    case 'duplicate': {
      const at = change.at % bytes.length
      const end = Math.min(bytes.length, at + change.length)
      return joined(bytes.slice(0, end), bytes.slice(at))
    }
    case 'delete': {
      const at = change.at % bytes.length
      return joined(bytes.slice(0, at), bytes.slice(at + change.length))
    }
  }
}

/** Bytes with one to four mutations: most of the structure still stands, so that parsers are reached deep inside. */
export function mutated(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(bytes, fc.array(mutation(), { minLength: 1, maxLength: 4 }))
    .map(([original, changes]) => changes.reduce(mutate, original))
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

function overlaid(bytes: Uint8Array, at: number, run: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  copy.set(run.subarray(0, bytes.length - at), at)
  return copy
}
