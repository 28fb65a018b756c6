import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BitmapError } from '../../src/dirty-bitmap/index.ts'
import { OwnedMemory } from '../../src/dirty-bitmap/owned-memory.ts'

/** Pages of 64 KiB that the memory may have here. */
const MOST = 64
const memoryOf = (maximum: number) => new WebAssembly.Memory({ initial: 1, maximum })

it('hands out blocks of zeros that never overlap, and takes them back', () => {
  const step = fc.record({ bytes: fc.integer({ min: 1, max: 400_000 }), free: fc.option(fc.nat()) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const owned = new OwnedMemory(memoryOf(MOST), 100)
      const blocks: { address: number; bytes: number }[] = []
      for (const { bytes, free } of steps) {
        const [given] = free === null ? [] : blocks.splice(free % Math.max(1, blocks.length), 1)
        if (given !== undefined) owned.release(given.address, given.bytes)
        let address: number
        try {
          address = owned.allocate(bytes)
        } catch (error) {
          expect(error).toMatchObject({ code: 'dirty-bitmap/out-of-memory' })
          continue
        }
        const view = new Uint8Array(owned.memory.buffer, address, bytes)
        expect(view.every((byte) => byte === 0)).toBe(true)
        view.fill(0xff)
        expect(address % 64).toBe(0)
        expect(address).toBeGreaterThanOrEqual(128)
        for (const one of blocks) {
          expect(one.address + one.bytes <= address || address + bytes <= one.address).toBe(true)
        }
        blocks.push({ address, bytes })
      }
      for (const { address, bytes } of blocks) owned.release(address, bytes)
      const room = owned.size - 128
      expect(owned.allocate(room)).toBe(128)
    }),
    { numRuns: 50 },
  )
})

it('says when there is no room, and goes on', () => {
  const owned = new OwnedMemory(memoryOf(2), 0)
  const whole = owned.allocate(2 * 65536)
  expect(() => owned.allocate(1)).toThrow(BitmapError)
  owned.release(whole, 2 * 65536)
  expect(owned.allocate(65536)).toBe(0)
})
