import { describe, expect, test } from 'vitest'
import {
  contenders,
  EINVAL,
  type Handled,
  registerDriver,
  runChained,
  runMediated,
  selectDriver,
  type VendorDriver,
  verdictOf,
  verdictProblem,
} from '../../../src/vf-state/index.ts'

describe('return values of a chained handler', () => {
  test.each([
    [0, { kind: 'done' }],
    [1, { kind: 'not-handled' }],
    [4096, { kind: 'not-handled' }],
    [-14, { kind: 'failed', errno: 14 }],
  ])('%i', (returned, verdict) => {
    expect(verdictOf(returned)).toEqual(verdict)
  })

  test.each([
    [0, false, undefined],
    [0, true, 'The handler returned 0, which is done, and the default operation ran.'],
    [4, true, undefined],
    [4, false, 'The handler returned 4, which is not-handled, and the default operation did not run.'],
    [-5, false, undefined],
    [-5, true, 'The handler returned -5, which is failed, and the default operation ran.'],
  ])('%i, default ran: %s', (returned, defaultRan, problem) => {
    expect(verdictProblem(returned, defaultRan)).toBe(problem)
  })
})

describe('a chained operation', () => {
  const cases: readonly [string, Handled<number> | undefined, object, boolean][] = [
    ['no handler', undefined, { by: 'default', result: 4 }, true],
    ['not handled', { verdict: { kind: 'not-handled' } }, { by: 'default', result: 4 }, true],
    // A count of bytes is no verdict: 8 bytes were read, and the default does not run.
    ['done', { verdict: { kind: 'done' }, result: 8 }, { by: 'handler', result: 8 }, false],
    ['failed', { verdict: { kind: 'failed', errno: 14 } }, { by: 'handler', errno: 14 }, false],
  ]
  test.each(cases)('%s', (_, handled, outcome, runsDefault) => {
    let ran = false
    const fallback = () => {
      ran = true
      return 4
    }
    expect(runChained(handled && (() => handled), fallback)).toEqual(outcome)
    expect(ran).toBe(runsDefault)
  })
})

test.each([
  ['no mediate driver', undefined, { by: 'default', result: 4 }],
  ['pass through', { passThrough: true, result: 8 }, { by: 'default', result: 4 }],
  ['final', { passThrough: false, result: 8 }, { by: 'handler', result: 8 }],
])('mediated: %s', (_, mediated, outcome) => {
  expect(runMediated(mediated && (() => mediated), () => 4)).toEqual(outcome)
})

describe('registration', () => {
  const driver = (name: string, device: number): VendorDriver<number> => ({
    name,
    ops: {},
    takes: (wanted) => wanted === device || device < 0,
  })
  const [first, second, any] = [driver('first', 1), driver('second', 2), driver('any', -1)]

  test('the first that takes the device wins', () => {
    const drivers = [first, second, any].reduce<readonly VendorDriver<number>[]>((all, one) => {
      const more = registerDriver(all, one)
      if (typeof more === 'number') throw new Error('It is registered already.')
      return more
    }, [])
    expect(drivers).toEqual([first, second, any])
    expect([1, 2, 3].map((device) => selectDriver(drivers, device)?.name)).toEqual(['first', 'second', 'any'])
    expect(selectDriver([first], 2)).toBeUndefined()
    expect(contenders(drivers, 2)).toEqual(['second', 'any'])
    expect(contenders([first, second], 2)).toEqual(['second'])
  })

  test('operations that are missing or registered already', () => {
    expect(EINVAL).toBe(22)
    expect(registerDriver([], { ...first, ops: null })).toBe(-22)
    expect(registerDriver([first], { ...second, ops: first.ops })).toBe(-22)
  })
})
