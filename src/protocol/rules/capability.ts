import { deviceOf, type EventOf, type Side } from '../event.ts'
import { onEvent, type Rule, rule } from '../rule.ts'

type Place = EventOf<'capability-place'>

/** More capabilities than two config spaces have; a trace that repeats itself costs no more. */
const MOST_PLACES = 256

const capabilityOverlap = rule({
  code: 'protocol/capability-overlap',
  designs: ['faked-capability', 'self-emulation'],
  check({ report }) {
    const places: Place[] = []
    return onEvent((event) => {
      if (event.kind !== 'capability-place') return
      const other = places.find((place) => overlap(place, event) && (place.faked || event.faked))
      if (places.length < MOST_PLACES) places.push(event)
      if (other === undefined) return
      const [faked, real] = event.faked ? [event, other] : [other, event]
      report(`The faked registers at ${range(faked)} lie on the capability at ${range(real)}.`)
    })
  },
})

function overlap(a: Place, b: Place): boolean {
  if (a.side !== b.side || deviceOf(a) !== deviceOf(b)) return false
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length
}

function range({ offset, length }: Place): string {
  return `0x${offset.toString(16)} to 0x${(offset + length - 1).toString(16)}`
}

const capabilityOffset = rule({
  code: 'protocol/capability-offset',
  designs: ['faked-capability', 'bridge'],
  check({ report }) {
    const offsets = { source: new Map<number, number>(), destination: new Map<number, number>() }
    return onEvent((event) => {
      if (event.kind !== 'capability-place' || !event.faked) return
      const device = deviceOf(event)
      offsets[event.side].set(device, event.offset)
      const other = offsets[otherSide(event.side)].get(device)
      if (other === undefined || other === event.offset) return
      const text = (side: Side) => `0x${offsets[side].get(device)?.toString(16)} on the ${side}`
      report(`The faked capability is at ${text('source')} and at ${text('destination')}.`)
    })
  },
})

function otherSide(side: Side): Side {
  return side === 'source' ? 'destination' : 'source'
}

/** Rules on the place of registers that the VMM fakes. */
export const capabilityRules: readonly Rule[] = [capabilityOverlap, capabilityOffset]
