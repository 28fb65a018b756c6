import { CaptureError } from '../errors.ts'
import type { Qcow2Image, Qcow2Snapshot } from './image.ts'

/** So many names stand in a message. */
const MOST_NAMES = 8

/**
 * The snapshot whose VM state is meant: the one with the ID or the name that is given, or the only one that has a VM
 * state. @throws CaptureError naming those there are
 */
export function pickSnapshot({ snapshots }: Qcow2Image, wanted?: string): Qcow2Snapshot {
  const withState = snapshots.filter(({ vmStateSize }) => vmStateSize > 0n)
  if (withState.length === 0) {
    const found = snapshots.length === 0 ? 'no snapshots' : `snapshots of the disk alone: ${listed(snapshots)}`
    throw new CaptureError({
      code: 'capture/qcow2-no-state',
      expected: 'a snapshot with the state of a machine',
      found,
    })
  }
  const meant = wanted === undefined ? withState : named(withState, wanted)
  const [only, second] = meant
  if (only === undefined) {
    const found = `${listed(withState)}`
    throw new CaptureError({ code: 'capture/qcow2-snapshot', expected: `a snapshot ${JSON.stringify(wanted)}`, found })
  }
  if (second === undefined) return only
  const expected = 'the ID or the name of one snapshot (--snapshot)'
  throw new CaptureError({ code: 'capture/qcow2-snapshot', expected, found: `several: ${listed(meant)}` })
}

/** An ID is of one snapshot, a name may be of several. */
function named(snapshots: readonly Qcow2Snapshot[], wanted: string): readonly Qcow2Snapshot[] {
  const byId = snapshots.filter(({ id }) => id === wanted)
  return byId.length > 0 ? byId : snapshots.filter(({ name }) => name === wanted)
}

function listed(snapshots: readonly Qcow2Snapshot[]): string {
  const names = snapshots.slice(0, MOST_NAMES).map(({ id, name }) => `${id} ${JSON.stringify(name)}`)
  const more = snapshots.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
