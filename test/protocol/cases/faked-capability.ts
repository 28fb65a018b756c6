import { after, all, altered, before, destination, moved, source, without } from '../trace.ts'
import { casesOf } from './case.ts'

const START = { kind: 'status-write', register: 'vmmStatus', value: 1 } as const
const READY = { kind: 'status-write', register: 'vfStatus', value: 1 } as const
const ENABLE = { kind: 'status-write', register: 'enable' } as const
const IRQ = { kind: 'irq', side: 'source' } as const
const ANSWERED = { kind: 'wait-ended' } as const
const STOPPED = { kind: 'vcpus-stopped' } as const
const WAIT = { kind: 'wait' } as const
const PLACE = { kind: 'capability-place', faked: true } as const
const noHandshake = without(START, IRQ, WAIT, READY, ANSWERED)

export const fakedCapability = casesOf(
  'faked-capability',
  { code: 'protocol/unbounded-wait', what: 'a wait without a limit', change: altered(WAIT, { bound: undefined }) },
  {
    code: 'protocol/guest-silent',
    what: 'a wait that runs out',
    change: all(without(READY), altered(ANSWERED, { outcome: 'timed-out' })),
  },
  {
    code: 'protocol/guest-silent',
    what: 'a trace that ends in the wait',
    change: (events) => events.slice(0, events.findIndex(({ kind }) => kind === 'wait') + 1),
    also: ['protocol/unfinished'],
  },
  {
    code: 'protocol/interface-down',
    what: 'the mailbox disabled and no handshake',
    change: all(altered(ENABLE, { value: 0 }), noHandshake),
  },
  {
    code: 'protocol/interface-down',
    what: 'the interface closed',
    change: all(noHandshake, altered({ kind: 'device', state: 'quiet' }, { state: 'down' })),
  },
  {
    code: 'protocol/driver-absent',
    what: 'no driver',
    change: all(without(ENABLE), noHandshake, altered({ kind: 'device', state: 'quiet' }, { state: 'absent' })),
  },
  {
    code: 'protocol/capability-overlap',
    what: 'the capability put on MSI-X',
    change: (events) =>
      events.map((event) => (event.kind === 'capability-place' && event.faked ? { ...event, offset: 0x78 } : event)),
  },
  {
    code: 'protocol/capability-offset',
    what: 'another offset on the destination',
    change: altered({ ...PLACE, side: 'destination' }, { offset: 0x50 }),
  },
  {
    code: 'protocol/ready-without-start',
    what: 'READY before START',
    change: before(START, source('status-write', { register: 'vfStatus', value: 1, by: 'guest' })),
  },
  {
    code: 'protocol/ready-without-start',
    what: 'READY before the answer is taken back',
    change: before(
      { kind: 'status-write', register: 'vfStatus', value: 0 },
      destination('status-write', { register: 'vfStatus', value: 1, by: 'guest' }),
    ),
  },
  {
    code: 'protocol/disabled-during-wait',
    what: 'enable cleared in the wait, set again later',
    change: all(
      before(READY, source('status-write', { register: 'enable', value: 0, by: 'guest' })),
      after(READY, source('status-write', { register: 'enable', value: 1, by: 'guest' })),
    ),
  },
  { code: 'protocol/stopped-before-ready', what: 'the stop before READY', change: moved(STOPPED, READY) },
  {
    code: 'protocol/stopped-before-ready',
    what: 'the completion body before READY',
    change: moved({ kind: 'stream-sent', part: 'complete' }, READY),
  },
  { code: 'protocol/stopped-before-ready', what: 'no handshake with a driver there', change: noHandshake },
  {
    code: 'protocol/enable-before-vector',
    what: 'enable first',
    change: moved(ENABLE, { kind: 'status-write', register: 'mailboxVector' }),
  },
  { code: 'protocol/wrong-vector', what: 'the vector of queue 0', change: altered(IRQ, { vector: 0 }) },
  { code: 'protocol/irq-not-delivered', what: 'a masked vector', change: altered(IRQ, { delivered: false }) },
  {
    code: 'protocol/irq-without-news',
    what: 'a second interrupt',
    change: after(IRQ, source('irq', { what: 'mailbox', vector: 1 })),
  },
  { code: 'protocol/guest-not-told', what: 'no interrupt', change: without(IRQ) },
  {
    code: 'protocol/irq-before-state',
    what: 'the interrupt of the destination before the MSI-X table',
    change: moved({ kind: 'state-loaded', part: 'msix' }, { kind: 'vcpus-started' }),
  },
  {
    code: 'protocol/complete-twice',
    what: 'two completion bodies',
    change: after({ kind: 'stream-sent', part: 'complete' }, source('stream-sent', { part: 'complete', flags: 2 })),
  },
  {
    code: 'protocol/dma-while-quiet',
    what: 'a packet after READY',
    change: before(
      STOPPED,
      source('dma', { page: 2, direction: 'from-device', role: 'buffer' }),
      source('dma', { page: 3, direction: 'from-device', role: 'ring' }),
    ),
  },
  {
    code: 'protocol/dma-while-quiet',
    what: 'a packet on the destination before the reset',
    change: after({ kind: 'vcpus-started' }, destination('dma', { page: 2, direction: 'to-device', role: 'ring' })),
  },
  {
    code: 'protocol/read-state-before-stop',
    what: 'the config image taken before the stop',
    change: moved({ kind: 'state-saved', part: 'config' }, STOPPED),
  },
  {
    code: 'protocol/state-not-loaded',
    what: 'MSI-X not loaded',
    change: without({ kind: 'state-loaded', part: 'msix' }),
    also: ['protocol/irq-before-state'],
  },
  {
    code: 'protocol/state-refused',
    what: 'the config check fails',
    change: (events) => [
      ...events.slice(
        0,
        events.findIndex(({ kind }) => kind === 'state-loaded'),
      ),
      destination('state-refused', { part: 'config', reason: 'byte 0x34 differs' }),
    ],
  },
  {
    code: 'protocol/undefined-value',
    what: 'a status that is not defined',
    change: before(START, source('status-write', { register: 'vfStatus', value: 7, by: 'guest' })),
  },
  {
    code: 'protocol/illegal-transition',
    what: 'START twice',
    change: before(IRQ, source('status-write', { register: 'vmmStatus', value: 1, by: 'vmm' })),
  },
  {
    code: 'protocol/unfinished',
    what: 'the answer is not taken back',
    change: without({ kind: 'status-write', register: 'vfStatus', value: 0 }),
  },
)
