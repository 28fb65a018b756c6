import { deviceOf, type TraceEvent } from '../event.ts'
import { onEvent, type Rule, type RuleRun, rule } from '../rule.ts'
import { platformDiffers } from './platform.ts'

const DESIGNS = ['device-state-regions'] as const
const STOP = 1
const LOGGING = 2

const platformMismatch = rule({
  code: 'protocol/platform-mismatch',
  designs: ['mdev-region', 'device-state-regions', 'vendor-ops', 'vfio-v1'],
  check: ({ report }) =>
    platformDiffers((source, destination) =>
      report(`The state is of ${source}; the destination is ${destination} and is not told.`),
    ),
})

const withoutLogging = rule({
  code: 'protocol/bitmap-without-logging',
  designs: DESIGNS,
  check({ situation, report }) {
    let said = false
    return onEvent((event) => {
      if (event.kind !== 'bitmap-queried' || event.side !== 'source' || said) return
      const state = situation.register('source', 'deviceState', deviceOf(event)) ?? 0
      if ((state & LOGGING) !== 0) return
      said = true
      report(`Dirty pages are asked for while the device state is ${state}, without LOGGING.`)
    })
  },
})

const loadedWhileRunning = rule({
  code: 'protocol/state-access-while-running',
  designs: DESIGNS,
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'state-loaded' || event.side !== 'destination') return
      if (event.part !== 'device-config' && event.part !== 'device-memory') return
      const state = situation.register('destination', 'deviceState', deviceOf(event)) ?? 0
      if ((state & STOP) === 0) report(`The part ${event.part} is loaded while the device state is ${state}, running.`)
    })
  },
})

/** Steps of the published code; cancelling takes the same way back. */
const USUAL: Readonly<Record<number, readonly number[]>> = { 0: [1, 2], 1: [0], 2: [0, 3], 3: [1, 2] }

const unusualPath = rule({
  code: 'protocol/unusual-path',
  designs: DESIGNS,
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'status-write' || event.register !== 'deviceState') return
      const from = situation.register(event.side, 'deviceState', deviceOf(event)) ?? 0
      const { value } = event
      if (from === value || USUAL[from] === undefined || USUAL[value] === undefined) return
      if (!USUAL[from].includes(value)) report(`The device state goes from ${from} to ${value}.`)
    })
  },
})

/** Follows region sizes; passes every event on with a way to ask for one. */
function withSizes(see: (event: TraceEvent, sizeOf: (region: string) => number | undefined) => void): RuleRun {
  const sizes = new Map<string, number>()
  return onEvent((event) => {
    const key = (region: string) => `${event.side} ${deviceOf(event)} ${region}`
    if (event.kind === 'region-size') sizes.set(key(event.region), event.size)
    see(event, (region) => sizes.get(key(region)))
  })
}

const bitmapRange = rule({
  code: 'protocol/bitmap-range',
  designs: DESIGNS,
  check: ({ report }) =>
    withSizes((event, sizeOf) => {
      if (event.kind !== 'bitmap-queried') return
      const most = 8 * (sizeOf('bitmap') ?? Number.POSITIVE_INFINITY)
      if (event.pages >= 1 && event.pages <= most) return
      const room = Number.isFinite(most) ? `; the region holds ${most}` : ''
      report(`The query is for ${event.pages} pages${room}.`)
    }),
})

const memoryPosition = rule({
  code: 'protocol/memory-position',
  designs: DESIGNS,
  check: ({ report }) =>
    withSizes((event, sizeOf) => {
      if (event.kind !== 'status-write' || event.register !== 'memoryPosition') return
      const size = sizeOf('memory')
      if (size === undefined || size <= 0 || event.value % size === 0) return
      report(`The position is ${event.value}; the memory region has ${size} bytes.`)
    }),
})

const configTooLarge = rule({
  code: 'protocol/config-too-large',
  designs: DESIGNS,
  check: ({ report }) =>
    withSizes((event, sizeOf) => {
      const bytes = configBytes(event)
      const size = sizeOf('config')
      if (bytes === undefined || size === undefined || bytes <= size) return
      report(`The device state has ${bytes} bytes; the config region of the ${event.side} has ${size}.`)
    }),
})

function configBytes(event: TraceEvent): number | undefined {
  if (event.kind === 'status-write') return event.register === 'configSize' ? event.value : undefined
  if (event.kind !== 'state-saved' && event.kind !== 'state-loaded') return undefined
  return event.part === 'device-config' ? event.bytes : undefined
}

/** Rules of the four device-state regions. */
export const regionRules: readonly Rule[] = [
  platformMismatch,
  withoutLogging,
  loadedWhileRunning,
  unusualPath,
  bitmapRange,
  memoryPosition,
  configTooLarge,
]
