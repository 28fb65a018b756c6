import { type DesignName, deviceOf, eventLine, type TraceEvent, vfioV2 } from '../../protocol/index.ts'
import type { RecordInput } from '../../stream/index.ts'

/** The number of a state that is learnt or asked for. */
interface StateSeen {
  readonly state: number
  /** 0, or the negative error number of a request; undefined where the state is only read. */
  readonly result?: number
}

/** The interfaces whose states are recorded: how events tell them, and the state that a device begins in. */
const INTERFACES = {
  'vfio-v1': { initial: 1, seenIn: seenInV1 },
  'vfio-v2': { initial: vfioV2.v2StateNumber('RUNNING'), seenIn: seenInV2 },
} as const

/** Makes records of events: of each its line, and of requests for states and of interrupts one of their own. */
export class EventRecords {
  readonly #interface: keyof typeof INTERFACES | undefined
  readonly #states = new Map<string, number>()

  /** Times are since `start`, in microseconds. */
  constructor(
    design: DesignName,
    private readonly start: number,
  ) {
    if (design === 'vfio-v1' || design === 'vfio-v2') this.#interface = design
  }

  records(event: TraceEvent): RecordInput[] {
    const line: RecordInput = { type: 'trace-event', payload: { line: eventLine(event) } }
    return [line, ...this.#transition(event), ...this.#interrupt(event)]
  }

  #transition(event: TraceEvent): RecordInput[] {
    const name = this.#interface
    if (name === undefined) return []
    const { initial, seenIn } = INTERFACES[name]
    const seen = seenIn(event)
    if (seen === undefined) return []
    const { state: to, result } = seen
    const device = deviceOf(event)
    const key = `${event.side} ${device}`
    const from = this.#states.get(key) ?? initial
    if (result === undefined || result === 0) this.#states.set(key, to)
    if (result === undefined) return []
    const payload = { ...this.#head(event), interface: name, reserved: new Uint8Array(2), from, to, result }
    return [{ type: 'state-transition', device, payload }]
  }

  /** An interrupt of the device; a hot-plug interrupt is none of its vectors. */
  #interrupt(event: TraceEvent): RecordInput[] {
    if (event.kind !== 'irq' || event.vector === undefined) return []
    // The simulated VF keeps no pending bits: what a masked vector would have told is gone.
    const what = event.delivered === false ? 'lost' : 'raised'
    const payload = { ...this.#head(event), what, reserved: new Uint8Array(2), vector: event.vector } as const
    return [{ type: 'irq-event', device: deviceOf(event), payload }]
  }

  #head({ at, side }: TraceEvent) {
    return { time: BigInt(Math.max(0, at - this.start)) * 1000n, side }
  }
}

/** Version 1: the register is written, and read. */
function seenInV1(event: TraceEvent): StateSeen | undefined {
  if (event.kind === 'status-write' && event.register === 'deviceState') return { state: event.value, result: 0 }
  if (event.kind !== 'region-access' || event.field !== 'device_state' || event.value === undefined) return undefined
  return { state: event.value }
}

/** Version 2: the state is asked for, and learnt. */
function seenInV2(event: TraceEvent): StateSeen | undefined {
  if (event.kind === 'state-set') return { state: event.state, result: event.result ?? 0 }
  return event.kind === 'state-read' ? { state: event.state } : undefined
}
