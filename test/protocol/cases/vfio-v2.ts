import { after, all, altered, before, destination, moved, source, without } from '../trace.ts'
import { casesOf } from './case.ts'

const START = { kind: 'migration-start' } as const
const END = { kind: 'migration-end' } as const
const FEATURES = { kind: 'migration-features', side: 'source' } as const
const VCPUS_STOPPED = { kind: 'vcpus-stopped' } as const
const LOGGING = { kind: 'dma-logging', on: true } as const
const LOGGING_OFF = { kind: 'dma-logging', on: false } as const

const to = (state: number, side: 'source' | 'destination' = 'source') => ({ kind: 'state-set', side, state }) as const
const PRE_COPY = to(6)
const P2P = to(7)
const STOP_COPY = to(3)
const STOP = to(1)
const RESUMING = to(4, 'destination')
const STARTED = to(5, 'destination')
const LAST_INFO = { kind: 'precopy-info', initialBytes: 0 } as const

const EINVAL = -22
const ask = (state: number, result = 0, device?: number) =>
  source('state-set', { state, result, ...(device === undefined ? {} : { device }) })
const features = (p2p: boolean, device: number) =>
  source('migration-features', { stopCopy: true, p2p, preCopy: true, device })

export const vfioV2 = casesOf(
  'vfio-v2',
  { code: 'protocol/no-stop-copy', what: 'no flag', change: altered(FEATURES, { stopCopy: false }) },

  {
    code: 'protocol/stop-copy-to-pre-copy',
    what: 'accepted',
    change: before(STOP, source('state-set', { state: 6, result: 0, dataFd: 40 }), ask(3)),
  },
  {
    code: 'protocol/stop-copy-to-pre-copy',
    what: 'to PRE_COPY_P2P',
    change: before(STOP, ask(7), ask(3)),
  },
  {
    code: 'protocol/request-refused',
    what: 'STOP_COPY to PRE_COPY',
    change: before(STOP, ask(6, EINVAL)),
  },
  { code: 'protocol/request-refused', what: 'ERROR', change: before(START, ask(0, EINVAL)) },
  { code: 'protocol/request-refused', what: '99', change: before(START, ask(99, EINVAL)) },
  {
    code: 'protocol/request-refused',
    what: 'a state without its flag',
    change: before(START, features(false, 1), ask(5, EINVAL, 1)),
  },
  { code: 'protocol/illegal-state-accepted', what: 'ERROR', change: before(START, ask(0)) },
  { code: 'protocol/illegal-state-accepted', what: '8', change: before(START, ask(8)) },
  {
    code: 'protocol/illegal-state-accepted',
    what: 'a state without its flag',
    change: all(altered(FEATURES, { p2p: false })),
  },
  {
    code: 'protocol/illegal-state-accepted',
    what: 'out of ERROR',
    change: before(END, source('state-read', { state: 0 }), ask(2)),
    also: ['protocol/device-error'],
  },
  {
    code: 'protocol/legal-request-refused',
    what: 'STOP_COPY',
    change: before(STOP_COPY, ask(3, -16)),
  },
  {
    code: 'protocol/resuming-refused',
    what: 'the data is short',
    change: before(STARTED, destination('state-set', { state: 5, result: EINVAL })),
  },
  {
    code: 'protocol/resuming-refused',
    what: 'short data that somebody tries out on the source',
    severity: 'info',
    change: before(
      START,
      source('state-set', { state: 4, dataFd: 39 }),
      source('data-written', { bytes: 10 }),
      ask(2, EINVAL),
      source('device', { state: 'reset' }),
      source('data-closed'),
    ),
  },
  {
    code: 'protocol/unexpected-state',
    what: 'STOP instead of RUNNING',
    change: before(END, destination('state-read', { state: 1 })),
  },
  {
    code: 'protocol/unexpected-state',
    what: 'a number that is none',
    change: before(END, destination('state-read', { state: 9 })),
  },
  { code: 'protocol/device-error', what: 'seen once', change: before(END, source('state-read', { state: 0 })) },
  {
    code: 'protocol/device-error',
    what: 'seen twice',
    change: before(END, source('state-read', { state: 0 }), source('state-read', { state: 0 })),
  },

  {
    code: 'protocol/no-peer-to-peer',
    what: 'two devices, one without',
    change: after(STOP, features(false, 1), ask(1, 0, 1)),
  },
  {
    code: 'protocol/peer-still-running',
    what: 'the second device still runs',
    change: all(
      before(STOP_COPY, source('state-set', { state: 6, dataFd: 41, device: 1 })),
      after(STOP_COPY, ask(7, 0, 1), ask(1, 0, 1)),
    ),
  },

  {
    code: 'protocol/read-outside-saving',
    what: 'after STOP_COPY was left',
    change: after(STOP, source('data-read', { bytes: 4, result: 4 })),
  },
  {
    code: 'protocol/read-outside-saving',
    what: 'and it gives nothing',
    severity: 'info',
    change: after(STOP, source('data-read', { bytes: 0, result: -19 })),
  },
  {
    code: 'protocol/state-cut-off',
    what: 'a full buffer, and no more reads',
    change: all(without({ kind: 'data-read', result: 0 }), altered({ kind: 'data-read', bytes: 36 }, { asked: 36 })),
  },
  {
    code: 'protocol/write-outside-resuming',
    what: 'after the start',
    change: after(STARTED, destination('data-written', { bytes: 4, result: 4 })),
  },
  {
    code: 'protocol/data-refused',
    what: 'the state cannot be read',
    change: after(STOP_COPY, source('data-read', { bytes: 0, result: -5 })),
  },
  {
    code: 'protocol/data-refused',
    what: 'the state is not taken',
    change: after(RESUMING, destination('data-written', { asked: 4, bytes: 0, result: EINVAL })),
  },
  {
    code: 'protocol/data-fd-missing',
    what: 'into pre-copy',
    change: altered(PRE_COPY, { dataFd: -1 }),
  },
  {
    code: 'protocol/data-fd-missing',
    what: 'into RESUMING over three hops',
    change: all(before(RESUMING, destination('state-read', { state: 2 })), altered(RESUMING, { dataFd: -1 })),
  },
  {
    code: 'protocol/data-fd-unexpected',
    what: 'inside the saving group',
    change: altered(STOP_COPY, { dataFd: 40 }),
  },
  {
    code: 'protocol/data-fd-left-open',
    what: 'a second session',
    change: before(START, source('state-set', { state: 3, dataFd: 39 }), ask(2)),
  },
  {
    code: 'protocol/precopy-info-outside',
    what: 'in STOP_COPY',
    change: after(STOP_COPY, source('precopy-info', { initialBytes: 0, dirtyBytes: 0 })),
  },
  {
    code: 'protocol/precopy-info-outside',
    what: 'refused',
    severity: 'info',
    change: after(STOP_COPY, source('precopy-info', { initialBytes: 0, dirtyBytes: 0, result: EINVAL })),
  },
  {
    code: 'protocol/initial-bytes-grew',
    what: '24 again',
    change: after(
      LAST_INFO,
      source('precopy-info', { initialBytes: 24, dirtyBytes: 0 }),
      source('data-read', { bytes: 24 }),
    ),
  },
  {
    code: 'protocol/initial-bytes-grew',
    what: 'anew by a flag that nobody has asked for',
    change: all(
      without({ kind: 'precopy-info-v2' }),
      after(
        LAST_INFO,
        source('precopy-info', { initialBytes: 24, dirtyBytes: 0, reinit: true }),
        source('data-read', { bytes: 24 }),
      ),
    ),
  },
  {
    code: 'protocol/initial-bytes-left',
    what: 'anew, and not read',
    change: after(LAST_INFO, source('precopy-info', { initialBytes: 24, dirtyBytes: 0, reinit: true })),
  },

  {
    code: 'protocol/dma-logging-order',
    what: 'started twice',
    change: after(LOGGING, source('dma-logging', { on: true })),
  },
  {
    code: 'protocol/dma-logging-order',
    what: 'stopped twice',
    change: after(LOGGING_OFF, source('dma-logging', { on: false })),
  },
  {
    code: 'protocol/dma-logging-order',
    what: 'a second start that is refused',
    severity: 'info',
    change: after(LOGGING, source('dma-logging', { on: true, result: EINVAL })),
  },
  {
    code: 'protocol/write-outside-resuming',
    what: 'and nothing is taken',
    severity: 'info',
    change: after(STARTED, destination('data-written', { asked: 4, bytes: 0, result: -19 })),
  },
  {
    code: 'protocol/data-refused',
    what: 'data that the source does not take',
    severity: 'info',
    change: before(
      START,
      source('state-set', { state: 4, dataFd: 39 }),
      source('data-written', { asked: 10, bytes: 0, result: EINVAL }),
      ask(2),
      source('data-closed'),
    ),
  },
  {
    code: 'protocol/data-fd-unexpected',
    what: 'with a refusal',
    change: before(P2P, source('state-set', { state: 7, result: -16, dataFd: 40 })),
    also: ['protocol/legal-request-refused'],
  },
  {
    code: 'protocol/data-fd-left-open',
    what: 'in a log that shows no closing',
    severity: 'info',
    change: all(
      without({ kind: 'data-closed', side: 'source' }, { kind: 'data-closed', side: 'destination' }),
      before(START, source('state-set', { state: 3, dataFd: 39 }), ask(2)),
    ),
  },
  {
    code: 'protocol/initial-bytes-left',
    what: 'of a guest that does not run',
    severity: 'info',
    change: all(
      without(VCPUS_STOPPED),
      after(LAST_INFO, source('precopy-info', { initialBytes: 24, dirtyBytes: 0, reinit: true })),
    ),
  },
  {
    code: 'protocol/bitmap-without-logging',
    what: 'and it is refused',
    severity: 'info',
    change: before(LOGGING, source('bitmap-queried', { start: 0, pages: 64, result: EINVAL })),
  },
  {
    code: 'protocol/bitmap-without-logging',
    what: 'asked for before the start',
    change: before(LOGGING, source('bitmap-queried', { start: 0, pages: 64 })),
  },
  {
    code: 'protocol/bitmap-refused',
    what: 'not supported',
    change: after(LOGGING, source('bitmap-queried', { start: 0, pages: 64, result: -95 })),
  },
  {
    code: 'protocol/bitmap-missing',
    what: 'not after the stop',
    change: (events) =>
      moved(
        STOP_COPY,
        LOGGING_OFF,
      )(moved(P2P, LOGGING_OFF)(without({ kind: 'data-read', bytes: 36 }, { kind: 'data-read', result: 0 })(events))),
  },
  {
    code: 'protocol/read-state-before-stop',
    what: 'the guest stops later',
    change: all(without(VCPUS_STOPPED), after(STOP_COPY, source('vcpus-stopped'))),
  },
  {
    code: 'protocol/page-lost',
    what: 'a page that was not sent again',
    change: before(STOP_COPY, source('dma', { page: 1, direction: 'from-device', role: 'buffer' })),
  },
  {
    code: 'protocol/state-refused',
    what: 'config space',
    change: before(STARTED, destination('state-refused', { part: 'config', reason: 'Bad config data' })),
  },
  {
    code: 'protocol/dma-while-quiet',
    what: 'a write in STOP_COPY',
    change: after(STOP_COPY, source('dma', { page: 2, direction: 'from-device', role: 'buffer' })),
  },
)
