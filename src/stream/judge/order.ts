import type { Value } from '../../layout/index.ts'
import { deviceName, type PlacedRecord } from '../integrity.ts'
import type { irqPayload, transitionPayload } from '../payload.layout.ts'
import { NO_DEVICE, payloadOf, typeName } from '../record.ts'
import type { Context, DeviceFacts, StreamRule } from './context.ts'

type Timed = Pick<Value<typeof transitionPayload> | Value<typeof irqPayload>, 'time' | 'side'>

/** What has to come before what. */
export class OrderRule implements StreamRule {
  /** Last time of each device and side: a stream may tell of one after another. */
  readonly #times = new Map<string, bigint>()
  #hasDesign = false
  readonly #told = new Set<number>()

  constructor(private readonly context: Context) {}

  see(placed: PlacedRecord): void {
    const { header } = placed.record
    const { device: number, chunk } = header
    const { type } = header.kind
    if (number !== NO_DEVICE) {
      const isNew = this.context.device(number) === undefined
      const device = this.context.deviceOf(number, placed)
      if (device !== undefined) this.#device(placed, device, isNew)
    } else if (type === 'design') this.#hasDesign = true
    if (chunk > 0) return
    if (type === 'state-transition') this.#design(placed)
    if (type === 'state-transition' || type === 'irq-event') this.#time(placed)
  }

  #device(placed: PlacedRecord, { types }: DeviceFacts, isNew: boolean): void {
    const { header } = placed.record
    const { type } = header.kind
    if (isNew && type !== 'device' && this.context.isWhole) {
      const message = `The first record of ${deviceName(header.device)} is ${typeName(header)}, not device.`
      this.context.say('stream/record-before-device', message, placed, ['header', 'device'])
    }
    if (type === 'device' && header.chunk === 0 && types.has(type)) {
      const message = `${deviceName(header.device)} has a device record already.`
      this.context.say('stream/device-repeated', capital(message), placed, ['header', 'device'])
    }
    types.add(type)
  }

  #design(placed: PlacedRecord): void {
    const { device } = placed.record.header
    if (this.#hasDesign || !this.context.isWhole || this.#told.has(device)) return
    const facts = this.context.device(device)
    // A device that is not followed may have one.
    if (facts?.types.has('design') || (facts === undefined && device !== NO_DEVICE)) return
    this.#told.add(device)
    const message = `No design of ${deviceName(device)} or of the migration comes before this transition.`
    this.context.say('stream/transition-before-design', message, placed)
  }

  #time(placed: PlacedRecord): void {
    const { device } = placed.record.header
    const timed = payloadOf<Timed>(placed.record)
    if (timed === undefined || (device !== NO_DEVICE && this.context.device(device) === undefined)) return
    const key = `${device} ${timed.side}`
    const before = this.#times.get(key)
    if (before !== undefined && timed.time < before) {
      const message = `The time is ${timed.time} ns, that of the event before is ${before} ns.`
      this.context.say('stream/time-backwards', message, placed, ['payload', 'time'])
    }
    this.#times.set(key, timed.time)
  }

  end(): void {
    for (const [number, device] of this.context.devices) {
      if (this.#hasDesign || device.types.has('design') || this.#told.has(number)) continue
      const message = `${deviceName(number)} has no design, and neither has the migration.`
      this.context.say('stream/design-missing', capital(message), device.place, [])
    }
  }
}

/** A sentence that begins with a name. */
export const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1)
