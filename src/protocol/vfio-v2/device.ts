import { ALL_FEATURES, PRE_COPY_STATES, type V2Features, type V2State, v2StateOf } from '../../vfio/index.ts'
import type { EventOf, TraceEvent } from '../event.ts'
import { isRefused } from './errno.ts'
import { dataFdOf, path, type RefusalReason, refusalOf } from './hops.ts'

/** What is to be said of a request for a state, before the answer is looked at. */
export interface Request {
  /** Undefined for a number that is no state. */
  readonly target: V2State | undefined
  readonly isRefused: boolean
  /** States that the device may be in and from which the request is legal. */
  readonly legalFrom: readonly V2State[]
  /** Why it is legal from none. */
  readonly reason: RefusalReason | undefined
  /** Whether a data descriptor is due; undefined where that depends on a state that is not known. */
  readonly opensData: boolean | undefined
}

/** What a trace tells of one device of migration v2, as far as it has come. */
export class V2Device {
  /** States that it may be in: one, unless a change over several hops was refused on its way. */
  possible: readonly V2State[] = ['RUNNING']
  /** False as long as RUNNING, in which a device is opened, is only assumed. */
  isKnown = false
  features: V2Features | undefined
  /** Whether the last request failed, so that whoever asked may have reset the device. */
  hasFailed = false
  /** Descriptor that nobody was seen to close, and the event with which it came. */
  openFd: { readonly fd: number; readonly index: number } | undefined
  /** Whether user space has asked that the flags of the pre-copy information mean something. */
  hasInfoFlags = false
  /** Whether the last read in this state filled the whole buffer, so that there is likely to be more. */
  hasMore = false
  /** Initial bytes that are still to be read in pre-copy, where the device said how many. */
  initialBytes: number | undefined

  /** Whether the device can only be in one of these states. */
  isIn(states: readonly V2State[]): boolean {
    return this.possible.every((state) => states.includes(state))
  }

  /** Whether the device is known to be in none of these states. */
  isOutside(states: readonly V2State[]): boolean {
    return this.isKnown && !this.possible.some((state) => states.includes(state))
  }

  get stateText(): string {
    return this.possible.join(' or ')
  }

  request({ state, result }: EventOf<'state-set'>): Request {
    // A driver without STOP_COPY has a finding of its own.
    const features = { ...(this.features ?? ALL_FEATURES), stopCopy: true }
    const legalFrom = this.possible.filter((from) => refusalOf(from, state, features) === undefined)
    const [from = 'ERROR'] = this.possible
    const opens = new Set(legalFrom.map((start) => opensData(start, path(start, state, features))))
    return {
      target: v2StateOf(state),
      isRefused: isRefused(result),
      legalFrom,
      reason: legalFrom.length > 0 ? undefined : refusalOf(from, state, features),
      opensData: this.isKnown && opens.size === 1 ? [...opens][0] : undefined,
    }
  }

  see(event: TraceEvent, index: number): void {
    switch (event.kind) {
      case 'migration-features':
        this.features = event
        break
      case 'state-set':
        this.ask(event, index)
        break
      case 'state-read':
        this.enter(v2StateOf(event.state))
        break
      case 'data-read':
        if (this.initialBytes !== undefined) this.initialBytes -= event.bytes
        this.hasMore = event.bytes > 0 && event.bytes === event.asked
        break
      case 'data-closed':
        this.openFd = undefined
        break
      case 'precopy-info':
        if (!isRefused(event.result)) this.initialBytes = event.initialBytes
        break
      case 'precopy-info-v2':
        if (!isRefused(event.result)) this.hasInfoFlags = true
        break
      case 'device':
        if (event.state === 'reset') this.enter('RUNNING')
        break
      case 'ioctl':
        if (isReset(event)) this.enter('RUNNING')
        break
    }
  }

  private ask(event: EventOf<'state-set'>, index: number): void {
    const { target, legalFrom, isRefused: refused } = this.request(event)
    this.hasFailed = refused
    if (refused) this.strand(event.state, legalFrom)
    else {
      if (event.dataFd !== undefined && event.dataFd >= 0) this.openFd = { fd: event.dataFd, index }
      this.enter(target)
    }
    this.hasFailed = refused
  }

  /** A change that is refused on its way leaves the device where it was, or at any hop before the last. */
  private strand(state: number, legalFrom: readonly V2State[]): void {
    const features = { ...(this.features ?? ALL_FEATURES), stopCopy: true }
    const between = legalFrom.flatMap((from) => path(from, state, features).slice(0, -1))
    this.possible = [...new Set([...this.possible, ...between])]
  }

  private enter(state: V2State | undefined): void {
    if (state === undefined) return
    this.possible = [state]
    this.isKnown = true
    this.hasFailed = false
    this.hasMore = false
    if (!PRE_COPY_STATES.includes(state)) this.initialBytes = undefined
  }
}

/** Whether the way ends with an arc that opens a data descriptor. No other arc of a way does. */
function opensData(from: V2State, hops: readonly V2State[]): boolean {
  const last = hops.at(-1)
  return last !== undefined && dataFdOf(hops.at(-2) ?? from, last) !== undefined
}

function isReset({ name, result }: EventOf<'ioctl'>): boolean {
  return name === 'VFIO_DEVICE_RESET' && !isRefused(result)
}
