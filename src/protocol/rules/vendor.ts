import { DEVICE_STATE, RESUMING, SAVING } from '../designs/migration-region.ts'
import { deviceKey, deviceOf } from '../event.ts'
import { onEvent, type Rule, rule } from '../rule.ts'

const DESIGNS = ['vendor-ops'] as const
/** Designs with the migration region. */
const WITH_REGION = ['vendor-ops', 'vfio-v1'] as const

const savingWithoutIrq = rule({
  code: 'protocol/saving-without-remap-irq',
  designs: DESIGNS,
  check({ variant, report }) {
    const listening = new Set<number>()
    let said = false
    return onEvent((event) => {
      const device = deviceOf(event)
      if (event.kind === 'irq-enable' && event.what === 'remap' && event.side === 'source') {
        if (event.on) listening.add(device)
        else listening.delete(device)
      }
      if (variant !== 'v4' || event.kind !== 'status-write' || event.register !== DEVICE_STATE || said) return
      if (event.side !== 'source' || (event.value & SAVING) === 0 || listening.has(device)) return
      said = true
      report(`The device state becomes ${event.value} while the remap interrupt is not in use.`)
    })
  },
})

const blockedThread = rule({
  code: 'protocol/ack-from-blocked-thread',
  designs: DESIGNS,
  check({ situation, report }) {
    /** Thread that wrote the device state which begins saving, until it is answered. */
    let blocked: string | undefined
    return onEvent((event) => {
      if (event.side !== 'source') return
      if (event.kind === 'status-write' && event.register === DEVICE_STATE) {
        const before = situation.register('source', DEVICE_STATE, deviceOf(event)) ?? 1
        blocked = (event.value & ~before & SAVING) !== 0 ? event.thread : undefined
      }
      if (event.kind !== 'remap-ack') return
      if (blocked !== undefined && event.thread === blocked) {
        report(`Thread ${JSON.stringify(blocked)} answers while its own write of the device state waits.`)
      }
      blocked = undefined
    })
  },
})

const ackValue = rule({
  code: 'protocol/ack-value-open',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind === 'remap-ack' && event.value !== 1) report(`The answer is ${event.value}; most code writes 1.`)
    })
  },
})

const otherRegion = rule({
  code: 'protocol/remap-other-region',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'region-remapped' || event.region <= 5) return
      report(`Region ${event.region} is mapped anew; the interrupt names BARs only.`)
    })
  },
})

const ackBeforeRemap = rule({
  code: 'protocol/ack-before-remap',
  designs: DESIGNS,
  check({ report }) {
    let waiting = 0
    return onEvent((event) => {
      if (event.kind === 'remap-signal') waiting |= event.bars
      if (event.kind === 'region-remapped' && event.region >= 0 && event.region <= 5) waiting &= ~(1 << event.region)
      if (event.kind !== 'remap-ack') return
      if ((waiting & ALL_BARS) !== 0) report(`The answer comes before the BARs of mask ${waiting} are mapped anew.`)
      waiting = 0
    })
  },
})

const ALL_BARS = 0x3f

const remapBars = rule({
  code: 'protocol/remap-bars',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'remap-signal' || (event.bars > 0 && event.bars <= ALL_BARS)) return
      report(`The request has the value ${event.bars}; bits 0 to 5 stand for BARs.`)
    })
  },
})

const remapUnanswered = rule({
  code: 'protocol/remap-unanswered',
  designs: DESIGNS,
  check({ report }) {
    /** Request that the module waits for. */
    let open: number | undefined
    return {
      see(event, index) {
        if (event.kind === 'remap-signal' && event.waits) open = index
        const gaveUp = event.kind === 'wait-ended' && event.for === 'userspace' && event.outcome === 'timed-out'
        if (gaveUp) report('The time for the answer of user space ran out.')
        if (gaveUp || event.kind === 'remap-ack') open = undefined
      },
      end() {
        if (open !== undefined) report('The request to map BARs anew is never answered.', { index: open })
      },
    }
  },
})

const pendingLeft = rule({
  code: 'protocol/pending-left',
  designs: WITH_REGION,
  check({ situation, report }) {
    let pending = 0
    return onEvent((event) => {
      if (event.side !== 'source') return
      if (event.kind === 'region-access' && event.field === 'pending_bytes' && !event.write) pending = event.value ?? 0
      if (event.kind !== 'status-write' || event.register !== DEVICE_STATE) return
      // Pre-copy may be left early; what stop-and-copy leaves is lost, unless the guest runs on here.
      const state = situation.register('source', DEVICE_STATE, deviceOf(event))
      if (state === SAVING && event.value === 0 && pending > 0) report(`${pending} bytes are still pending.`)
      pending = 0
    })
  },
})

const loadedWhileNotResuming = rule({
  code: 'protocol/state-access-while-running',
  designs: WITH_REGION,
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'state-loaded' || event.side !== 'destination') return
      if (event.part !== 'device-state' && event.part !== 'pre-copy') return
      const state = situation.register('destination', DEVICE_STATE, deviceOf(event)) ?? 1
      if (state !== RESUMING) report(`The part ${event.part} is loaded while the device state is ${state}.`)
    })
  },
})

const verdictMistaken = rule({
  code: 'protocol/verdict-mistaken',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'handler-verdict' || event.defaultCalled === event.verdict > 0) return
      const what = event.defaultCalled ? 'the default runs' : 'the default does not run'
      report(`The handler of ${JSON.stringify(event.operation)} says ${event.verdict} and ${what}.`)
    })
  },
})

const nativeHandler = rule({
  code: 'protocol/native-handler',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'handler-registered' || event.native !== true) return
      report(`The handler ${JSON.stringify(event.name)} is part of the native driver.`)
    })
  },
})

const twoHandlers = rule({
  code: 'protocol/two-handlers',
  designs: DESIGNS,
  check({ report }) {
    const handlers = new Map<string, string>()
    return onEvent((event) => {
      if (event.kind !== 'handler-registered') return
      const key = deviceKey(event)
      const other = handlers.get(key)
      handlers.set(key, event.name)
      if (other === undefined) return
      const [a, b] = [other, event.name].map((name) => JSON.stringify(name))
      report(`Device ${deviceOf(event)} of the ${event.side} has the handler ${a} and gets ${b}.`)
    })
  },
})

const moduleAbsent = rule({
  code: 'protocol/vendor-module-absent',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'device' || event.state !== 'absent') return
      report(`Device ${deviceOf(event)} of the ${event.side} has no vendor module.`)
    })
  },
})

/** Rules of the handlers, the migration region and the remap interrupt. */
export const vendorRules: readonly Rule[] = [
  savingWithoutIrq,
  blockedThread,
  ackValue,
  otherRegion,
  ackBeforeRemap,
  remapBars,
  remapUnanswered,
  pendingLeft,
  loadedWhileNotResuming,
  verdictMistaken,
  nativeHandler,
  twoHandlers,
  moduleAbsent,
]
