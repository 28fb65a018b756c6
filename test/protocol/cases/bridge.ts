import type { TraceEvent } from '../../../src/protocol/index.ts'
import { after, all, altered, before, destination, moved, source, without } from '../trace.ts'
import { casesOf } from './case.ts'

const STOPPED = { kind: 'vcpus-stopped' } as const
const PAUSE = { kind: 'status-write', register: 'phase', value: 2 } as const
const PAUSED_1 = { kind: 'status-write', register: 'pausedMask', value: 2 } as const
const BOTH_PAUSED = { kind: 'status-write', register: 'pausedMask', value: 6 } as const
const ACK_TRACK = { kind: 'status-write', register: 'acknowledge', value: 0x8001 } as const
const OFF_2 = { kind: 'bus-master', device: 2, on: false } as const
const LAST_MARK_2 = { kind: 'page-dirtied', device: 2 } as const
const BEFORE_2 = { kind: 'callback', device: 2, which: 'before' } as const
const AFTER_2 = { kind: 'callback', device: 2, which: 'after' } as const
const UP_2 = { kind: 'device', side: 'destination', device: 2, state: 'up' } as const

/** Device 2 takes no part, and the note for it is kept as it should be. */
function absent2(state: 'down' | 'absent') {
  return all(
    altered({ kind: 'device', device: 2, state: 'up' }, { state }),
    without(BEFORE_2, OFF_2, LAST_MARK_2, AFTER_2, { kind: 'bus-master', device: 2, on: true }),
    before(STOPPED, source('missed-flag', { device: 2, on: true })),
    after(UP_2, destination('missed-flag', { device: 2, on: false })),
  )
}

/** The wait for the pause runs out, and everything is done that the bad path asks for. */
const badPath = all(
  without(BEFORE_2, OFF_2, LAST_MARK_2, BOTH_PAUSED, { kind: 'status-write', register: 'acknowledge', value: 0x8002 }),
  (events) => {
    const last = events.findLastIndex(({ kind }) => kind === 'wait-ended')
    return events.with(last, source('wait-ended', { for: 'guest', outcome: 'timed-out' }))
  },
  altered({ kind: 'status-write', register: 'phase', value: 3 }, { value: 4 }),
  altered({ kind: 'status-write', register: 'acknowledge', value: 0x8003 }, { value: 0x8004 }),
  altered({ kind: 'callback', which: 'after', device: 1 }, { which: 'bad-path' }),
  altered(AFTER_2, { which: 'bad-path' }),
)

export const bridge = casesOf(
  'bridge',
  { code: 'protocol/guest-silent', what: 'the bad path', change: badPath },
  {
    code: 'protocol/bad-path-without-reset',
    what: 'the bad path without the reset of a device',
    change: all(badPath, without({ kind: 'device', device: 2, state: 'reset' })),
    also: ['protocol/guest-silent'],
  },
  {
    code: 'protocol/unbounded-wait',
    what: 'a wait without a limit',
    change: altered({ kind: 'wait' }, { bound: undefined }),
  },
  { code: 'protocol/interface-down', what: 'device 2 is down', change: absent2('down') },
  { code: 'protocol/driver-absent', what: 'device 2 has no driver', change: absent2('absent') },
  {
    code: 'protocol/missed-flag-not-set',
    what: 'device 2 is down and not noted',
    change: all(absent2('down'), without({ kind: 'missed-flag' }, { kind: 'missed-flag' })),
    also: ['protocol/interface-down'],
  },
  {
    code: 'protocol/missed-flag-kept',
    what: 'device 2 is down and its note is kept',
    change: all(absent2('down'), without({ kind: 'missed-flag', on: false })),
    also: ['protocol/interface-down'],
  },
  {
    code: 'protocol/dirty-before-bus-master-clear',
    what: 'mark, then stop',
    change: moved(LAST_MARK_2, OFF_2),
  },
  { code: 'protocol/mapped-page-not-dirtied', what: 'no mark after the stop', change: without(LAST_MARK_2) },
  { code: 'protocol/paused-with-bus-master', what: 'paused before the stop', change: all(moved(BOTH_PAUSED, OFF_2)) },
  {
    code: 'protocol/to-device-dirtied',
    what: 'a transmit buffer is marked',
    change: before(
      { kind: 'round', number: 2 },
      source('page-dirtied', { device: 1, page: 11, how: 'hook', direction: 'to-device' }),
    ),
  },
  {
    code: 'protocol/after-without-before',
    what: 'no callback before',
    change: without(BEFORE_2),
  },
  {
    code: 'protocol/paused-early',
    what: 'a round after the first device is paused',
    change: after(PAUSED_1, source('round', { number: 3, pages: 0 })),
  },
  {
    code: 'protocol/pause-not-understood',
    what: 'an invalid command',
    change: after(PAUSE, source('status-write', { register: 'commandStatus', value: 4, by: 'vmm' })),
  },
  {
    code: 'protocol/dma-pages-untracked',
    what: 'an acknowledgement without the bit',
    change: altered(ACK_TRACK, { value: 1 }),
  },
  {
    code: 'protocol/acknowledged-other-phase',
    what: 'pause acknowledged while tracking',
    change: before({ kind: 'round' }, source('status-write', { register: 'acknowledge', value: 0x8002, by: 'guest' })),
  },
  {
    code: 'protocol/outside-slot-mask',
    what: 'device 3 is paused',
    change: altered(BOTH_PAUSED, { value: 0b1110 }),
    also: ['protocol/paused-with-bus-master'],
  },
  {
    code: 'protocol/outside-bridge',
    what: 'device 1 elsewhere',
    change: altered({ kind: 'topology' }, { bridged: false }),
  },
  {
    code: 'protocol/stopped-before-ready',
    what: 'the guest stopped with device 2 not paused',
    change: without(BOTH_PAUSED),
  },
  {
    code: 'protocol/dma-while-quiet',
    what: 'a packet after bus mastering was cleared',
    change: before(STOPPED, source('dma', { device: 2, page: 20, direction: 'from-device', role: 'buffer' })),
  },
  {
    code: 'protocol/capability-offset',
    what: 'the capability of the bridge at another offset',
    change: before(
      STOPPED,
      source('capability-place', { offset: 0x40, length: 24, faked: true }),
      destination('capability-place', { offset: 0x48, length: 24, faked: true }),
    ),
  },
  {
    code: 'protocol/dirtied-after-stop',
    what: 'a mark after the stop',
    change: moved(STOPPED, LAST_MARK_2),
    also: ['protocol/stopped-before-ready', 'protocol/mapped-page-not-dirtied'],
  },
  {
    code: 'protocol/irq-without-news',
    what: 'the interrupt before the phase is written',
    change: moved({ kind: 'irq' }, { kind: 'status-write', register: 'phase', value: 1 }),
    also: ['protocol/guest-not-told'],
  },
  {
    code: 'protocol/irq-not-delivered',
    what: 'the hot-plug interrupt is disabled',
    change: altered({ kind: 'irq' }, { delivered: false }),
  },
  {
    code: 'protocol/not-converging',
    what: 'one page in eight rounds',
    change: before(
      { kind: 'dma' },
      ...Array.from({ length: 8 }, (_, index): TraceEvent[] => [
        source('page-dirtied', { device: 1, page: 10, how: 'hook' }),
        source('page-sent', { page: 10, round: index + 2 }),
      ]).flat(),
    ),
  },
  {
    code: 'protocol/tracking-slows-traffic',
    what: 'less than half of the packets',
    change: all(
      before({ kind: 'migration-start' }, source('traffic', { device: 1, packets: 1000, over: 1000 })),
      before({ kind: 'dma' }, source('traffic', { device: 1, packets: 998, over: 2000 })),
    ),
  },
  {
    code: 'protocol/guest-not-told',
    what: 'no interrupt for the first phase',
    change: without({ kind: 'irq' }),
  },
  {
    code: 'protocol/illegal-transition',
    what: 'resume without pause',
    change: before(PAUSE, source('status-write', { register: 'phase', value: 3, by: 'vmm' })),
  },
  {
    code: 'protocol/unfinished',
    what: 'the phase stays resume',
    change: without({ kind: 'status-write', register: 'phase', value: 0 }),
  },
)
