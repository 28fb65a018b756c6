import { v2StateOf } from '../../vfio/index.ts'
import { deviceKey, deviceOf, type Side, type TraceEvent } from '../event.ts'
import { type Rule, type RuleContext, rule } from '../rule.ts'
import { errorText, isRefused } from '../vfio-v2/errno.ts'

const DESIGNS = ['vfio-v2'] as const
const INFO = { severity: 'info' } as const

/** Who tracks dirty pages: devices themselves, or the container for all of a side. */
class Tracking {
  private readonly devices = new Set<string>()
  private readonly containers = new Set<Side>()

  see(event: TraceEvent): void {
    if (event.kind === 'dma-logging' && !isRefused(event.result)) turn(this.devices, deviceKey(event), event.on)
    if (event.kind === 'dirty-tracking' && !isRefused(event.result)) turn(this.containers, event.side, event.on)
  }

  logs(event: TraceEvent): boolean {
    return this.devices.has(deviceKey(event))
  }

  tracks(event: TraceEvent): boolean {
    return this.logs(event) || this.containers.has(event.side)
  }

  container(side: Side): boolean {
    return this.containers.has(side)
  }
}

function turn<T>(set: Set<T>, name: T, on: boolean): void {
  if (on) set.add(name)
  else set.delete(name)
}

/** What user space should not ask for is harmless where the kernel refuses it. */
function reportAnswered(report: RuleContext['report'], asked: string, result: number | undefined): void {
  if (isRefused(result)) report(`${asked}, which is refused with ${errorText(result)}.`, INFO)
  else report(`${asked}.`)
}

const loggingOrder = rule({
  code: 'protocol/dma-logging-order',
  designs: DESIGNS,
  check({ report }) {
    const tracking = new Tracking()
    return {
      see(event) {
        if (event.kind === 'dma-logging' && event.on === tracking.logs(event)) {
          const what = event.on ? 'started while it is on' : 'stopped while it is off'
          reportAnswered(report, `Logging of device ${deviceOf(event)} is ${what}`, event.result)
        }
        tracking.see(event)
      },
    }
  },
})

const reportWithoutLogging = rule({
  code: 'protocol/bitmap-without-logging',
  designs: DESIGNS,
  check({ report }) {
    const tracking = new Tracking()
    return {
      see(event) {
        tracking.see(event)
        if (event.kind !== 'bitmap-queried' || tracking.tracks(event)) return
        const asked = `Dirty pages are asked for while neither device ${deviceOf(event)} nor the container logs them`
        reportAnswered(report, asked, event.result)
      },
    }
  },
})

const bitmapRefused = rule({
  code: 'protocol/bitmap-refused',
  designs: DESIGNS,
  check({ report }) {
    const tracking = new Tracking()
    return {
      see(event) {
        tracking.see(event)
        if (event.kind !== 'bitmap-queried' || !isRefused(event.result) || !tracking.tracks(event)) return
        report(`The dirty pages of device ${deviceOf(event)} are refused with ${errorText(event.result)}.`)
      },
    }
  },
})

const bitmapMissing = rule({
  code: 'protocol/bitmap-missing',
  designs: DESIGNS,
  check({ report }) {
    const tracking = new Tracking()
    /** Devices that log and were stopped: the event that stopped them, until they are asked; then undefined. */
    const stopped = new Map<string, number | undefined>()
    const complain = (name: string) => {
      const index = stopped.get(name)
      if (index === undefined) return
      stopped.set(name, undefined)
      report('The device is stopped here, and its dirty pages are not asked for after that.', { index })
    }
    return {
      see(event, index) {
        const name = deviceKey(event)
        if (event.kind === 'state-set' && event.side === 'source' && !isRefused(event.result)) {
          const isStopped = ['STOP', 'STOP_COPY'].includes(v2StateOf(event.state) ?? '')
          if (!isStopped) stopped.delete(name)
          else if (tracking.tracks(event) && !stopped.has(name)) stopped.set(name, index)
        }
        if (event.kind === 'bitmap-queried' && !isRefused(event.result)) {
          const names = tracking.container(event.side) ? [...stopped.keys()] : [name]
          for (const one of names) if (stopped.has(one)) stopped.set(one, undefined)
        }
        if (event.kind === 'dma-logging' && !event.on) complain(name)
        const isOver = event.kind === 'migration-end' || (event.kind === 'dirty-tracking' && !event.on)
        if (isOver) for (const one of stopped.keys()) complain(one)
        if (event.kind === 'migration-cancelled') stopped.clear()
        tracking.see(event)
      },
    }
  },
})

const savedWhileRunning = rule({
  code: 'protocol/read-state-before-stop',
  designs: DESIGNS,
  check({ situation, report }) {
    /** Devices in STOP_COPY whose guest is not known to stand still. */
    const early = new Map<number, number>()
    let started = false
    return {
      see(event, index) {
        if (event.side !== 'source') return
        if (event.kind === 'migration-start') early.clear()
        if (event.kind === 'vcpus-started') started = true
        if (event.kind === 'state-set' && !isRefused(event.result)) {
          const state = v2StateOf(event.state)
          if (state !== 'STOP_COPY') {
            if (state !== 'STOP') early.delete(deviceOf(event))
          } else if (!situation.stopped.source) early.set(deviceOf(event), index)
        }
        // Where the guest stops later, or was seen to start, it ran.
        if (event.kind !== 'vcpus-stopped' && !started) return
        for (const [device, at] of early) {
          report(`Device ${device} goes to STOP_COPY while the virtual CPUs run.`, { index: at })
        }
        early.clear()
      },
    }
  },
})

/** Rules on dirty pages and on the order of the stop in migration v2. */
export const v2DirtyRules: readonly Rule[] = [
  loggingOrder,
  reportWithoutLogging,
  bitmapRefused,
  bitmapMissing,
  savedWhileRunning,
]
