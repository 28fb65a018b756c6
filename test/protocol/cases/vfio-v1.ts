import { after, all, altered, before, destination, moved, source, without } from '../trace.ts'
import { casesOf } from './case.ts'

const PRE_COPY = { kind: 'status-write', register: 'deviceState', value: 3 } as const
const STOP_AND_COPY = { kind: 'status-write', register: 'deviceState', value: 2 } as const
const STOPPED = { kind: 'status-write', register: 'deviceState', value: 0 } as const
const RESUMING = { kind: 'status-write', register: 'deviceState', value: 4 } as const
const SAVED = { kind: 'state-saved' } as const
const OFFSET = { kind: 'region-access', side: 'source', field: 'data_offset' } as const
const SIZE = { kind: 'region-access', side: 'source', field: 'data_size' } as const
const WRITTEN = { kind: 'region-access', side: 'destination', field: 'data_size' } as const
const DATA = { kind: 'region-access', side: 'source', field: 'data' } as const

const state = (side: typeof source, value: number) =>
  side('status-write', { register: 'deviceState', value, by: 'vmm' })
const shown = (value: number) =>
  source('region-access', {
    region: 'migration',
    offset: 0,
    count: 4,
    write: false,
    field: 'device_state',
    value,
  })

export const vfioV1 = casesOf(
  'vfio-v1',
  {
    code: 'protocol/illegal-state-bits',
    what: 'RESUMING while RUNNING',
    change: before(RESUMING, state(destination, 5)),
  },
  { code: 'protocol/illegal-state-bits', what: 'all three bits', change: before(PRE_COPY, state(source, 7)) },
  {
    code: 'protocol/illegal-state-bits',
    what: 'with bits above the mask',
    change: before(RESUMING, state(destination, 0x1d)),
  },
  {
    code: 'protocol/illegal-state-bits',
    what: 'the error state asked for',
    change: before({ kind: 'migration-end' }, state(destination, 6)),
  },
  { code: 'protocol/device-error', what: 'the error state read', change: before(PRE_COPY, shown(6)) },
  {
    code: 'protocol/device-error',
    what: 'the driver sets it',
    change: before(
      { kind: 'migration-end' },
      source('status-write', { register: 'deviceState', value: 6, by: 'driver' }),
    ),
  },
  {
    code: 'protocol/unusual-path',
    what: 'a guest that was paused is moved',
    change: all(before(STOP_AND_COPY, state(source, 1), state(source, 0))),
  },
  {
    code: 'protocol/unusual-path',
    what: 'a guest that was paused goes on',
    change: before({ kind: 'migration-start' }, state(source, 0), state(source, 1)),
  },
  {
    code: 'protocol/illegal-transition',
    what: 'from pre-copy to RESUMING',
    change: before(STOP_AND_COPY, state(source, 4)),
  },
  {
    code: 'protocol/illegal-transition',
    what: 'from stopped to RESUMING',
    change: after(STOPPED, state(source, 4)),
  },
  {
    code: 'protocol/data-overrun',
    what: 'more than the region holds',
    change: altered(SIZE, { value: 4097 }),
    also: ['protocol/transaction-resized'],
  },
  { code: 'protocol/data-overrun', what: 'data in the header', change: altered(OFFSET, { value: 0 }) },
  { code: 'protocol/data-overrun', what: 'data behind the region', change: altered(OFFSET, { value: 8193 }) },
  {
    code: 'protocol/transaction-resized',
    what: 'a piece of another size',
    change: altered(WRITTEN, { value: 49 }),
  },
  {
    code: 'protocol/transaction-resized',
    what: 'a piece too many',
    change: before(
      { kind: 'state-loaded' },
      destination('region-access', {
        region: 'migration',
        offset: 24,
        count: 8,
        write: true,
        field: 'data_size',
        value: 1,
      }),
    ),
    also: ['protocol/illegal-transition'],
  },
  { code: 'protocol/data-before-offset', what: 'data read first', change: moved(DATA, OFFSET) },
  {
    code: 'protocol/data-before-offset',
    what: 'data written without its offset',
    change: without({ kind: 'region-access', side: 'destination', field: 'data_offset' }),
    also: ['protocol/illegal-transition'],
  },
  {
    code: 'protocol/data-not-committed',
    what: 'the last size is missing',
    change: (events) =>
      events.filter(
        ({ kind, side }, at) =>
          !(kind === 'region-access' && side === 'destination' && events[at + 1]?.kind === 'state-loaded'),
      ),
  },
  {
    code: 'protocol/pending-left',
    what: 'a state change with data pending',
    change: before(
      STOPPED,
      source('region-access', {
        region: 'migration',
        offset: 8,
        count: 8,
        write: false,
        field: 'pending_bytes',
        value: 1,
      }),
    ),
  },
  {
    code: 'protocol/state-access-while-running',
    what: 'loaded outside of RESUMING',
    change: moved({ kind: 'state-loaded' }, RESUMING),
  },
  {
    code: 'protocol/platform-mismatch',
    what: 'another device',
    change: altered({ kind: 'platform', side: 'destination' }, { id: 'B' }),
  },
  {
    code: 'protocol/bitmap-after-state',
    what: 'dirty pages after the state',
    change: after(SAVED, source('bitmap-queried', { start: 0, pages: 64 })),
  },
  { code: 'protocol/read-state-before-stop', what: 'the state before the stop', change: moved(SAVED, STOP_AND_COPY) },
  {
    code: 'protocol/state-refused',
    what: 'config space',
    change: before({ kind: 'vcpus-started' }, destination('state-refused', { part: 'config', reason: 'no' })),
  },
  {
    code: 'protocol/dma-while-quiet',
    what: 'a write after the stop',
    change: after(STOP_AND_COPY, source('dma', { page: 2, direction: 'from-device', role: 'buffer' })),
  },
)
