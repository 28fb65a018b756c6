import type { TraceEvent } from '../../../src/protocol/index.ts'
import { after, all, altered, before, destination, moved, source, without } from '../trace.ts'
import { casesOf } from './case.ts'

const STOPPED = { kind: 'vcpus-stopped' } as const
const START = { kind: 'status-write', register: 'migrationStatus', value: 1 } as const
const READY = { kind: 'status-write', register: 'vfAnswer', value: 1 } as const
const BLOB_LOADED = { kind: 'state-loaded', part: 'blob' } as const
const QUIET = { kind: 'device', state: 'quiet' } as const
const noAnswer = all(without(READY), altered({ kind: 'wait-ended' }, { outcome: 'timed-out' }))

/** Rounds in which the same receive page is dirtied and sent. */
const rounds = Array.from({ length: 8 }, (_, index): TraceEvent[] => [
  source('page-dirtied', { page: 5, how: 'dummy-write' }),
  source('page-sent', { page: 5, round: index + 2 }),
]).flat()

export const selfEmulation = casesOf(
  'self-emulation',
  {
    code: 'protocol/dummy-write-race',
    what: 'the data of descriptor 1 not dirtied and not sent',
    change: without({ kind: 'page-dirtied', page: 5 }, { kind: 'page-sent', page: 5, round: 2 }),
  },
  {
    code: 'protocol/dummy-write-race',
    what: 'the same in a trace without pages sent',
    change: all(
      (events) => events.filter(({ kind }) => kind !== 'page-sent'),
      without({ kind: 'page-dirtied', page: 5 }),
    ),
  },
  {
    code: 'protocol/page-lost',
    what: 'the ring page not sent again',
    change: without({ kind: 'page-sent', page: 3, round: 2 }),
  },
  { code: 'protocol/not-converging', what: 'one page in eight rounds', change: before({ kind: 'dma' }, ...rounds) },
  {
    code: 'protocol/mapped-page-sent',
    what: 'page 4 is sent while it is mapped',
    change: without({ kind: 'dma-unmap' }),
  },
  {
    code: 'protocol/tracking-slows-traffic',
    what: 'less than half of the packets',
    change: altered({ kind: 'traffic', packets: 900 }, { packets: 499 }),
  },
  { code: 'protocol/blob-layout-differs', what: 'a blob of 100 bytes', change: altered(BLOB_LOADED, { bytes: 100 }) },
  {
    code: 'protocol/blob-layout-differs',
    what: 'another structure of the same size',
    change: altered({ kind: 'platform', side: 'destination' }, { id: 'Linux 4.4' }),
  },
  {
    code: 'protocol/dummy-write-not-atomic',
    what: 'a torn dummy write',
    change: altered({ kind: 'page-dirtied' }, { atomic: false }),
  },
  {
    code: 'protocol/read-state-before-stop',
    what: 'state_in_pf read before the stop',
    change: moved({ kind: 'state-saved', part: 'blob' }, STOPPED),
  },
  {
    code: 'protocol/resume-before-state',
    what: 'NOTIFY_RESUME before the blob is written',
    change: moved({ kind: 'mailbox', message: 'notify-resume' }, BLOB_LOADED),
  },
  {
    code: 'protocol/head-register-written',
    what: 'RDH written',
    change: before(
      { kind: 'ring-shift' },
      destination('status-write', { register: 'VFRDH(0)', value: 2, by: 'guest' }),
    ),
  },
  {
    code: 'protocol/ring-shift-incomplete',
    what: 'buffer info not rotated',
    change: altered({ kind: 'ring-shift' }, { bufferInfo: false }),
  },
  {
    code: 'protocol/recording-shared',
    what: 'a second VF',
    change: after({ kind: 'register-recorded' }, source('register-recorded', { register: 0x1018, device: 1 })),
  },
  { code: 'protocol/guest-silent', what: 'no answer in 0xf1', change: noAnswer },
  {
    code: 'protocol/interface-down',
    what: 'the interface is down',
    change: all(noAnswer, altered(QUIET, { state: 'down' })),
    also: ['protocol/guest-silent'],
  },
  {
    code: 'protocol/driver-absent',
    what: 'no driver',
    change: all(noAnswer, altered(QUIET, { state: 'absent' })),
    also: ['protocol/guest-silent'],
  },
  {
    code: 'protocol/capability-overlap',
    what: 'a capability at 0xf0',
    change: altered({ kind: 'capability-place', offset: 0x70 }, { offset: 0xe8 }),
  },
  {
    code: 'protocol/ready-without-start',
    what: 'an answer before the question',
    change: before(START, source('status-write', { register: 'vfAnswer', value: 1, by: 'guest' })),
  },
  {
    code: 'protocol/stopped-before-ready',
    what: 'the stop before the answer',
    change: all(moved(STOPPED, READY)),
  },
  { code: 'protocol/irq-not-delivered', what: 'masked', change: altered({ kind: 'irq' }, { delivered: false }) },
  {
    code: 'protocol/irq-without-news',
    what: 'a second interrupt',
    change: after({ kind: 'irq' }, source('irq', { what: 'mailbox' })),
  },
  { code: 'protocol/guest-not-told', what: 'no interrupt', change: without({ kind: 'irq' }) },
  {
    code: 'protocol/irq-before-state',
    what: 'notify_vf before the blob is written',
    change: all(moved(BLOB_LOADED, { kind: 'mailbox', message: 'notify-resume' })),
  },
  {
    code: 'protocol/complete-twice',
    what: 'two completion bodies',
    change: before(STOPPED, source('stream-sent', { part: 'complete', flags: 2 })),
  },
  {
    code: 'protocol/dma-while-quiet',
    what: 'a packet after the answer',
    change: before(STOPPED, source('dma', { page: 5, direction: 'from-device', role: 'buffer' })),
  },
)
