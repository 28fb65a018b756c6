import { after, all, altered, before, destination, moved, source, without } from '../trace.ts'
import { casesOf } from './case.ts'

const PRE_COPY = { kind: 'status-write', register: 'deviceState', value: 3 } as const
const STOP = { kind: 'status-write', register: 'deviceState', value: 2 } as const
const SIGNAL = { kind: 'remap-signal', waits: true } as const
const ACK = { kind: 'remap-ack' } as const
const SAVED = { kind: 'state-saved' } as const
const REMAPPED = { kind: 'region-remapped', mmap: false } as const
const verdict = { kind: 'handler-verdict', operation: 'read' } as const

function field(name: string, side: 'source' | 'destination', write = false) {
  return { kind: 'region-access', side, field: name, write } as const
}

export const vendorOps = casesOf(
  'vendor-ops',
  {
    code: 'protocol/saving-without-remap-irq',
    what: 'the interrupt is not in use',
    change: without({ kind: 'irq-enable' }),
  },
  {
    code: 'protocol/saving-without-remap-irq',
    what: 'the interrupt is disconnected',
    change: before({ kind: 'migration-start' }, source('irq-enable', { what: 'remap', on: false })),
  },
  {
    code: 'protocol/ack-from-blocked-thread',
    what: 'one thread for both',
    change: altered(ACK, { thread: 'migration' }),
  },
  { code: 'protocol/ack-value-open', what: 'an answer of 0', change: altered(ACK, { value: 0 }) },
  {
    code: 'protocol/remap-other-region',
    what: 'region 9',
    change: after(REMAPPED, source('region-remapped', { region: 9, mmap: false })),
  },
  {
    code: 'protocol/native-handler',
    what: 'a handler of the native driver',
    change: altered({ kind: 'handler-registered' }, { native: true }),
  },
  {
    code: 'protocol/remap-unanswered',
    what: 'the wait runs out',
    change: all(without(ACK), altered({ kind: 'wait-ended' }, { outcome: 'timed-out' })),
  },
  {
    code: 'protocol/remap-unanswered',
    what: 'no answer',
    change: (events) =>
      events.slice(
        0,
        events.findIndex(({ kind }) => kind === 'wait'),
      ),
    also: ['protocol/unfinished'],
  },
  {
    code: 'protocol/ack-without-signal',
    what: 'two answers',
    change: after(ACK, source('remap-ack', { value: 1, thread: 'main' })),
  },
  { code: 'protocol/ack-before-remap', what: 'the answer first', change: moved(ACK, REMAPPED) },
  { code: 'protocol/remap-bars', what: 'BAR 6', change: altered(SIGNAL, { bars: 0x41 }) },
  {
    code: 'protocol/data-before-offset',
    what: 'data before data_offset',
    change: moved(field('data', 'source'), field('data_offset', 'source')),
  },
  {
    code: 'protocol/data-before-offset',
    what: 'data written before data_offset was read',
    change: without(field('data_offset', 'destination'), field('data_size', 'destination', true)),
  },
  {
    code: 'protocol/data-not-committed',
    what: 'no data_size',
    change: without(field('data_size', 'destination', true)),
  },
  {
    code: 'protocol/pending-left',
    what: 'the loop is left early',
    change: (events) =>
      events.toSpliced(
        events.findLastIndex((event) => event.kind === 'region-access' && event.field === 'pending_bytes'),
        1,
      ),
  },
  { code: 'protocol/verdict-mistaken', what: 'handled and the default runs', change: altered(verdict, { verdict: 0 }) },
  {
    code: 'protocol/verdict-mistaken',
    what: 'not handled and no default',
    change: altered(verdict, { defaultCalled: false }),
  },
  {
    code: 'protocol/verdict-mistaken',
    what: 'an error taken for not handled',
    change: altered(verdict, { verdict: -14 }),
  },
  { code: 'protocol/state-not-saved', what: 'no state', change: without(SAVED) },
  {
    code: 'protocol/two-handlers',
    what: 'a second handler',
    change: after({ kind: 'handler-registered' }, source('handler-registered', { name: 'other' })),
  },
  {
    code: 'protocol/vendor-module-absent',
    what: 'no module on the destination',
    change: before({ kind: 'vcpus-started' }, destination('device', { state: 'absent' })),
  },
  {
    code: 'protocol/platform-mismatch',
    what: 'another device',
    change: altered({ kind: 'platform', side: 'destination' }, { id: 'iavf 1889' }),
  },
  {
    code: 'protocol/bitmap-after-state',
    what: 'dirty pages after the state',
    change: after(SAVED, source('bitmap-queried', { start: 0, pages: 64 })),
  },
  {
    code: 'protocol/read-state-before-stop',
    what: 'the state before the stop',
    change: moved(SAVED, STOP),
  },
  {
    code: 'protocol/state-access-while-running',
    what: 'loaded outside of resuming',
    change: moved({ kind: 'state-loaded' }, { kind: 'status-write', register: 'deviceState', value: 4 }),
  },
  {
    code: 'protocol/dma-while-quiet',
    what: 'a write after the stop',
    change: after(STOP, source('dma', { page: 2, direction: 'from-device', role: 'buffer' })),
  },
  {
    code: 'protocol/undefined-value',
    what: 'saving and resuming at once',
    change: before(PRE_COPY, source('status-write', { register: 'deviceState', value: 6, by: 'vmm' })),
  },
  {
    code: 'protocol/illegal-transition',
    what: 'resuming from pre-copy',
    change: before(STOP, source('status-write', { register: 'deviceState', value: 4, by: 'vmm' })),
  },
)
