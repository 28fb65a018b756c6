import { bridgeMigrationCodec } from '../../pci/index.ts'
import { deviceOf } from '../event.ts'
import { onEvent, type Rule, rule } from '../rule.ts'
import { devicesOf } from './bridge-mask.ts'

/** Values of the phase register. */
const PHASES = bridgeMigrationCodec.type.fields.phase.numbers

/** Bit of the acknowledge register: the guest dirties pages of DMA. */
const DIRTIES_DMA = 0x8000

const DESIGNS = ['bridge'] as const

const stoppedBeforePaused = rule({
  code: 'protocol/stopped-before-ready',
  designs: DESIGNS,
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'vcpus-stopped' || event.side !== 'source' || situation.timedOut) return
      const paused = situation.register('source', 'pausedMask') ?? 0
      const running = devicesOf((situation.register('source', 'slotMask') ?? 0) & ~paused)
      const missing = running.filter((device) => !situation.cannotAnswer(device))
      if (missing.length > 0) report(`The guest is stopped while device ${missing.join(', ')} is not paused.`)
    })
  },
})

const untracked = rule({
  code: 'protocol/dma-pages-untracked',
  designs: DESIGNS,
  check({ situation, report }) {
    let told = false
    return onEvent((event) => {
      if (event.kind !== 'status-write' || event.side !== 'source') return
      if (event.register === 'acknowledge' && (event.value & DIRTIES_DMA) !== 0) told = true
      if (event.register !== 'phase' || event.value !== PHASES.get('pause') || told || situation.timedOut) return
      const slots = devicesOf(situation.register('source', 'slotMask') ?? 1)
      if (slots.every((device) => situation.cannotAnswer(device))) return
      report('The phase becomes pause and the guest has not said that it dirties pages of DMA.')
    })
  },
})

const otherPhase = rule({
  code: 'protocol/acknowledged-other-phase',
  designs: DESIGNS,
  check({ report }) {
    let phase = PHASES.get('idle')
    return onEvent((event) => {
      if (event.kind !== 'status-write') return
      if (event.register === 'phase') phase = event.value
      if (event.register !== 'acknowledge') return
      const acknowledged = event.value & ~DIRTIES_DMA
      if (acknowledged !== phase) report(`The guest acknowledges phase ${acknowledged}; the bridge is in ${phase}.`)
    })
  },
})

const outsideSlotMask = rule({
  code: 'protocol/outside-slot-mask',
  designs: DESIGNS,
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'status-write' || !['pausedMask', 'missedMask'].includes(event.register)) return
      const slots = situation.register('source', 'slotMask')
      if (slots === undefined) return
      const outside = devicesOf(event.value & ~slots)
      if (outside.length === 0) return
      report(`${event.register} names device ${outside.join(', ')}, which the slot mask does not.`)
    })
  },
})

const outsideBridge = rule({
  code: 'protocol/outside-bridge',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'topology' || event.bridged !== false) return
      report(`Device ${deviceOf(event)} of the ${event.side} is not behind the migration bridge.`)
    })
  },
})

const badPathWithoutReset = rule({
  code: 'protocol/bad-path-without-reset',
  designs: DESIGNS,
  check({ situation, report }) {
    const reset = new Set<number>()
    let badPath = false
    return onEvent((event) => {
      if (event.kind === 'device' && event.side === 'destination' && event.state === 'reset') reset.add(deviceOf(event))
      if (event.kind === 'status-write' && event.register === 'phase' && event.value === PHASES.get('bad-path'))
        badPath = true
      if (event.kind !== 'migration-end' || !(badPath || situation.timedOut)) return
      const slots = devicesOf(situation.register('source', 'slotMask') ?? 0)
      const left = slots.filter((device) => !reset.has(device))
      if (left.length > 0) report(`Device ${left.join(', ')} of the group is not reset on the destination.`)
    })
  },
})

const pausedEarly = rule({
  code: 'protocol/paused-early',
  designs: DESIGNS,
  check({ situation, report }) {
    let said = false
    return onEvent((event) => {
      if (event.kind !== 'round' || event.side !== 'source' || situation.stopped.source || said) return
      const paused = devicesOf(situation.register('source', 'pausedMask') ?? 0)
      if (paused.length === 0) return
      said = true
      report(`Round ${event.number} begins while the guest runs and device ${paused.join(', ')} is paused.`)
    })
  },
})

/** Status of the hot-plug controller: the command is not known. */
const INVALID_COMMAND = 4

const pauseNotUnderstood = rule({
  code: 'protocol/pause-not-understood',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'status-write' || event.register !== 'commandStatus') return
      if ((event.value & INVALID_COMMAND) !== 0) report('The command status has the bit for an invalid command.')
    })
  },
})

const missedNotSet = rule({
  code: 'protocol/missed-flag-not-set',
  designs: DESIGNS,
  check({ situation, report }) {
    const noted = new Set<number>()
    const down = new Set<number>()
    return onEvent((event) => {
      if (event.kind === 'missed-flag' && event.on) noted.add(deviceOf(event))
      if (event.kind === 'vcpus-stopped' && event.side === 'source') {
        for (const device of situation.devices('source')) if (situation.cannotAnswer(device)) down.add(device)
      }
      if (event.kind !== 'migration-end') return
      const without = [...down].filter((device) => !noted.has(device))
      if (without.length > 0) report(`Device ${without.join(', ')} was down at the stop and has no missed flag.`)
    })
  },
})

const missedKept = rule({
  code: 'protocol/missed-flag-kept',
  designs: DESIGNS,
  check({ report }) {
    /** Devices with the flag, and the event that brought them up since. */
    const noted = new Map<number, number | undefined>()
    return {
      see(event, index) {
        const device = deviceOf(event)
        if (event.kind === 'missed-flag' && event.on) noted.set(device, undefined)
        else if (event.kind === 'missed-flag') noted.delete(device)
        else if (event.kind === 'device' && event.state === 'up' && noted.has(device)) noted.set(device, index)
      },
      end() {
        for (const [device, index] of noted) {
          if (index === undefined) continue
          report(`Device ${device} comes up and its missed flag is not cleared.`, { index })
        }
      },
    }
  },
})

/** Rules on the registers of the bridge and its group of devices. */
export const bridgeRules: readonly Rule[] = [
  stoppedBeforePaused,
  untracked,
  otherPhase,
  outsideSlotMask,
  outsideBridge,
  badPathWithoutReset,
  pausedEarly,
  pauseNotUnderstood,
  missedNotSet,
  missedKept,
]
