import type { Value } from '../../layout/index.ts'
import { deviceName, type PlacedRecord, placeOf, type RecordPlace } from '../integrity.ts'
import type { irqPayload } from '../payload.layout.ts'
import { NO_DEVICE, payloadOf } from '../record.ts'
import type { Context, StreamRule } from './context.ts'

const ENTRY = 16

/** Vectors of interrupt events against the MSI-X table, which mostly comes after them. */
export class InterruptRule implements StreamRule {
  /** The highest vector of each device, and the first event that has it. */
  readonly #highest = new Map<number, { readonly vector: number; readonly place: RecordPlace }>()

  constructor(private readonly context: Context) {}

  see(placed: PlacedRecord): void {
    const { kind, device } = placed.record.header
    if (kind.type !== 'irq-event' || device === NO_DEVICE) return
    const event = payloadOf<Value<typeof irqPayload>>(placed.record)
    // Only devices that are followed, so that there are not too many.
    if (event === undefined || this.context.device(device) === undefined) return
    const before = this.#highest.get(device)
    if (before !== undefined && before.vector >= event.vector) return
    this.#highest.set(device, { vector: event.vector, place: placeOf(placed) })
  }

  end(): void {
    for (const [number, { vector, place }] of this.#highest) {
      const { space, tableBytes } = this.context.device(number) ?? {}
      const vectors = space?.msix?.vectors ?? (tableBytes === undefined ? undefined : Math.floor(tableBytes / ENTRY))
      if (vectors === undefined || vector < vectors) continue
      const message = `The event is of vector ${vector} of ${deviceName(number)}, which has ${vectors}.`
      this.context.say('stream/irq-vector', message, place, ['payload', 'vector'])
    }
  }
}
