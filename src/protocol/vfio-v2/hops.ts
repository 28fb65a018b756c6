import {
  isSupported,
  SAVING_STATES,
  type V2Features,
  type V2State,
  v2StateNumber,
  v2StateOf,
} from '../../vfio/index.ts'

type Requestable = Exclude<V2State, 'ERROR'>

/**
 * The next hop of a device that can do everything, from each state (row) to each that is asked for (column); null where
 * the kernel refuses. The state itself where nothing is to be done.
 */
const NEXT_HOPS: Readonly<Record<Requestable, Readonly<Record<Requestable, Requestable | null>>>> = {
  STOP: {
    STOP: 'STOP',
    RUNNING: 'RUNNING_P2P',
    STOP_COPY: 'STOP_COPY',
    RESUMING: 'RESUMING',
    RUNNING_P2P: 'RUNNING_P2P',
    PRE_COPY: 'RUNNING_P2P',
    PRE_COPY_P2P: 'RUNNING_P2P',
  },
  RUNNING: {
    STOP: 'RUNNING_P2P',
    RUNNING: 'RUNNING',
    STOP_COPY: 'RUNNING_P2P',
    RESUMING: 'RUNNING_P2P',
    RUNNING_P2P: 'RUNNING_P2P',
    PRE_COPY: 'PRE_COPY',
    PRE_COPY_P2P: 'RUNNING_P2P',
  },
  STOP_COPY: {
    STOP: 'STOP',
    RUNNING: 'STOP',
    STOP_COPY: 'STOP_COPY',
    RESUMING: 'STOP',
    RUNNING_P2P: 'STOP',
    PRE_COPY: null,
    PRE_COPY_P2P: null,
  },
  RESUMING: {
    STOP: 'STOP',
    RUNNING: 'STOP',
    STOP_COPY: 'STOP',
    RESUMING: 'RESUMING',
    RUNNING_P2P: 'STOP',
    PRE_COPY: 'STOP',
    PRE_COPY_P2P: 'STOP',
  },
  RUNNING_P2P: {
    STOP: 'STOP',
    RUNNING: 'RUNNING',
    STOP_COPY: 'STOP',
    RESUMING: 'STOP',
    RUNNING_P2P: 'RUNNING_P2P',
    PRE_COPY: 'RUNNING',
    PRE_COPY_P2P: 'PRE_COPY_P2P',
  },
  PRE_COPY: {
    STOP: 'RUNNING',
    RUNNING: 'RUNNING',
    STOP_COPY: 'PRE_COPY_P2P',
    RESUMING: 'RUNNING',
    RUNNING_P2P: 'RUNNING',
    PRE_COPY: 'PRE_COPY',
    PRE_COPY_P2P: 'PRE_COPY_P2P',
  },
  PRE_COPY_P2P: {
    STOP: 'RUNNING_P2P',
    RUNNING: 'RUNNING_P2P',
    STOP_COPY: 'STOP_COPY',
    RESUMING: 'RUNNING_P2P',
    RUNNING_P2P: 'RUNNING_P2P',
    PRE_COPY: 'PRE_COPY',
    PRE_COPY_P2P: 'PRE_COPY_P2P',
  },
}

/** Why the kernel refuses a request with EINVAL. */
export type RefusalReason =
  | 'no-such-state'
  | 'error-requested'
  | 'in-error'
  | 'not-migratable'
  | 'unsupported'
  | 'from-unsupported'
  | 'blocked'

const REASONS: Readonly<Record<RefusalReason, (from: V2State, to: string) => string>> = {
  'no-such-state': (_, to) => `There is no state ${to}.`,
  'error-requested': () => 'ERROR cannot be asked for: only a device that fails is in it.',
  'in-error': () => 'The device is in ERROR; only a reset leaves it.',
  'not-migratable': () => 'The device does not have the flag STOP_COPY, so it has no states.',
  unsupported: (_, to) => `The device does not have the flags that ${to} needs.`,
  'from-unsupported': (from) => `The device is in ${from} and does not have the flags for it.`,
  blocked: (from, to) => `No arc leads from ${from} to ${to}: what was saved would be of two times.`,
}

/** A request that the kernel refuses by the rules of its state machine. */
export class RefusedRequest extends RangeError {
  constructor(
    readonly reason: RefusalReason,
    from: V2State,
    to: V2State | number,
  ) {
    super(REASONS[reason](from, String(to)))
    this.name = 'RefusedRequest'
  }
}

/** Why a device in `from` refuses to go to `to`, a state or any number; undefined where it does not. */
export function refusalOf(from: V2State, to: V2State | number, features: V2Features): RefusalReason | undefined {
  const target = typeof to === 'number' ? v2StateOf(to) : to
  if (target === undefined) return 'no-such-state'
  if (target === 'ERROR') return 'error-requested'
  if (from === 'ERROR') return 'in-error'
  if (!features.stopCopy) return 'not-migratable'
  if (!isSupported(from, features)) return 'from-unsupported'
  if (!isSupported(target, features)) return 'unsupported'
  return NEXT_HOPS[from][target] === null ? 'blocked' : undefined
}

/**
 * The state that a device takes next on its way from one to another, the rule of vfio_mig_get_next_state(): a hop that
 * the device does not support is skipped by looking up again from there.
 *
 * @throws RefusedRequest
 */
export function nextHop(from: V2State, to: V2State | number, features: V2Features): V2State {
  const reason = refusalOf(from, to, features)
  if (reason !== undefined) throw new RefusedRequest(reason, from, to)
  // What is refused is neither in ERROR nor on its way there.
  const target = (typeof to === 'number' ? v2StateOf(to) : to) as Requestable
  let hop: Requestable | null = NEXT_HOPS[from as Requestable][target]
  while (hop !== null && !isSupported(hop, features)) hop = NEXT_HOPS[hop][target]
  if (hop === null) throw new RefusedRequest('blocked', from, to)
  return hop
}

/**
 * All states on the way, without the first and with the last; none where the device is there already.
 *
 * @throws RefusedRequest
 */
export function path(from: V2State, to: V2State | number, features: V2Features): V2State[] {
  const hops: V2State[] = []
  const target = typeof to === 'number' ? v2StateOf(to) : to
  let state = from
  do {
    const hop = nextHop(state, to, features)
    if (hop === state) break
    hops.push(hop)
    state = hop
  } while (state !== target)
  return hops
}

/** What an arc opens: a descriptor to read the state from, or one to write it to; undefined for most. */
export function dataFdOf(from: V2State, to: V2State): 'saving' | 'resuming' | undefined {
  if (from === to) return undefined
  if (to === 'RESUMING') return 'resuming'
  return SAVING_STATES.includes(to) && !SAVING_STATES.includes(from) ? 'saving' : undefined
}

/** Every arc that a driver with these flags has to know, in the order of the states' numbers. */
export function arcsOf(features: V2Features): (readonly [from: V2State, to: V2State])[] {
  const states = (Object.keys(NEXT_HOPS) as V2State[])
    .filter((state) => isSupported(state, features))
    .sort((a, b) => v2StateNumber(a) - v2StateNumber(b))
  return states.flatMap((from) =>
    states
      .filter((to) => to !== from && refusalOf(from, to, features) === undefined && nextHop(from, to, features) === to)
      .map((to) => [from, to] as const),
  )
}
