import { deviceOf } from '../event.ts'
import { onEvent, type Rule, rule } from '../rule.ts'
import { platformDiffers } from './platform.ts'

const DESIGNS = ['self-emulation'] as const

const blobSize = rule({
  code: 'protocol/blob-layout-differs',
  designs: DESIGNS,
  check({ report }) {
    const saved = new Map<number, number>()
    return onEvent((event) => {
      if (event.kind !== 'state-saved' && event.kind !== 'state-loaded') return
      if (event.part !== 'blob' || event.bytes === undefined) return
      if (event.kind === 'state-saved') saved.set(deviceOf(event), event.bytes)
      const read = saved.get(deviceOf(event))
      if (read === undefined || read === event.bytes) return
      report(`The blob had ${read} bytes on the source; the destination takes ${event.bytes}.`)
    })
  },
})

const blobLayout = rule({
  code: 'protocol/blob-layout-differs',
  designs: DESIGNS,
  check: ({ report }) =>
    platformDiffers((source, destination) =>
      report(`The source has the structure of ${source}, the destination that of ${destination}.`),
    ),
})

const resumeBeforeState = rule({
  code: 'protocol/resume-before-state',
  designs: DESIGNS,
  check({ report }) {
    const loaded = new Set<number>()
    return onEvent((event) => {
      if (event.kind === 'state-loaded' && event.part === 'blob') loaded.add(deviceOf(event))
      if (event.kind !== 'mailbox' || event.message !== 'notify-resume' || event.side !== 'destination') return
      if (!loaded.has(deviceOf(event))) report('The VF sends NOTIFY_RESUME before state_in_pf is written.')
    })
  },
})

const headWritten = rule({
  code: 'protocol/head-register-written',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'status-write' || !/^(vf)?[rt]dh\b/i.test(event.register)) return
      report(`${event.register} is written with ${event.value}; it is read-only.`)
    })
  },
})

const shiftIncomplete = rule({
  code: 'protocol/ring-shift-incomplete',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'ring-shift' || event.bufferInfo) return
      report(`Ring ${JSON.stringify(event.queue)} is rotated by ${event.head} and its buffer info is not.`)
    })
  },
})

const recordingShared = rule({
  code: 'protocol/recording-shared',
  designs: DESIGNS,
  check({ report }) {
    let first: number | undefined
    let said = false
    return onEvent((event) => {
      if (event.kind !== 'register-recorded' || said) return
      const device = deviceOf(event)
      first ??= device
      if (device === first) return
      said = true
      report(`Device ${device} records into the array in which device ${first} has recorded.`)
    })
  },
})

/** Rules on the blob of the PF driver, the recorded registers and the rings. */
export const selfEmulationRules: readonly Rule[] = [
  blobSize,
  blobLayout,
  resumeBeforeState,
  headWritten,
  shiftIncomplete,
  recordingShared,
]
