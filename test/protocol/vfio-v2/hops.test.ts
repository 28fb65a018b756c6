import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { vfioV2 } from '../../../src/protocol/index.ts'

const { arcsOf, dataFdOf, isSupported, nextHop, path, RefusedRequest, refusalOf, v2StateNumber, v2States } = vfioV2
type State = vfioV2.V2State

/** The matrix of the reference, all features on: rows current, columns requested, E refused. */
const MATRIX = `
cur\\want      STOP         RUNNING      STOP_COPY    RESUMING     RUNNING_P2P  PRE_COPY     PRE_COPY_P2P
STOP          -            RUNNING_P2P  STOP_COPY    RESUMING     RUNNING_P2P  RUNNING_P2P  RUNNING_P2P
RUNNING       RUNNING_P2P  -            RUNNING_P2P  RUNNING_P2P  RUNNING_P2P  PRE_COPY     RUNNING_P2P
STOP_COPY     STOP         STOP         -            STOP         STOP         E            E
RESUMING      STOP         STOP         STOP         -            STOP         STOP         STOP
RUNNING_P2P   STOP         RUNNING      STOP         STOP         -            RUNNING      PRE_COPY_P2P
PRE_COPY      RUNNING      RUNNING      PRE_COPY_P2P RUNNING      RUNNING      -            PRE_COPY_P2P
PRE_COPY_P2P  RUNNING_P2P  RUNNING_P2P  STOP_COPY    RUNNING_P2P  RUNNING_P2P  PRE_COPY     -
ERROR         E            E            E            E            E            E            E
`

const [[, ...columns] = [], ...rows] = MATRIX.trim()
  .split('\n')
  .map((line) => line.split(/\s+/))
function cell(from: string, to: string): string {
  const column = columns.indexOf(to)
  // ERROR has no column: it is never asked for.
  return (column < 0 ? undefined : rows.find(([name]) => name === from)?.[column + 1]) ?? 'E'
}

const flags = [false, true]
const SETS = flags.flatMap((stopCopy) =>
  flags.flatMap((p2p) => flags.map((preCopy) => ({ stopCopy, p2p, preCopy, name: '' }))),
)
for (const set of SETS) {
  const on = (['stopCopy', 'p2p', 'preCopy'] as const).filter((flag) => set[flag])
  set.name = on.join(' + ') || 'nothing'
}
type Set = (typeof SETS)[number]

/** Bits of VFIO_DEVICE_FEATURE_MIGRATION that a state needs: "P2P states need bit 1, PRE_COPY needs bit 2". */
const BITS: Record<string, number> = { RUNNING_P2P: 0b011, PRE_COPY: 0b101, PRE_COPY_P2P: 0b111, ERROR: 0b1000 }
const bitsOf = ({ stopCopy, p2p, preCopy }: Set) => Number(stopCopy) + 2 * Number(p2p) + 4 * Number(preCopy)
const has = (set: Set, state: string) => ((BITS[state] ?? 0b001) & ~bitsOf(set)) === 0

/** A small interpreter of the text: looks up, and again from a hop that the device lacks. */
function expected(from: string, to: string, set: Set): string {
  if (!has(set, from) || !has(set, to)) return 'E'
  if (from === to) return '-'
  const hop = cell(from, to)
  if (hop === 'E' || has(set, hop)) return hop
  // From a hop that is where one wants to go there is nothing to look up.
  let at = hop
  for (let looks = 0; looks < 8 && !has(set, at); looks++) at = cell(at, to)
  return at
}

function actual(from: State, to: State, set: Set): string {
  try {
    const hop = nextHop(from, to, set)
    return hop === from ? '-' : hop
  } catch (error) {
    expect(error).toBeInstanceOf(RefusedRequest)
    return 'E'
  }
}

describe('the next hop', () => {
  test('of a device that can do everything is that of the reference, all 64 pairs', () => {
    const all = { stopCopy: true, p2p: true, preCopy: true }
    for (const from of v2States) {
      for (const to of v2States) {
        const want = from === to && from !== 'ERROR' ? '-' : cell(from, to)
        expect(actual(from, to, { ...all, name: '' }), `${from} to ${to}`).toBe(want)
      }
    }
  })

  test.each(SETS)('follows from the matrix for $name', (set) => {
    for (const from of v2States) {
      for (const to of v2States) expect(actual(from, to, set), `${from} to ${to}`).toBe(expected(from, to, set))
    }
  })

  // Kernel's list of combination transitions of a device that can do everything.
  test.each([
    'PRE_COPY PRE_COPY_P2P STOP_COPY',
    'PRE_COPY RUNNING RUNNING_P2P',
    'PRE_COPY RUNNING RUNNING_P2P STOP',
    'PRE_COPY RUNNING RUNNING_P2P STOP RESUMING',
    'PRE_COPY_P2P RUNNING_P2P RUNNING',
    'PRE_COPY_P2P RUNNING_P2P STOP',
    'PRE_COPY_P2P RUNNING_P2P STOP RESUMING',
    'RESUMING STOP RUNNING_P2P',
    'RESUMING STOP RUNNING_P2P PRE_COPY_P2P',
    'RESUMING STOP RUNNING_P2P RUNNING',
    'RESUMING STOP RUNNING_P2P RUNNING PRE_COPY',
    'RESUMING STOP STOP_COPY',
    'RUNNING RUNNING_P2P PRE_COPY_P2P',
    'RUNNING RUNNING_P2P STOP',
    'RUNNING RUNNING_P2P STOP RESUMING',
    'RUNNING RUNNING_P2P STOP STOP_COPY',
    'RUNNING_P2P RUNNING PRE_COPY',
    'RUNNING_P2P STOP RESUMING',
    'RUNNING_P2P STOP STOP_COPY',
    'STOP RUNNING_P2P PRE_COPY_P2P',
    'STOP RUNNING_P2P RUNNING',
    'STOP RUNNING_P2P RUNNING PRE_COPY',
    'STOP_COPY STOP RESUMING',
    'STOP_COPY STOP RUNNING_P2P',
    'STOP_COPY STOP RUNNING_P2P RUNNING',
  ])('%s', (text) => {
    const [from, ...hops] = text.split(' ') as [State, ...State[]]
    expect(path(from, hops.at(-1) as State, { stopCopy: true, p2p: true, preCopy: true })).toEqual(hops)
  })

  test.each([
    { from: 'RUNNING', to: 'STOP_COPY', set: { p2p: false, preCopy: false }, hops: ['STOP', 'STOP_COPY'] },
    { from: 'PRE_COPY', to: 'STOP_COPY', set: { p2p: false, preCopy: true }, hops: ['STOP_COPY'] },
    { from: 'RESUMING', to: 'RUNNING', set: { p2p: false, preCopy: true }, hops: ['STOP', 'RUNNING'] },
    { from: 'RUNNING', to: 'RUNNING', set: { p2p: true, preCopy: true }, hops: [] },
  ] as const)('from $from to $to with $set: $hops', ({ from, to, set, hops }) => {
    expect(path(from, to, { stopCopy: true, ...set })).toEqual(hops)
  })
})

describe('refusals say why', () => {
  const all = { stopCopy: true, p2p: true, preCopy: true }
  test.each([
    ['RUNNING', 'ERROR', all, 'error-requested', 'ERROR cannot be asked for: only a device that fails is in it.'],
    ['RUNNING', 0, all, 'error-requested', 'ERROR cannot be asked for: only a device that fails is in it.'],
    ['RUNNING', 99, all, 'no-such-state', 'There is no state 99.'],
    ['RUNNING', -1, all, 'no-such-state', 'There is no state -1.'],
    ['ERROR', 'RUNNING', all, 'in-error', 'The device is in ERROR; only a reset leaves it.'],
    [
      'STOP_COPY',
      'PRE_COPY',
      all,
      'blocked',
      'No arc leads from STOP_COPY to PRE_COPY: what was saved would be of two times.',
    ],
    [
      'RUNNING',
      'PRE_COPY',
      { ...all, preCopy: false },
      'unsupported',
      'The device does not have the flags that PRE_COPY needs.',
    ],
    [
      'RUNNING_P2P',
      'STOP',
      { ...all, p2p: false },
      'from-unsupported',
      'The device is in RUNNING_P2P and does not have the flags for it.',
    ],
    [
      'RUNNING',
      'STOP',
      { ...all, stopCopy: false },
      'not-migratable',
      'The device does not have the flag STOP_COPY, so it has no states.',
    ],
  ] as const)('%s to %s', (from, to, features, reason, message) => {
    expect(refusalOf(from, to, features)).toBe(reason)
    for (const ask of [nextHop, path]) {
      expect(() => ask(from, to, features)).toThrow(
        expect.objectContaining({ name: 'RefusedRequest', reason, message }),
      )
    }
  })
})

const anySet = fc.constantFrom(...SETS)
const anyState = fc.constantFrom(...v2States)

test('a path ends where it has to, on legal arcs and supported states only, and never meets a state twice', () => {
  fc.assert(
    fc.property(anyState, anyState, anySet, (from, to, set) => {
      if (refusalOf(from, to, set) !== undefined) return
      const hops = path(from, to, set)
      expect(hops.at(-1) ?? from).toBe(to)
      expect(new Set([from, ...hops]).size).toBe(hops.length + 1)
      const arcs = arcsOf(set).map(String)
      let state = from
      for (const hop of hops) {
        expect(isSupported(hop, set)).toBe(true)
        expect(arcs).toContain(`${state},${hop}`)
        expect(nextHop(state, to, set)).toBe(hop)
        state = hop
      }
    }),
    { numRuns: 1000 },
  )
})

test('any number is a state or refused', () => {
  fc.assert(
    fc.property(anyState, fc.oneof(fc.nat(9), fc.integer(), fc.double()), anySet, (from, to, set) => {
      const reason = refusalOf(from, to, set)
      if (v2States[to] === undefined) expect(reason).toBe('no-such-state')
      if (reason === undefined) path(from, to, set)
      else expect(() => path(from, to, set)).toThrow(RefusedRequest)
    }),
  )
})

describe('arcs', () => {
  // What the comment of vfio_mig_get_next_state() asks of a driver, by its flags.
  const BASE = 'RESUMING>STOP STOP>RESUMING STOP>STOP_COPY STOP_COPY>STOP'
  const P2P = 'RUNNING>RUNNING_P2P RUNNING_P2P>RUNNING RUNNING_P2P>STOP STOP>RUNNING_P2P'
  const WITHOUT_P2P = 'RUNNING>STOP STOP>RUNNING'
  const PRE_COPY = 'RUNNING>PRE_COPY PRE_COPY>RUNNING'
  const BOTH =
    'PRE_COPY>PRE_COPY_P2P PRE_COPY_P2P>PRE_COPY PRE_COPY_P2P>RUNNING_P2P PRE_COPY_P2P>STOP_COPY RUNNING_P2P>PRE_COPY_P2P'
  test.each([
    { p2p: false, preCopy: false, arcs: [BASE, WITHOUT_P2P] },
    { p2p: true, preCopy: false, arcs: [BASE, P2P] },
    { p2p: false, preCopy: true, arcs: [BASE, WITHOUT_P2P, PRE_COPY, 'PRE_COPY>STOP_COPY'] },
    { p2p: true, preCopy: true, arcs: [BASE, P2P, PRE_COPY, BOTH] },
  ])('with P2P $p2p and pre-copy $preCopy are those of the kernel', ({ arcs, ...set }) => {
    const found = arcsOf({ stopCopy: true, ...set }).map(([from, to]) => `${from}>${to}`)
    expect(found.toSorted()).toEqual(arcs.join(' ').split(' ').toSorted())
  })

  test('a descriptor comes with those that enter the saving group or RESUMING, and with no others', () => {
    const opening = arcsOf({ stopCopy: true, p2p: true, preCopy: true }).filter(([from, to]) => dataFdOf(from, to))
    expect(opening.map(([from, to]) => `${from}>${to} ${dataFdOf(from, to)}`)).toEqual([
      'STOP>STOP_COPY saving',
      'STOP>RESUMING resuming',
      'RUNNING>PRE_COPY saving',
      'RUNNING_P2P>PRE_COPY_P2P saving',
    ])
    for (const state of v2States) expect(dataFdOf(state, state)).toBeUndefined()
  })
})

test('numbers are those of linux/vfio.h', () => {
  const names = ['ERROR', 'STOP', 'RUNNING', 'STOP_COPY', 'RESUMING', 'RUNNING_P2P', 'PRE_COPY', 'PRE_COPY_P2P']
  expect(v2States).toEqual(names)
  expect(v2States.map(v2StateNumber)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})
