import { PRE_COPY_STATES, SAVING_STATES } from '../../vfio/index.ts'
import { deviceOf, type TraceEvent } from '../event.ts'
import { type Rule, type RuleRun, rule } from '../rule.ts'
import { errorText, isFailedRead, isRefused } from '../vfio-v2/errno.ts'
import { follow, V2Devices } from '../vfio-v2/follow.ts'

const DESIGNS = ['vfio-v2'] as const
const INFO = { severity: 'info' } as const

const readOutside = rule({
  code: 'protocol/read-outside-saving',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'data-read' || !device.isOutside(SAVING_STATES)) return
      const came = event.bytes > 0 && !isRefused(event.result)
      const what = came ? `gives ${event.bytes} bytes` : 'is read and gives nothing'
      report(`The data descriptor ${what} while the device is in ${device.stateText}.`, came ? {} : INFO)
    }),
})

const cutOff = rule({
  code: 'protocol/state-cut-off',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'state-set' || !device.hasMore || !device.isIn(['STOP_COPY'])) return
      const { target, isRefused: refused } = device.request(event)
      // Whoever lets the device run on has given the state up.
      if (refused || target !== 'STOP') return
      report('STOP_COPY is left after a read that filled its buffer; the end of the state was not seen.')
    }),
})

const writtenOutside = rule({
  code: 'protocol/write-outside-resuming',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'data-written' || !device.isOutside(['RESUMING'])) return
      const took = event.bytes > 0 && !isRefused(event.result)
      const what = took ? `takes ${event.bytes} bytes` : 'is written and takes nothing'
      report(`The data descriptor ${what} while the device is in ${device.stateText}.`, took ? {} : INFO)
    }),
})

const dataRefused = rule({
  code: 'protocol/data-refused',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind === 'data-read' && isFailedRead(event.result) && !device.isOutside(SAVING_STATES)) {
        report(`Reading the state in ${device.stateText} fails with ${errorText(event.result)}.`)
      }
      if (event.kind !== 'data-written' || !isRefused(event.result) || device.isOutside(['RESUMING'])) return
      const message = `The driver does not take the data: ${errorText(event.result)}.`
      report(message, event.side === 'source' ? INFO : {})
    }),
})

const fdMissing = rule({
  code: 'protocol/data-fd-missing',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'state-set' || event.dataFd === undefined || event.dataFd >= 0) return
      const { target, isRefused: refused, opensData } = device.request(event)
      if (refused || opensData !== true) return
      report(`The way from ${device.stateText} to ${target} opens a data descriptor, and none came.`)
    }),
})

const fdUnexpected = rule({
  code: 'protocol/data-fd-unexpected',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'state-set' || event.dataFd === undefined || event.dataFd < 0) return
      const { target, isRefused: refused, opensData, reason } = device.request(event)
      if (reason !== undefined || (!refused && opensData !== false)) return
      const way = refused ? 'a request that is refused' : `the way from ${device.stateText} to ${target}`
      report(`Descriptor ${event.dataFd} came with ${way}, which opens none.`)
    }),
})

const fdLeftOpen = rule({
  code: 'protocol/data-fd-left-open',
  designs: DESIGNS,
  check({ report }) {
    const devices = new V2Devices()
    /** Most logs do not show what is closed. */
    let showsCloses = false
    const silent: { readonly message: string; readonly index: number }[] = []
    const say = (message: string, index: number) => {
      if (showsCloses) report(message, { index })
      else if (silent.length < MOST_SILENT) silent.push({ message, index })
    }
    return {
      see(event, index) {
        if (event.kind === 'data-closed' && !showsCloses) {
          showsCloses = true
          for (const one of silent) report(one.message, { index: one.index })
          silent.length = 0
        }
        if (event.kind === 'state-set' && event.dataFd !== undefined && event.dataFd >= 0) {
          const { openFd } = devices.of(event.side, deviceOf(event))
          // A number that comes again was closed.
          if (openFd !== undefined && openFd.fd !== event.dataFd) {
            say(`Descriptor ${event.dataFd} comes while ${openFd.fd} is open.`, index)
          }
        }
        devices.see(event, index)
      },
      end() {
        for (const { message, index } of silent) report(message, { index, ...INFO })
      },
    }
  },
})

/** So many findings are kept until it is certain what they are worth. */
const MOST_SILENT = 256

const precopyOutside = rule({
  code: 'protocol/precopy-info-outside',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'precopy-info' || !device.isOutside(PRE_COPY_STATES)) return
      const refused = isRefused(event.result)
      const what = refused ? `is refused with ${errorText(event.result)}` : 'is given'
      report(`The pre-copy information ${what} while the device is in ${device.stateText}.`, refused ? INFO : {})
    }),
})

const initialGrew = rule({
  code: 'protocol/initial-bytes-grew',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'precopy-info' || isRefused(event.result)) return
      // Unless it was asked for, the flag is what user space left there.
      if (device.hasInfoFlags && event.reinit === true) return
      const left = device.initialBytes
      if (left === undefined || event.initialBytes <= Math.max(0, left)) return
      report(`There were ${Math.max(0, left)} initial bytes left, now there are ${event.initialBytes}.`)
    }),
})

const initialLeft = rule({
  code: 'protocol/initial-bytes-left',
  designs: DESIGNS,
  check({ report }) {
    const ran = { source: false, destination: false }
    const followed: RuleRun = follow((event, device) => {
      if (event.kind !== 'state-set' || (device.initialBytes ?? 0) <= 0) return
      const { target, isRefused: refused } = device.request(event)
      if (refused || target !== 'STOP_COPY') return
      const message = `The device goes to STOP_COPY with ${device.initialBytes} initial bytes that were not read.`
      // For a guest that stands still anyway nothing is gained by waiting.
      report(message, ran[event.side] ? {} : INFO)
    })
    return {
      see(event: TraceEvent, index: number) {
        if (event.kind === 'vcpus-stopped') ran[event.side] = true
        followed.see?.(event, index)
      },
    }
  },
})

/** Rules on the data descriptor of migration v2. */
export const v2DataRules: readonly Rule[] = [
  readOutside,
  cutOff,
  writtenOutside,
  dataRefused,
  fdMissing,
  fdUnexpected,
  fdLeftOpen,
  precopyOutside,
  initialGrew,
  initialLeft,
]
