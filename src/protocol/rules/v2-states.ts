import { ALL_FEATURES, type V2State, v2StateOf } from '../../vfio/index.ts'
import { deviceKey, deviceOf } from '../event.ts'
import { onEvent, type Rule, rule } from '../rule.ts'
import { errorText, isRefused } from '../vfio-v2/errno.ts'
import { follow, V2Devices } from '../vfio-v2/follow.ts'
import { type RefusalReason, RefusedRequest } from '../vfio-v2/hops.ts'

const DESIGNS = ['vfio-v2'] as const

const noStopCopy = rule({
  code: 'protocol/no-stop-copy',
  designs: DESIGNS,
  check({ report }) {
    return onEvent((event) => {
      if (event.kind !== 'migration-features' || event.stopCopy) return
      report(`Device ${deviceOf(event)} of the ${event.side} does not have the flag STOP_COPY.`)
    })
  },
})

const requestRefused = rule({
  code: 'protocol/request-refused',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'state-set') return
      const { reason, isRefused: refused } = device.request(event)
      if (!refused || reason === undefined) return
      const why = new RefusedRequest(reason, device.possible[0] as V2State, v2StateOf(event.state) ?? event.state)
      report(`The request is refused with ${errorText(event.result ?? 0)}: ${why.message}`)
    }),
})

/** Ways that the states themselves do not have are those of the machine; a state without its flag was said when it came. */
const SAID_ELSEWHERE: readonly RefusalReason[] = ['blocked', 'in-error', 'from-unsupported']

const illegalAccepted = rule({
  code: 'protocol/illegal-state-accepted',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'state-set') return
      const { reason, isRefused: refused } = device.request(event)
      if (refused || reason === undefined || SAID_ELSEWHERE.includes(reason)) return
      const why = new RefusedRequest(reason, device.possible[0] as V2State, v2StateOf(event.state) ?? event.state)
      report(`The driver accepts the request. ${why.message}`)
    }),
})

const legalRefused = rule({
  code: 'protocol/legal-request-refused',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'state-set') return
      const { target, isRefused: refused, legalFrom } = device.request(event)
      if (!refused || legalFrom.length === 0 || device.possible.includes('RESUMING')) return
      report(`The way from ${device.stateText} to ${target} is legal and refused with ${errorText(event.result ?? 0)}.`)
    }),
})

const resumingRefused = rule({
  code: 'protocol/resuming-refused',
  designs: DESIGNS,
  check({ report }) {
    const written = new Map<string, number>()
    return follow((event, device) => {
      const key = deviceKey(event)
      if (event.kind === 'data-written') written.set(key, (written.get(key) ?? 0) + Math.max(0, event.bytes))
      if (event.kind !== 'state-set') return
      const { target, isRefused: refused, legalFrom } = device.request(event)
      if (!refused) written.delete(key)
      if (!refused || legalFrom.length === 0 || !device.possible.includes('RESUMING')) return
      const bytes = written.get(key)
      const after = bytes === undefined ? '' : ` after ${bytes} bytes were written`
      const message = `The way from RESUMING to ${target} is refused with ${errorText(event.result ?? 0)}${after}.`
      // Whoever tries a device out on the machine that it is on loses nothing.
      report(message, event.side === 'source' ? { severity: 'info' } : {})
    })
  },
})

const unexpectedState = rule({
  code: 'protocol/unexpected-state',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'state-read' || event.state === 0) return
      const state = v2StateOf(event.state)
      if (state === undefined) report(`The device says that it is in ${event.state}; there is no such state.`)
      else if (device.isOutside([state]) && !(device.hasFailed && state === 'RUNNING')) {
        report(`The device is in ${state}; what was asked for leads to ${device.stateText}.`)
      }
    }),
})

const deviceError = rule({
  code: 'protocol/device-error',
  designs: DESIGNS,
  check: ({ report }) =>
    follow((event, device) => {
      if (event.kind !== 'state-read' || event.state !== 0 || device.possible.includes('ERROR')) return
      report(`Device ${deviceOf(event)} of the ${event.side} is in ERROR; it was in ${device.stateText}.`)
    }),
})

const noPeerToPeer = rule({
  code: 'protocol/no-peer-to-peer',
  designs: DESIGNS,
  check({ report }) {
    const devices = new V2Devices()
    const moving = { source: new Set<number>(), destination: new Set<number>() }
    const said = new Set<string>()
    return {
      see(event, index) {
        devices.see(event, index)
        const { side } = event
        if (event.kind !== 'state-set' || isRefused(event.result)) return
        moving[side].add(deviceOf(event))
        if (moving[side].size < 2) return
        for (const device of moving[side]) {
          const { p2p } = devices.of(side, device).features ?? ALL_FEATURES
          if (p2p || said.has(`${side} ${device}`)) continue
          said.add(`${side} ${device}`)
          report(`Device ${device} does not have the flag P2P, and ${moving[side].size} devices of the ${side} move.`)
        }
      },
    }
  },
})

/** States in which a device reaches the memory of its peers. */
const REACHING: readonly V2State[] = ['RUNNING', 'PRE_COPY']
const STOPPED: readonly V2State[] = ['STOP', 'STOP_COPY']

const peerStillRunning = rule({
  code: 'protocol/peer-still-running',
  designs: DESIGNS,
  check({ situation, report }) {
    const devices = new V2Devices()
    const moving = { source: new Set<number>(), destination: new Set<number>() }
    let ran = false
    return {
      see(event, index) {
        const { side } = event
        // A guest that was never started has set no peer to work.
        if (event.kind === 'vcpus-stopped' && side === 'source') ran = true
        if (event.kind === 'state-set' && side === 'source' && ran && situation.stopped.source) {
          const { target, isRefused: refused } = devices.of(side, deviceOf(event)).request(event)
          if (!refused && target !== undefined && STOPPED.includes(target)) {
            const others = [...moving.source].filter((device) => device !== deviceOf(event))
            const [peer] = others.filter((device) => devices.of(side, device).isIn(REACHING))
            if (peer !== undefined) {
              report(`Device ${deviceOf(event)} goes to ${target} while device ${peer} is in RUNNING or PRE_COPY.`)
            }
          }
        }
        devices.see(event, index)
        if (event.kind === 'state-set' && !isRefused(event.result)) moving[side].add(deviceOf(event))
      },
    }
  },
})

/** Rules on the states of migration v2. */
export const v2StateRules: readonly Rule[] = [
  noStopCopy,
  requestRefused,
  illegalAccepted,
  legalRefused,
  resumingRefused,
  unexpectedState,
  deviceError,
  noPeerToPeer,
  peerStillRunning,
]
