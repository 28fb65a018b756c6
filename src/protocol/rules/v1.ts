import { MIGRATION_HEADER_SIZE } from '../../vfio/index.ts'
import {
  MIGRATION_ERROR as ERROR,
  DEVICE_STATE as REGISTER,
  RESUMING,
  RUNNING,
  SAVING,
} from '../designs/migration-region.ts'
import { deviceKey, deviceOf, type TraceEvent } from '../event.ts'
import { onEvent, type Rule, rule } from '../rule.ts'

const DESIGNS = ['vfio-v1'] as const
const MASK = 7

/** A device state that somebody writes or sees, its three bits only. */
function stateIn(event: TraceEvent): { readonly bits: number; readonly asked: boolean } | undefined {
  if (event.kind === 'status-write' && event.register === REGISTER) {
    return { bits: event.value & MASK, asked: event.by === 'vmm' || event.by === 'guest' }
  }
  if (event.kind !== 'region-access' || event.field !== 'device_state' || event.value === undefined) return undefined
  return { bits: event.value & MASK, asked: event.write }
}

const illegalBits = rule({
  code: 'protocol/illegal-state-bits',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      const state = stateIn(event)
      if (state === undefined || (state.bits & RESUMING) === 0 || state.bits === RESUMING) return
      if (state.bits === ERROR && !state.asked) return
      const names = [
        ...((state.bits & RUNNING) === 0 ? [] : ['RUNNING']),
        ...((state.bits & SAVING) === 0 ? [] : ['SAVING']),
      ]
      report(`The device state ${state.bits} has RESUMING together with ${names.join(' and ')}.`)
    })
  },
})

const deviceError = rule({
  code: 'protocol/device-error',
  designs: DESIGNS,
  check({ report }) {
    const failed = new Set<string>()
    return onEvent((event) => {
      const state = stateIn(event)
      if (state === undefined || state.asked) return
      const name = deviceKey(event)
      if (state.bits !== ERROR) failed.delete(name)
      else if (!failed.has(name)) {
        failed.add(name)
        report(`Device ${deviceOf(event)} of the ${event.side} has the state ${ERROR}, SAVING with RESUMING.`)
      }
    })
  },
})

/** Steps that QEMU makes for guests that are paused, and that the header does not list. */
const UNUSUAL: readonly (readonly [from: number, to: number])[] = [
  [0, RUNNING],
  [0, SAVING],
]

const unusualPath = rule({
  code: 'protocol/unusual-path',
  designs: DESIGNS,
  check({ situation, report }) {
    return onEvent((event) => {
      if (event.kind !== 'status-write' || event.register !== REGISTER) return
      const from = situation.register(event.side, REGISTER, deviceOf(event)) ?? RUNNING
      if (!UNUSUAL.some(([before, after]) => before === from && after === event.value)) return
      report(`The device state goes from ${from} to ${event.value}.`)
    })
  },
})

const dataOverrun = rule({
  code: 'protocol/data-overrun',
  designs: DESIGNS,
  check({ report }) {
    const sizes = new Map<string, number>()
    const offsets = new Map<string, number>()
    return onEvent((event) => {
      const name = deviceKey(event)
      if (event.kind === 'region-size' && event.region === 'migration') sizes.set(name, event.size)
      if (event.kind !== 'region-access' || event.region !== 'migration' || event.value === undefined) return
      const size = sizes.get(name) ?? Number.POSITIVE_INFINITY
      if (event.field === 'data_offset' && !event.write) {
        offsets.set(name, event.value)
        if (event.value < MIGRATION_HEADER_SIZE || event.value > size) {
          report(
            `The data is said to be at ${event.value}; the region has its header up to ${MIGRATION_HEADER_SIZE}${upTo(size)}.`,
          )
        }
      }
      const offset = offsets.get(name)
      if (event.field !== 'data_size' || offset === undefined || offset > size) return
      if (offset + event.value > size) {
        report(`${event.value} bytes at ${offset} end behind the region${upTo(size)}.`)
      }
    })
  },
})

function upTo(size: number): string {
  return Number.isFinite(size) ? `, which has ${size} bytes` : ''
}

/** So many sizes are kept for a destination that is slower; where there are more, nothing is said. */
const MOST_SIZES = 4096

const transactionResized = rule({
  code: 'protocol/transaction-resized',
  designs: DESIGNS,
  check({ report }) {
    const read = new Map<number, number[]>()
    const said = new Set<number>()
    return onEvent((event) => {
      if (event.kind === 'migration-start') read.clear()
      if (event.kind !== 'region-access' || event.field !== 'data_size' || event.value === undefined) return
      const device = deviceOf(event)
      if (event.side === 'source' && !event.write && event.value > 0) {
        const sizes = read.get(device) ?? []
        read.set(device, sizes)
        if (sizes.length < MOST_SIZES) sizes.push(event.value)
        else said.add(device)
      }
      if (event.side !== 'destination' || !event.write || said.has(device)) return
      const sizes = read.get(device)
      const wanted = sizes?.shift()
      // A trace of the destination alone does not say what was read.
      if (sizes === undefined || wanted === event.value) return
      said.add(device)
      const were = wanted === undefined ? 'no more were read' : `${wanted} were read`
      report(`${event.value} bytes are written in one transaction where ${were}.`)
    })
  },
})

/** Rules of the migration region of the kernel. */
export const v1Rules: readonly Rule[] = [illegalBits, deviceError, unusualPath, dataOverrun, transactionResized]
