import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddressRanges } from '../../src/stream/judge/ranges.ts'

const END = 24

test('ranges hold the addresses that were added, and no others', () => {
  const range = fc.tuple(fc.nat(END), fc.nat(END))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), (ranges) => {
      const held = new AddressRanges()
      for (const [start, end] of ranges) held.add(BigInt(start), BigInt(end))
      for (let address = 0; address <= END; address++) {
        const isHeld = ranges.some(([start, end]) => start <= address && address < end)
        expect(held.has(BigInt(address))).toBe(isHeld)
      }
    }),
  )
})
