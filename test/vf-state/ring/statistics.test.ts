import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  readCounter,
  restoreStatistics,
  saveStatistics,
  shownCount,
  startCounter,
  startStatistics,
} from '../../../src/vf-state/index.ts'

const shown = (counter: Parameters<typeof shownCount>[0], ...registers: bigint[]) =>
  shownCount(registers.reduce(readCounter, counter))

describe('one counter', () => {
  test.each([
    { width: 32, start: 100n, registers: [150n], count: 50n },
    { width: 32, start: 0xffffffffn, registers: [0n], count: 1n },
    { width: 32, start: 0xfffffff0n, registers: [0x10n, 0x5n], count: 0x20n + 0xfffffff5n },
    { width: 36, start: 0xfffffffffn, registers: [1n], count: 2n },
    { width: 36, start: 0xffffffffn, registers: [0x100000000n], count: 1n },
    { width: 36, start: 0n, registers: [0xfffffffffn, 0n, 0n], count: 1n << 36n },
  ] as const)('$width bits from $start over $registers: $count', ({ width, start, registers, count }) => {
    expect(shown(startCounter(width, start), ...registers)).toBe(count)
  })

  test('any sum of steps below a wrap is what is shown', () => {
    for (const width of [32, 36] as const) {
      const limit = 1n << BigInt(width)
      fc.assert(
        fc.property(
          fc.bigInt(0n, limit - 1n),
          fc.array(fc.bigInt(0n, limit - 1n), { maxLength: 20 }),
          (start, steps) => {
            let register = start
            let counter = startCounter(width, start)
            for (const step of steps) {
              register = (register + step) % limit
              counter = readCounter(counter, register)
            }
            expect(shownCount(counter)).toBe(steps.reduce((sum, step) => sum + step, 0n))
          },
        ),
      )
    }
  })
})

const registers = (value: bigint) => ({ gprc: value, gorc: value, gptc: value, gotc: value, mprc: value })

test('a migration keeps what was counted, and the counters of the destination start at zero', () => {
  const started = startStatistics(registers(1000n))
  const counted = { ...started, gprc: readCounter(started.gprc, 1007n), gorc: readCounter(started.gorc, 1800n) }
  const restored = restoreStatistics(saveStatistics(counted))
  expect(shownCount(restored.gprc)).toBe(7n)
  expect(shownCount(restored.gorc)).toBe(800n)
  expect(shownCount(restored.gptc)).toBe(0n)
  expect(restored.gorc).toMatchObject({ base: 0n, last: 0n, current: 0n, savedReset: 800n })
  expect(shownCount(readCounter(restored.gprc, 5n))).toBe(12n)
})

test('nothing is saved where no packet base is known', () => {
  const started = startStatistics({ ...registers(0n), gorc: 5n })
  const counted = { ...started, gprc: readCounter(started.gprc, 7n) }
  expect(saveStatistics(counted)).toEqual(counted)
  expect(shownCount(restoreStatistics(saveStatistics(counted)).gprc)).toBe(0n)
})

test('saving happens where packets were sent before', () => {
  const started = startStatistics({ ...registers(0n), gptc: 5n })
  const counted = { ...started, gprc: readCounter(started.gprc, 7n) }
  expect(shownCount(restoreStatistics(saveStatistics(counted)).gprc)).toBe(7n)
})
