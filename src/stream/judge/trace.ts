import type { Finding } from '../../findings/index.ts'
import type { Value } from '../../layout/index.ts'
import { findDesign, readEvent, type TraceEvent, TraceValidator } from '../../protocol/index.ts'
import { type PlacedRecord, placeOf, type RecordPlace } from '../integrity.ts'
import type { designPayload, tracePayload } from '../payload.layout.ts'
import { NO_DEVICE, payloadOf } from '../record.ts'
import type { Context, StreamRule } from './context.ts'

/** Events whose place is kept: findings may come later than the event that they are about. */
const KEPT_PLACES = 16384
/** So many devices with a design of their own are followed; of designs there are few. */
const MOST_DEVICES = 4096

/** Events that are judged by one design, and where they lie. */
interface Following {
  readonly validator: TraceValidator
  readonly places: RecordPlace[]
  count: number
}

/** Trace events against the designs that the stream names. */
export class TraceRule implements StreamRule {
  /** The design of each device, by a name of its own; undefined where it is not known. */
  readonly #designs = new Map<number, string | undefined>()
  readonly #followings = new Map<string, Following>()
  /** Whether an event could not be read: what follows from it is not known. */
  #isBroken = false

  constructor(private readonly context: Context) {}

  see(placed: PlacedRecord): void {
    const { kind } = placed.record.header
    if (kind.type === 'design') this.#design(placed)
    if (kind.type !== 'trace-event') return
    this.#isBroken ||= !this.context.isWhole
    const { chunk, flags } = placed.record.header
    const payload = chunk === 0 && flags.last ? payloadOf<Value<typeof tracePayload>>(placed.record) : undefined
    if (payload === undefined) this.#isBroken = true
    else this.#line(placed, payload.line)
  }

  end(): void {
    if (this.#isBroken) return
    for (const following of this.#followings.values()) this.#tell(following, following.validator.end())
  }

  #design(placed: PlacedRecord): void {
    const { device } = placed.record.header
    const payload = payloadOf<Value<typeof designPayload>>(placed.record)
    if (!this.#designs.has(device) && this.#designs.size === MOST_DEVICES) return
    this.#designs.set(device, payload === undefined ? undefined : this.#following(placed, payload))
  }

  /** The name of the design with its variant; undefined where there is none of that name. */
  #following(placed: PlacedRecord, { name, variant }: Value<typeof designPayload>): string | undefined {
    const design = findDesign(name)
    const isKnown = design !== undefined && (variant === '' || design.variants.includes(variant))
    if (!isKnown) {
      const which =
        variant === '' ? JSON.stringify(name) : `${JSON.stringify(name)}, variant ${JSON.stringify(variant)}`
      this.context.say('stream/unknown-design', `No design is called ${which}.`, placed)
      return undefined
    }
    const key = `${name} ${variant === '' ? design.variants[0] : variant}`
    if (this.#followings.has(key)) return key
    const validator = new TraceValidator(design, variant === '' ? {} : { variant })
    this.#followings.set(key, { validator, places: [], count: 0 })
    return key
  }

  #line(placed: PlacedRecord, line: string): void {
    const reading = readEvent(parsed(line))
    if ('problem' in reading) {
      this.context.say('stream/trace-line', reading.problem, placed, ['payload', 'line'])
      return
    }
    if (this.#isBroken) return
    for (const following of this.#followingsOf(placed.record.header.device)) {
      this.#push(following, placed, reading.event)
    }
  }

  /** An event of the migration as a whole concerns every design, unless the migration has one of its own. */
  #followingsOf(device: number): Following[] {
    const own = this.#designs.has(device) ? device : NO_DEVICE
    const isOfAll = device === NO_DEVICE && !this.#designs.has(NO_DEVICE)
    if (isOfAll) return [...this.#followings.values()]
    const key = this.#designs.get(own)
    const following = key === undefined ? undefined : this.#followings.get(key)
    return following === undefined ? [] : [following]
  }

  #push(following: Following, placed: PlacedRecord, event: TraceEvent): void {
    following.places[following.count % KEPT_PLACES] = placeOf(placed)
    following.count += 1
    this.#tell(following, following.validator.push(event))
  }

  /** Findings of a trace count events; those of a stream are about the records that hold them. */
  #tell({ places, count }: Following, findings: readonly Finding[]): void {
    for (const { in: _, ...finding } of findings) {
      // Where an event is too long ago, the oldest that is kept comes nearest.
      const index = Math.max(finding.offset, count - KEPT_PLACES)
      const place = places[index % KEPT_PLACES]
      if (place === undefined) continue
      const { offset, length, path } = place
      this.context.report({ ...finding, offset, length, path: [...path, 'payload', 'line'] })
    }
  }
}

/** A line as JSON; undefined, which is no event, where it is none. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
