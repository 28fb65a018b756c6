import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forecast, type MigrationSample, type PreCopy, preCopyOf, remedies } from '../../src/dirty-bitmap/index.ts'

const given = (more: Partial<PreCopy>): PreCopy => ({
  remaining: 8e9,
  dirtyRate: 500e6,
  bandwidth: 1e9,
  downtimeLimit: 0.3,
  ...more,
})

/** Pre-copy round by round, with a clock: written from the words of the model, not from its formulas. */
function simulate(
  { remaining, dirtyRate, bandwidth, downtimeLimit, stopBytes = 0, workingSet }: PreCopy,
  most: number,
) {
  let [left, clock, sent, rounds] = [remaining, 0, 0, 0]
  while ((left + stopBytes) / bandwidth > downtimeLimit && rounds < most) {
    const seconds = left / bandwidth
    clock += seconds
    sent += left
    left = Math.min(workingSet ?? Number.POSITIVE_INFINITY, dirtyRate * seconds)
    rounds += 1
  }
  const converges = (left + stopBytes) / bandwidth <= downtimeLimit
  return { converges, rounds, seconds: clock, bytes: sent, downtime: (left + stopBytes) / bandwidth }
}

describe('forecast', () => {
  it.each<{ what: string; input: Partial<PreCopy>; output: object }>([
    // 8e9 -> 4e9 -> 2e9 -> 1e9 -> 5e8 -> 2.5e8, of which 3e8 fit: 15.5e9 bytes are sent before.
    {
      what: 'halving rounds',
      input: {},
      output: { rounds: 5, seconds: 15.5, bytes: 15.5e9, downtime: 0.25, ratio: 0.5 },
    },
    {
      what: 'what fits at once',
      input: { remaining: 3e8 },
      output: { rounds: 0, seconds: 0, bytes: 0, downtime: 0.3 },
    },
    { what: 'a silent guest', input: { dirtyRate: 0 }, output: { rounds: 1, seconds: 8, bytes: 8e9, downtime: 0 } },
    // 2e8 bytes of devices leave room for 1e8: one round more, and 0.125 s + 0.2 s.
    { what: 'state of devices', input: { stopBytes: 2e8 }, output: { rounds: 7, downtime: 0.2625, threshold: 1e8 } },
    // The second round has the working set, 2e9; then 1e9, 5e8, 2.5e8.
    {
      what: 'a working set',
      input: { workingSet: 2e9 },
      output: { rounds: 4, bytes: 8e9 + 2e9 + 1e9 + 5e8, downtime: 0.25 },
    },
    // More is dirtied than sent, but always the same 2e8 bytes.
    {
      what: 'a small working set',
      input: { dirtyRate: 2e9, workingSet: 2e8 },
      output: { rounds: 1, bytes: 8e9, downtime: 0.2 },
    },
  ])('$what', ({ input, output }) => {
    expect(forecast(given(input))).toMatchObject({ converges: true, ...output })
  })

  it.each<{ what: string; input: Partial<PreCopy>; downtime: number }>([
    { what: 'as much dirtied as sent', input: { dirtyRate: 1e9 }, downtime: 8 },
    { what: 'more dirtied than sent', input: { dirtyRate: 3e9 }, downtime: 8 },
    { what: 'a working set that does not fit', input: { dirtyRate: 3e9, workingSet: 5e8 }, downtime: 0.5 },
    { what: 'devices that take too long alone', input: { stopBytes: 4e8 }, downtime: 0.4 },
    { what: 'no link', input: { bandwidth: 0 }, downtime: Number.POSITIVE_INFINITY },
  ])('never ends: $what', ({ input, downtime }) => {
    const never = { converges: false, rounds: undefined, seconds: undefined, bytes: undefined }
    expect(forecast(given(input))).toMatchObject({ ...never, downtime })
  })

  const preCopy = fc.record({
    remaining: fc.integer({ min: 1, max: 2 ** 40 }),
    dirtyRate: fc.integer({ min: 0, max: 2 ** 34 }),
    bandwidth: fc.integer({ min: 2 ** 16, max: 2 ** 34 }),
    downtimeLimit: fc.double({ min: 0.001, max: 10, noNaN: true }),
    stopBytes: fc.integer({ min: 0, max: 2 ** 28 }),
    workingSet: fc.option(fc.integer({ min: 1, max: 2 ** 38 }), { nil: undefined }),
  })
  const withoutUndefined = ({
    workingSet,
    ...rest
  }: Omit<PreCopy, 'workingSet'> & { workingSet: number | undefined }): PreCopy =>
    workingSet === undefined ? rest : { ...rest, workingSet }

  it('agrees with a simulation of rounds', () => {
    fc.assert(
      fc.property(preCopy, (input) => {
        const known = withoutUndefined(input)
        const result = forecast(known)
        const most = 5000
        const judge = simulate(known, most)
        // Where rounds hardly become shorter, there are more than the simulation runs.
        if (!judge.converges && result.converges) return (result.rounds ?? 0) > most
        expect(result.converges).toBe(judge.converges)
        if (!result.converges) return true
        // One round apart where the logarithm and the repeated product round to different sides.
        expect(Math.abs((result.rounds ?? 0) - judge.rounds)).toBeLessThanOrEqual(1)
        if (result.rounds !== judge.rounds) return true
        expect(result.bytes).toBeCloseTo(judge.bytes, -Math.log10(judge.bytes + 1) + 6)
        expect(result.seconds).toBeCloseTo(judge.seconds, 4)
        expect(result.downtime).toBeCloseTo(judge.downtime, 6)
        return true
      }),
      { numRuns: 2000 },
    )
  })

  it('each remedy alone is enough', () => {
    fc.assert(
      fc.property(preCopy, (input) => {
        const known = withoutUndefined(input)
        if (forecast(known).converges) return
        const { downtimeLimit, bandwidth, throttle } = remedies(known)
        expect(forecast({ ...known, downtimeLimit }).converges, 'downtime limit').toBe(true)
        expect(forecast({ ...known, bandwidth: bandwidth * 1.001 }).converges, 'bandwidth').toBe(true)
        if (throttle === undefined) return
        const dirtyRate = known.dirtyRate * (1 - throttle)
        expect(forecast({ ...known, dirtyRate }).converges, 'throttle').toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('remedies by hand', () => {
    // 8e9 bytes dirtied at twice the speed of the link: 8 s and a tenth; 2e9 and a tenth; 1 - 1 / 2.2.
    const { downtimeLimit, bandwidth, throttle } = remedies(given({ dirtyRate: 2e9 }))
    expect(downtimeLimit).toBeCloseTo(8.8)
    expect(bandwidth).toBeCloseTo(2.2e9)
    expect(throttle).toBeCloseTo(0.545, 3)
    expect(remedies(given({ dirtyRate: 200e9 })).throttle).toBeUndefined()
  })
})

describe('preCopyOf', () => {
  const sample = (more: Partial<MigrationSample>): MigrationSample => ({ pageSize: 4096, ...more })

  it('takes the latest numbers that there are', () => {
    const samples = [
      sample({ time: 1, remaining: 9e9, transferred: 0, dirtyRate: 0, downtimeLimit: 0.5 }),
      sample({ time: 3, remaining: 7e9, transferred: 2e9, dirtyRate: 4e8 }),
      sample({ time: 4, remaining: 6e9, dirtyRate: 0 }),
    ]
    const expected = { remaining: 6e9, dirtyRate: 4e8, bandwidth: 1e9, downtimeLimit: 0.5, stopBytes: 0 }
    expect(preCopyOf(samples)).toEqual(expected)
    const known = { bandwidth: 5e9, downtimeLimit: 1, stopBytes: 7 }
    expect(preCopyOf(samples, known)).toEqual({ ...expected, ...known })
  })

  it('says nothing where a number is missing or nothing remains', () => {
    expect(preCopyOf([])).toBeUndefined()
    expect(preCopyOf([sample({ remaining: 5, bandwidth: 5 })])).toBeUndefined()
    expect(preCopyOf([sample({ remaining: 0, bandwidth: 5, dirtyRate: 5 })])).toBeUndefined()
    expect(preCopyOf([sample({ remaining: 5, bandwidth: 5, dirtyRate: 5 })])).toMatchObject({ downtimeLimit: 0.3 })
  })
})
