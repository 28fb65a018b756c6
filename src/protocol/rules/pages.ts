import { DESIGN_NAMES } from '../design.ts'
import { deviceOf } from '../event.ts'
import { PageLog } from '../page-log.ts'
import { onEvent, type Rule, rule } from '../rule.ts'

function pagesText(pages: readonly number[]): string {
  const [first] = pages
  return `page ${first}${pages.length > 1 ? ` and ${pages.length - 1} more` : ''}`
}

const pageLost = rule({
  code: 'protocol/page-lost',
  designs: DESIGN_NAMES,
  check({ design, report }) {
    const log = new PageLog()
    return onEvent((event, index) => {
      log.see(event, index)
      if (event.kind !== 'migration-end') return
      // A race of the dummy write has a finding of its own.
      const raced = design.name === 'self-emulation' ? new Set(log.unbacked().map(({ page }) => page)) : new Set()
      const lost = log.stale().filter(({ page }) => !raced.has(page))
      log.clear()
      const [first] = lost
      if (first === undefined) return
      const pages = pagesText(lost.map(({ page }) => page))
      report(`What the device wrote to ${pages} was not sent.`, { index: first.index })
    })
  },
})

const dummyWriteRace = rule({
  code: 'protocol/dummy-write-race',
  designs: ['self-emulation'],
  check({ report }) {
    const log = new PageLog()
    return onEvent((event, index) => {
      log.see(event, index)
      if (event.kind !== 'migration-end') return
      const unbacked = log.unbacked()
      log.clear()
      const [first] = unbacked
      if (first === undefined) return
      const pages = pagesText([...new Set(unbacked.map(({ page }) => page))])
      report(`The image has a completed descriptor and not its data in ${pages}.`, { index: first.index })
    })
  },
})

const dirtiedAfterStop = rule({
  code: 'protocol/dirtied-after-stop',
  designs: DESIGN_NAMES,
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'page-dirtied' || event.side !== 'source' || event.how === 'bitmap') return
      if (situation.stopped.source) report(`Page ${event.page} is dirtied by ${event.how} after the stop.`)
    })
  },
})

/** Rounds in which a page may be sent anew before it is said to be sent for ever. */
const ROUNDS = 8

const notConverging = rule({
  code: 'protocol/not-converging',
  designs: ['bridge', 'self-emulation'],
  check({ situation, report }) {
    const marked = new Set<number>()
    const sent = new Map<number, number>()
    let said = false
    return onEvent((event) => {
      if (event.side !== 'source' || situation.stopped.source || said) return
      if (event.kind === 'page-dirtied' && (event.how === 'hook' || event.how === 'dummy-write')) marked.add(event.page)
      if (event.kind !== 'page-sent' || !marked.delete(event.page)) return
      const times = (sent.get(event.page) ?? 0) + 1
      sent.set(event.page, times)
      if (times < ROUNDS) return
      said = true
      report(`Page ${event.page} was dirtied for DMA and sent anew ${times} times while the guest ran.`)
    })
  },
})

const mappedPageSent = rule({
  code: 'protocol/mapped-page-sent',
  designs: ['self-emulation'],
  check({ situation, report }) {
    const mapped = new Set<number>()
    let said = false
    return onEvent((event) => {
      if (event.side !== 'source' || said) return
      if (event.kind === 'dma-map' && event.direction === 'from-device') mapped.add(event.page)
      else if (event.kind === 'dma-unmap') mapped.delete(event.page)
      else if (event.kind === 'page-sent' && !situation.stopped.source && mapped.has(event.page)) {
        said = true
        report(`Page ${event.page} is sent in round ${event.round} while it is mapped for receiving.`)
      }
    })
  },
})

const dummyWriteNotAtomic = rule({
  code: 'protocol/dummy-write-not-atomic',
  designs: ['self-emulation'],
  check({ report }) {
    let said = false
    return onEvent((event) => {
      if (event.kind !== 'page-dirtied' || event.how !== 'dummy-write' || event.atomic !== false || said) return
      said = true
      report(`The dummy write of page ${event.page} is not atomic.`)
    })
  },
})

const trackingSlowsTraffic = rule({
  code: 'protocol/tracking-slows-traffic',
  designs: ['bridge', 'self-emulation'],
  check({ situation, report }) {
    /** Packets per microsecond before the migration, by device. */
    const before = new Map<number, number>()
    let tracking = false
    let said = false
    return onEvent((event) => {
      if (event.side !== 'source') return
      if (event.kind === 'migration-start') tracking = true
      if (event.kind !== 'traffic' || event.over <= 0 || said) return
      const device = deviceOf(event)
      const rate = event.packets / event.over
      const usual = before.get(device) ?? 0
      if (!tracking) before.set(device, Math.max(usual, rate))
      else if (!situation.stopped.source && rate * 2 < usual) {
        said = true
        report(`Device ${device} moves ${perSecond(rate)} packets per second, before it were ${perSecond(usual)}.`)
      }
    })
  },
})

function perSecond(rate: number): string {
  return (rate * 1e6).toFixed(0)
}

/** Rules on memory pages: what is dirtied, sent and lost. */
export const pageRules: readonly Rule[] = [
  pageLost,
  dummyWriteRace,
  dirtiedAfterStop,
  notConverging,
  mappedPageSent,
  dummyWriteNotAtomic,
  trackingSlowsTraffic,
]
