import { DESIGN_NAMES } from '../design.ts'
import { deviceKey, deviceOf, type EventOf } from '../event.ts'
import { matches } from '../pattern.ts'
import { onEvent, type Rule, rule } from '../rule.ts'

const timeBackwards = rule({
  code: 'protocol/time-backwards',
  designs: DESIGN_NAMES,
  check({ report }) {
    let last = 0
    return onEvent(({ at }) => {
      if (at < last) report(`The event is at ${at} microseconds, the one before it at ${last}.`)
      last = at
    })
  },
})

const undefinedValue = rule({
  code: 'protocol/undefined-value',
  designs: DESIGN_NAMES,
  check({ design, report }) {
    return onEvent((event) => {
      if (event.kind !== 'status-write' || !Object.hasOwn(design.registers, event.register)) return
      const values = Object.entries(design.registers[event.register] ?? {})
      if (values.some(([, value]) => value === event.value)) return
      const defined = values.map(([name, value]) => `${value} (${name})`).join(', ')
      report(`${event.register} is set to ${event.value}; defined are ${defined}.`)
    })
  },
})

const dmaWhileQuiet = rule({
  code: 'protocol/dma-while-quiet',
  designs: DESIGN_NAMES,
  check({ design, report }) {
    const quiet = new Map<string, 'no' | 'yes' | 'said'>()
    return onEvent((event) => {
      const key = deviceKey(event)
      if (design.quiet.active.some((pattern) => matches(pattern, event))) quiet.set(key, 'no')
      else if (design.quiet.quiet.some((pattern) => matches(pattern, event))) quiet.set(key, 'yes')
      if (event.kind !== 'dma' || (quiet.get(key) ?? (event.side === 'source' ? 'no' : 'yes')) !== 'yes') return
      quiet.set(key, 'said')
      const does = event.direction === 'from-device' ? 'writes' : 'reads'
      report(`Device ${deviceOf(event)} of the ${event.side} ${does} page ${event.page} while it is stopped.`)
    })
  },
})

const unboundedWait = rule({
  code: 'protocol/unbounded-wait',
  designs: DESIGN_NAMES,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'wait' || event.bound !== undefined) return
      report(`The ${event.side} waits for the ${event.for === 'guest' ? 'guest' : 'user space'} without a limit.`)
    })
  },
})

const guestSilent = rule({
  code: 'protocol/guest-silent',
  designs: ['faked-capability', 'bridge', 'self-emulation'],
  check({ report }) {
    let open: number | undefined
    return {
      see(event, index) {
        if (event.kind === 'wait' && event.for === 'guest') open = index
        if (event.kind !== 'wait-ended' || event.for !== 'guest') return
        open = undefined
        if (event.outcome === 'timed-out') report('The time for the answer of the guest ran out.')
      },
      end() {
        if (open !== undefined) report('The wait for the guest never ends.', { index: open })
      },
    }
  },
})

type Part = EventOf<'state-saved'>['part']

/** These travel with the pages and the virtual CPUs, not with the device. */
const NOT_OF_THE_DEVICE: readonly Part[] = ['memory', 'registers', 'cpu']

const readBeforeStop = rule({
  code: 'protocol/read-state-before-stop',
  designs: ['faked-capability', 'self-emulation'],
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'state-saved' || event.side !== 'source' || situation.stopped.source) return
      if (NOT_OF_THE_DEVICE.includes(event.part)) return
      report(`The part ${event.part} is taken while the virtual CPUs of the source run.`)
    })
  },
})

const stateNotLoaded = rule({
  code: 'protocol/state-not-loaded',
  designs: DESIGN_NAMES,
  check({ report }) {
    const saved = new Map<string, number>()
    return onEvent((event, index) => {
      if (event.kind === 'state-saved' && event.side === 'source') saved.set(partText(event), index)
      else if (event.kind === 'state-loaded') saved.delete(partText(event))
      else if (event.kind === 'migration-end') {
        for (const [part, at] of saved) report(`${part} was taken and is not put in place.`, { index: at })
        saved.clear()
      }
    })
  },
})

function partText(event: EventOf<'state-saved' | 'state-loaded'>): string {
  return `The part ${event.part} of device ${deviceOf(event)}`
}

const stateRefused = rule({
  code: 'protocol/state-refused',
  designs: DESIGN_NAMES,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'state-refused') return
      const why = event.reason === undefined ? 'no reason is given' : JSON.stringify(event.reason)
      report(`The part ${event.part} is refused: ${why}.`)
    })
  },
})

/** Rules that hold for every design. */
export const runRules: readonly Rule[] = [
  timeBackwards,
  undefinedValue,
  dmaWhileQuiet,
  unboundedWait,
  guestSilent,
  readBeforeStop,
  stateNotLoaded,
  stateRefused,
]
