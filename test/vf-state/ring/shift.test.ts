import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EncodeError } from '../../../src/findings/index.ts'
import {
  checkRing,
  checkRingDone,
  checkShift,
  freeDescriptors,
  type Ring,
  type RingIndexes,
  ringCodes,
  rotate,
  rotateDescriptors,
  shiftIndex,
  shiftIndexes,
  shiftRing,
  unshiftRing,
} from '../../../src/vf-state/index.ts'
import { uncovered } from '../support.ts'

/** A ring whose descriptors and buffers say which one they were. */
function ringOf(count: number, indexes: RingIndexes): Ring<number> {
  const descriptors = new Uint8Array(16 * count)
  const view = new DataView(descriptors.buffer)
  for (let index = 0; index < count; index++) view.setUint32(16 * index, index, true)
  const buffers = Array.from({ length: count }, (_, index) => index)
  const nextToWatch = buffers.map((index) => (index % 3 === 0 ? (index + 2) % count : undefined))
  return { descriptors, indexes, buffers, nextToWatch }
}

const numberAt = (descriptors: Uint8Array, index: number) =>
  new DataView(descriptors.buffer, descriptors.byteOffset).getUint32(16 * index, true)

describe('the examples', () => {
  test.each([
    { n: 8, h: 5, c: 5, u: 2, shiftedC: 0, shiftedU: 5, free: 2 },
    { n: 512, h: 0, c: 0, u: 511, shiftedC: 0, shiftedU: 511, free: 0 },
    { n: 512, h: 511, c: 511, u: 510, shiftedC: 0, shiftedU: 511, free: 0 },
    { n: 64, h: 10, c: 8, u: 20, shiftedC: 62, shiftedU: 10, free: 51 },
  ])('n $n, h $h, c $c, u $u', ({ n, h, c, u, shiftedC, shiftedU, free }) => {
    const indexes = { nextToClean: c, nextToUse: u }
    const shifted = shiftIndexes(indexes, h, n)
    expect(shifted).toEqual({ nextToClean: shiftedC, nextToUse: shiftedU })
    expect(freeDescriptors(n, indexes)).toBe(free)
    expect(freeDescriptors(n, shifted)).toBe(free)
  })

  test('the first block moves to the front, the second behind it', () => {
    expect(rotate(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'], 5)).toEqual(['f', 'g', 'h', 'a', 'b', 'c', 'd', 'e'])
  })
})

/** A ring, a head in it, and indexes of which some descriptors are done and not yet cleaned. */
const statesOf = (most: number) =>
  fc
    .record({
      count: fc.integer({ min: 1, max: most }),
      head: fc.nat(),
      back: fc.nat(),
      use: fc.nat(),
      allocate: fc.nat(),
    })
    .map(({ count, head, back, use, allocate }) => {
      const h = head % count
      const nextToClean = (h + count - (back % count)) % count
      return { count, head: h, indexes: { nextToClean, nextToUse: use % count, nextToAllocate: allocate % count } }
    })
const states = statesOf(4096)
/** For properties that compare whole rings. */
const smallStates = statesOf(200)

describe('properties of the shift', () => {
  test('indexes stay in the ring, and both formulas agree', () => {
    fc.assert(
      fc.property(states, ({ count, head, indexes }) => {
        const shifted = shiftIndexes(indexes, head, count)
        for (const [name, index] of Object.entries(indexes)) {
          const found = shifted[name as keyof typeof indexes]
          expect(found).toBeGreaterThanOrEqual(0)
          expect(found).toBeLessThan(count)
          expect(found).toBe(index >= head ? index - head : index + (count - head))
          expect(found).toBe(shiftIndex(index, head, count))
        }
      }),
    )
  })

  test('the number of free descriptors does not change', () => {
    fc.assert(
      fc.property(states, ({ count, head, indexes }) => {
        expect(freeDescriptors(count, shiftIndexes(indexes, head, count))).toBe(freeDescriptors(count, indexes))
      }),
    )
  })

  test('what is done and not cleaned lands at the end of the ring', () => {
    fc.assert(
      fc.property(states, ({ count, head, indexes: { nextToClean, nextToUse } }) => {
        const left = (head - nextToClean + count) % count
        const shifted = shiftIndexes({ nextToClean, nextToUse }, head, count)
        expect(shifted.nextToClean).toBe((count - left) % count)
      }),
    )
  })

  test('descriptors, buffers and watches move together', () => {
    fc.assert(
      fc.property(smallStates, ({ count, head, indexes }) => {
        const ring = ringOf(count, indexes)
        const shifted = shiftRing(ring, head)
        for (const index of [0, 1, count - 1, head, (head + 1) % count].filter((at) => at < count)) {
          const old = (index + head) % count
          expect(numberAt(shifted.descriptors, index)).toBe(old)
          expect(shifted.buffers?.[index]).toBe(old)
          const watch = ring.nextToWatch?.[old]
          const moved = shifted.nextToWatch?.[index]
          expect(moved === undefined ? undefined : numberAt(shifted.descriptors, moved)).toBe(watch)
        }
        expect(numberAt(shifted.descriptors, 0)).toBe(head)
      }),
    )
  })

  test('the inverse, and the rest of the way round', () => {
    fc.assert(
      fc.property(smallStates, ({ count, head, indexes }) => {
        const ring = ringOf(count, indexes)
        expect(unshiftRing(shiftRing(ring, head), head)).toEqual(ring)
        expect(shiftRing(unshiftRing(ring, head), head)).toEqual(ring)
        expect(shiftRing(shiftRing(ring, head), (count - head) % count)).toEqual(ring)
      }),
      { numRuns: 30 },
    )
  })

  test('the ring that is given stays as it is', () => {
    const ring = ringOf(64, { nextToClean: 3, nextToUse: 9 })
    const before = structuredClone(ring)
    shiftRing(ring, 7)
    expect(ring).toEqual(before)
  })
})

describe('what cannot be shifted', () => {
  const ring = ringOf(64, { nextToClean: 3, nextToUse: 9 })
  test.each([
    ['a head behind the end', () => shiftRing(ring, 64), 'vf-state/ring-head'],
    ['a negative head', () => shiftRing(ring, -1), 'vf-state/ring-head'],
    ['half a head', () => rotate([1, 2], 0.5), 'vf-state/ring-head'],
    ['an index behind the end', () => shiftIndexes({ nextToClean: 64, nextToUse: 0 }, 0, 64), 'vf-state/ring-index'],
    ['a watch behind the end', () => shiftRing({ ...ring, nextToWatch: Array(64).fill(64) }, 1), 'vf-state/ring-index'],
    ['half a descriptor', () => rotateDescriptors(new Uint8Array(24), 0), 'vf-state/ring-length'],
    ['fewer buffers', () => shiftRing({ ...ring, buffers: [1] }, 1), 'vf-state/ring-length'],
    ['no descriptors', () => shiftIndex(0, 0, 0), 'vf-state/ring-length'],
  ])('%s', (_, step, code) => {
    expect(step).toThrow(expect.objectContaining({ name: EncodeError.name, code }))
  })
})

interface Case {
  readonly name: string
  readonly run: (report: (code: string, message: string, about: string) => void) => void
  readonly found: readonly string[]
}

const sound = { count: 512, length: 8192, baseLow: 0x1000, head: 511, tail: 510, nextToClean: 511, nextToUse: 510 }
const cases: readonly Case[] = [
  { name: 'sound', run: (report) => checkRing(sound, report), found: [] },
  { name: 'nothing known', run: (report) => checkRing({ head: 7 }, report), found: [] },
  ...[56, 68, 4104, 8].map((count) => ({
    name: `${count} descriptors`,
    run: (report: Parameters<Case['run']>[0]) => checkRing({ count }, report),
    found: ['vf-state/ring-length count'],
  })),
  ...[64, 4096].map((count) => ({
    name: `${count} descriptors`,
    run: (report: Parameters<Case['run']>[0]) => checkRing({ count }, report),
    found: [],
  })),
  {
    name: 'RDLEN is not 16 bytes for each',
    run: (report) => checkRing({ ...sound, length: 8176 }, report),
    found: ['vf-state/ring-length-register length'],
  },
  {
    name: 'RDLEN is no whole number of descriptors',
    run: (report) => checkRing({ length: 8200 }, report),
    found: ['vf-state/ring-length-register length'],
  },
  {
    name: 'base at 64',
    run: (report) => checkRing({ ...sound, baseLow: 0x1040 }, report),
    found: ['vf-state/ring-base baseLow'],
  },
  {
    name: 'head at the end',
    run: (report) => checkRing({ ...sound, head: 512 }, report),
    found: ['vf-state/ring-head head'],
  },
  {
    name: 'indexes at the end',
    run: (report) => checkRing({ ...sound, tail: 512, nextToClean: 512, nextToUse: 512, nextToAllocate: 512 }, report),
    found: ['tail', 'nextToClean', 'nextToUse', 'nextToAllocate'].map((name) => `vf-state/ring-index ${name}`),
  },
  {
    name: 'empty with a finished descriptor',
    run: (report) => checkRingDone(64, { nextToClean: 5, nextToUse: 5 }, (index) => index === 5, report),
    found: ['vf-state/ring-done-while-empty nextToClean'],
  },
  {
    name: 'empty',
    run: (report) => checkRingDone(64, { nextToClean: 5, nextToUse: 5 }, () => false, report),
    found: [],
  },
  {
    name: 'not empty with a finished descriptor',
    run: (report) => checkRingDone(64, { nextToClean: 5, nextToUse: 6 }, () => true, report),
    found: [],
  },
  {
    name: 'shifted as a whole',
    run: (report) => {
      const ring = ringOf(64, { nextToClean: 0, nextToUse: 0 })
      checkShift(ring, shiftRing(ring, 5), 5, report)
    },
    found: [],
  },
  {
    name: 'shifted without the buffers',
    run: (report) => {
      const ring = ringOf(64, { nextToClean: 0, nextToUse: 0 })
      checkShift(ring, { ...shiftRing(ring, 5), buffers: ring.buffers as number[] }, 5, report)
    },
    found: ['vf-state/ring-buffers-not-shifted descriptors'],
  },
]

test.each(cases)('$name', ({ run, found }) => {
  const lines: string[] = []
  run((code, message, about) => {
    expect(message).toMatch(/^[A-Z0-9].*\.$/)
    lines.push(`${code} ${about}`)
  })
  expect(lines).toEqual(found)
})

test('every code has a case', () => {
  expect(
    uncovered(
      ringCodes.entries,
      'vf-state/',
      cases.map((given) => given.found),
    ),
  ).toEqual([])
})
