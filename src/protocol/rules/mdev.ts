import { deviceOf } from '../event.ts'
import { onEvent, type Rule, rule } from '../rule.ts'

const DESIGNS = ['mdev-region'] as const
const START = 0
const REGION = 'device-state'

const groupRunning = rule({
  code: 'protocol/other-group-running',
  designs: DESIGNS,
  check({ situation, report }) {
    /** Groups by device of the source, in the order in which they were told. */
    const groups = new Map<number, number>()
    return onEvent((event) => {
      if (event.side !== 'source') return
      if (event.kind === 'topology' && event.group !== undefined) groups.set(deviceOf(event), event.group)
      if (event.kind !== 'bitmap-queried') return
      const [first] = groups.values()
      const isRunning = (device: number) => (situation.register('source', 'runState', device) ?? START) === START
      const running = [...groups].filter(([device, group]) => group !== first && isRunning(device))
      if (running.length === 0) return
      const names = running.map(([device, group]) => `device ${device} of group ${group}`).join(', ')
      report(`The bitmap is fetched while ${names} runs; the first group is ${first}.`)
    })
  },
})

const runStateAccess = rule({
  code: 'protocol/run-state-access',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'region-access' || event.region !== REGION) return
      if (event.offset !== 0 || event.count === 1) return
      report(`${event.count} bytes are ${event.write ? 'written' : 'read'} at offset 0; the run state is 1 byte.`)
    })
  },
})

/** Follows the size of the region; gives accesses to the image with it. */
function imageAccess(say: (access: { offset: number; count: number; size: number | undefined }) => void) {
  let size: number | undefined
  return onEvent((event) => {
    if (event.kind === 'region-size' && event.region === REGION) size = event.size
    if (event.kind !== 'region-access' || event.region !== REGION || event.offset === 0) return
    say({ offset: event.offset, count: event.count, size })
  })
}

const imageSplit = rule({
  code: 'protocol/image-split',
  designs: DESIGNS,
  check: ({ report }) =>
    imageAccess(({ offset, count, size }) => {
      const short = size !== undefined && offset + count < size
      if (offset === 1 && !short) return
      const all = size === undefined ? '' : `; the image is bytes 1 to ${size - 1}`
      report(`${count} bytes are accessed at offset ${offset}${all}.`)
    }),
})

const imageOverrun = rule({
  code: 'protocol/image-overrun',
  designs: DESIGNS,
  check: ({ report }) =>
    imageAccess(({ offset, count, size }) => {
      if (size === undefined || offset + count <= size) return
      report(`The access ends at ${offset + count}; the region has ${size} bytes.`)
    }),
})

const accessWhileRunning = rule({
  code: 'protocol/state-access-while-running',
  designs: DESIGNS,
  check({ situation, report }) {
    return onEvent((event) => {
      const loads = event.kind === 'state-loaded' && event.part === 'image'
      const access = event.kind === 'region-access' && event.region === REGION && event.offset > 0
      if (!loads && !access) return
      // The state of a device on the destination is that of a device that was never started.
      const state = situation.register(event.side, 'runState', deviceOf(event)) ?? (event.side === 'source' ? START : 1)
      if (state === START) report(`The image is accessed on the ${event.side} while the run state is START.`)
    })
  },
})

const barDiffers = rule({
  code: 'protocol/bar-differs',
  designs: DESIGNS,
  check({ report }) {
    const bars = new Map<string, number>()
    return onEvent((event) => {
      if (event.kind !== 'bar') return
      const key = `${deviceOf(event)} ${event.index}`
      if (event.side === 'source') bars.set(key, event.value)
      const source = bars.get(key)
      if (source === undefined || source === event.value) return
      report(`BAR${event.index} is 0x${source.toString(16)} on the source and 0x${event.value.toString(16)} here.`)
    })
  },
})

const pinnedPagesLast = rule({
  code: 'protocol/pinned-pages-last',
  designs: DESIGNS,
  check({ situation, report }) {
    let live = 0
    let last = 0
    return onEvent((event) => {
      if (event.side === 'source' && event.kind === 'page-sent') {
        if (situation.stopped.source) last += 1
        else live += 1
      }
      if (event.kind === 'migration-end' && last > live) {
        report(`${last} pages are sent after the stop, ${live} before it.`)
      }
    })
  },
})

/** Rules of the mdev device-state region. */
export const mdevRules: readonly Rule[] = [
  groupRunning,
  runStateAccess,
  imageSplit,
  imageOverrun,
  accessWhileRunning,
  barDiffers,
  pinnedPagesLast,
]
