import { deviceOf, type TraceEvent } from '../event.ts'
import { onEvent, type Rule, rule } from '../rule.ts'
import { devicesOf, pausedDevices } from './bridge-mask.ts'

/** How one device of the source comes to rest: the order of its stop and of the marks on its pages. */
class Rest {
  called = false
  busMaster = true
  /** Pages marked after the driver was told and before bus mastering was cleared, with their events. */
  readonly early = new Map<number, number>()
  /** Pages marked since bus mastering was cleared. */
  readonly late = new Set<number>()
  /** Pages mapped so that the device may write them. */
  readonly mapped = new Set<number>()

  see(event: TraceEvent, index: number): void {
    if (event.kind === 'callback') this.called = event.which === 'before'
    else if (event.kind === 'bus-master') this.turn(event.on)
    else if (event.kind === 'dma-map' && event.direction !== 'to-device') this.mapped.add(event.page)
    else if (event.kind === 'dma-unmap') this.mapped.delete(event.page)
    else if (event.kind === 'page-dirtied' && event.how === 'hook' && event.direction !== 'to-device') {
      this.mark(event.page, index)
    }
  }

  private turn(on: boolean): void {
    this.busMaster = on
    if (on) this.early.clear()
    this.late.clear()
  }

  private mark(page: number, index: number): void {
    if (!this.busMaster) {
      this.late.add(page)
      this.early.delete(page)
    } else if (this.called) this.early.set(page, index)
  }
}

class Rests {
  private readonly rests = new Map<number, Rest>()

  see(event: TraceEvent, index: number): void {
    if (event.side !== 'source') return
    const device = deviceOf(event)
    const rest = this.rests.get(device) ?? new Rest()
    this.rests.set(device, rest)
    rest.see(event, index)
  }

  entries(): IterableIterator<[number, Rest]> {
    return this.rests.entries()
  }

  isBusMaster(device: number): boolean {
    return this.rests.get(device)?.busMaster ?? true
  }
}

const dirtyBeforeClear = rule({
  code: 'protocol/dirty-before-bus-master-clear',
  designs: ['bridge'],
  check({ report }) {
    let rests = new Rests()
    return onEvent((event, index) => {
      rests.see(event, index)
      if (event.kind !== 'vcpus-stopped' || event.side !== 'source') return
      for (const [device, { early }] of rests.entries()) {
        for (const [page, at] of early) {
          const message = `Page ${page} of device ${device} is marked before bus mastering is cleared, and not after it.`
          report(message, { index: at })
          break
        }
      }
      rests = new Rests()
    })
  },
})

const mappedNotDirtied = rule({
  code: 'protocol/mapped-page-not-dirtied',
  designs: ['bridge'],
  check({ situation, report }) {
    let rests = new Rests()
    return onEvent((event, index) => {
      rests.see(event, index)
      if (event.kind !== 'vcpus-stopped' || event.side !== 'source' || situation.timedOut) return
      for (const [device, { mapped, late, early }] of rests.entries()) {
        if (situation.cannotAnswer(device)) continue
        const missed = [...mapped].filter((page) => !late.has(page) && !early.has(page))
        if (missed.length === 0) continue
        const pages = `Page ${missed[0]}${missed.length > 1 ? ` and ${missed.length - 1} more` : ''}`
        report(`${pages} of device ${device}, mapped for receiving, not marked after bus mastering was cleared.`)
      }
      rests = new Rests()
    })
  },
})

const pausedWithBusMaster = rule({
  code: 'protocol/paused-with-bus-master',
  designs: ['bridge'],
  check({ situation, report }) {
    const rests = new Rests()
    return onEvent((event, index) => {
      rests.see(event, index)
      const paused = pausedDevices(event)
      if (event.side !== 'source' || paused === undefined) return
      const before = devicesOf(situation.register('source', 'pausedMask') ?? 0)
      for (const device of paused) {
        if (before.includes(device) || !rests.isBusMaster(device) || situation.cannotAnswer(device)) continue
        report(`The paused bit of device ${device} is set while it is bus master.`)
      }
    })
  },
})

const toDeviceDirtied = rule({
  code: 'protocol/to-device-dirtied',
  designs: ['bridge'],
  check({ report }) {
    let said = false
    return onEvent((event) => {
      if (event.kind !== 'page-dirtied' || event.direction !== 'to-device' || said) return
      said = true
      report(`Page ${event.page} is marked, which the device only reads.`)
    })
  },
})

/** Rules on the order of stopping a device and marking its pages. */
export const busMasterRules: readonly Rule[] = [
  dirtyBeforeClear,
  mappedNotDirtied,
  pausedWithBusMaster,
  toDeviceDirtied,
]
