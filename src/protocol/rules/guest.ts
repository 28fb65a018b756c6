import type { DesignName } from '../design.ts'
import { deviceOf, type EventOf, type TraceEvent } from '../event.ts'
import { onEvent, type Rule, type RuleContext, rule } from '../rule.ts'

const HANDSHAKES: readonly DesignName[] = ['faked-capability', 'bridge', 'self-emulation']
const MAILBOX: readonly DesignName[] = ['faked-capability', 'self-emulation']

/** The register with which the VMM says where the migration is, and the one that answers it. */
const REGISTERS: Partial<Record<DesignName, { readonly status: string; readonly answer: string }>> = {
  'faked-capability': { status: 'vmmStatus', answer: 'vfStatus' },
  bridge: { status: 'phase', answer: 'acknowledge' },
  'self-emulation': { status: 'migrationStatus', answer: 'vfAnswer' },
}

function isStop(event: TraceEvent): boolean {
  return event.side === 'source' && event.kind === 'vcpus-stopped'
}

const interfaceDown = rule({
  code: 'protocol/interface-down',
  designs: HANDSHAKES,
  check({ situation, report }) {
    const said = new Set<number>()
    return onEvent((event) => {
      if (!isStop(event)) return
      for (const device of situation.devices('source')) {
        if (situation.deviceState('source', device) !== 'down' || said.has(device)) continue
        said.add(device)
        report(`The interface of device ${device} is down when the guest is stopped.`)
      }
      if (situation.register('source', 'enable') !== 0 || situation.cannotAnswer()) return
      report('The mailbox interrupt is disabled when the guest is stopped, as it is while the interface is down.')
    })
  },
})

const driverAbsent = rule({
  code: 'protocol/driver-absent',
  designs: HANDSHAKES,
  check({ situation, report }) {
    const said = new Set<number>()
    return onEvent((event) => {
      if (!isStop(event)) return
      for (const device of situation.devices('source')) {
        if (situation.deviceState('source', device) !== 'absent' || said.has(device)) continue
        said.add(device)
        report(`Device ${device} has no driver in the guest when it is stopped.`)
      }
    })
  },
})

const stoppedBeforeReady = rule({
  code: 'protocol/stopped-before-ready',
  designs: MAILBOX,
  check({ design, situation, report }) {
    let said = false
    return onEvent((event) => {
      if (said || !endsPreCopy(event) || situation.timedOut || situation.cannotAnswer()) return
      const { status, answer } = REGISTERS[design.name] ?? { status: '', answer: '' }
      const started = situation.register('source', status)
      const ready = situation.register('source', answer)
      const enabled = design.name === 'self-emulation' ? 1 : situation.register('source', 'enable')
      if (enabled === 0 || (enabled === undefined && started !== 1) || (started === 1 && ready === 1)) return
      said = true
      const how = event.kind === 'vcpus-stopped' ? 'The guest is stopped' : 'State of the device is taken'
      report(`${how} while ${status} is ${started ?? 'not written'} and ${answer} is ${ready ?? 'not written'}.`)
    })
  },
})

/** The moment from which the guest can no longer answer, or its answer comes too late. */
function endsPreCopy(event: TraceEvent): boolean {
  if (event.kind === 'stream-sent') return event.side === 'source' && event.part === 'complete'
  if (event.kind === 'state-saved') return event.side === 'source' && ['config', 'msix', 'blob'].includes(event.part)
  return isStop(event)
}

const disabledDuringWait = rule({
  code: 'protocol/disabled-during-wait',
  designs: ['faked-capability'],
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'status-write' || event.register !== 'enable' || event.value !== 0) return
      const started = situation.register('source', 'vmmStatus') === 1
      if (event.side !== 'source' || !started || situation.register('source', 'vfStatus') === 1) return
      report('The guest sets enable to 0 after START and before READY.')
    })
  },
})

const enableBeforeVector = rule({
  code: 'protocol/enable-before-vector',
  designs: ['faked-capability'],
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'status-write' || event.register !== 'enable' || event.value !== 1) return
      if (event.side !== 'source' || situation.register('source', 'mailboxVector') !== undefined) return
      report('enable is set to 1 before mailboxVector is written.')
    })
  },
})

const wrongVector = rule({
  code: 'protocol/wrong-vector',
  designs: ['faked-capability'],
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'irq' || event.what !== 'mailbox' || event.vector === undefined) return
      const named = situation.register('source', 'mailboxVector')
      if (named === undefined || named === event.vector) return
      report(`Vector ${event.vector} is raised; the guest named ${named}.`)
    })
  },
})

const irqNotDelivered = rule({
  code: 'protocol/irq-not-delivered',
  designs: HANDSHAKES,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'irq' || event.what === 'other' || event.delivered !== false) return
      report(`The ${event.what} interrupt is not delivered on the ${event.side}.`)
    })
  },
})

/** Follows whether the guest has been interrupted since the status changed. */
function followNews(
  { design }: RuleContext,
  act: { irq?(event: EventOf<'irq'>, news: boolean): void; wait?(news: boolean): void },
) {
  const status = REGISTERS[design.name]?.status
  let news = false
  return onEvent((event) => {
    if (event.kind === 'status-write' && event.register === status) news = true
    else if (event.kind === 'wait' && event.for === 'guest') act.wait?.(news)
    else if (event.kind === 'irq' && event.what !== 'other') {
      act.irq?.(event, news)
      news = false
    }
  })
}

const irqWithoutNews = rule({
  code: 'protocol/irq-without-news',
  designs: HANDSHAKES,
  check(context) {
    return followNews(context, {
      irq(event, news) {
        if (news) return
        context.report(`The ${event.what} interrupt comes and the status was not written since the last one.`)
      },
    })
  },
})

const guestNotTold = rule({
  code: 'protocol/guest-not-told',
  designs: HANDSHAKES,
  check(context) {
    return followNews(context, {
      wait(news) {
        if (news)
          context.report('The wait for the guest begins and no interrupt followed the last write of the status.')
      },
    })
  },
})

const irqBeforeState = rule({
  code: 'protocol/irq-before-state',
  designs: MAILBOX,
  check({ report }) {
    const saved = new Set<string>()
    return onEvent((event) => {
      if (event.kind === 'state-saved') saved.add(`${event.part} of device ${deviceOf(event)}`)
      else if (event.kind === 'state-loaded') saved.delete(`${event.part} of device ${deviceOf(event)}`)
      else if (event.kind === 'irq' && event.side === 'destination' && event.what === 'mailbox' && saved.size > 0) {
        report(`The guest is interrupted before ${[...saved].join(', ')} is in place.`)
        saved.clear()
      }
    })
  },
})

const completeTwice = rule({
  code: 'protocol/complete-twice',
  designs: MAILBOX,
  check({ report }) {
    const complete = new Set<number>()
    return onEvent((event) => {
      if (event.kind === 'migration-start') complete.clear()
      if (event.kind !== 'stream-sent' || event.part !== 'complete') return
      if (complete.has(deviceOf(event))) report(`Device ${deviceOf(event)} has had its completion body.`)
      complete.add(deviceOf(event))
    })
  },
})

/** Rules on the handshake with the guest. */
export const guestRules: readonly Rule[] = [
  interfaceDown,
  driverAbsent,
  stoppedBeforeReady,
  disabledDuringWait,
  enableBeforeVector,
  wrongVector,
  irqNotDelivered,
  irqWithoutNews,
  guestNotTold,
  irqBeforeState,
  completeTwice,
]
