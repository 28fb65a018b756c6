import { all, altered, before, moved, source, without } from '../trace.ts'
import { casesOf } from './case.ts'

const LOGGING = { kind: 'status-write', register: 'deviceState', value: 2 } as const
const STOP = { kind: 'status-write', register: 'deviceState', value: 3 } as const
const CLEANED = { kind: 'status-write', side: 'source', register: 'deviceState', value: 1 } as const
const DESTINATION_STOP = { kind: 'status-write', side: 'destination', register: 'deviceState', value: 1 } as const
const SAVED = { kind: 'state-saved', part: 'device-config' } as const
const GET = { kind: 'status-write', register: 'configAction', value: 1 } as const
const SET = { kind: 'status-write', register: 'configAction', value: 2 } as const
const CONFIG_READ = { kind: 'region-access', region: 'config', write: false } as const
const CONFIG_WRITE = { kind: 'region-access', region: 'config', write: true } as const
const MEMORY_READ = { kind: 'region-access', region: 'memory', write: false } as const
const MEMORY_WRITE = { kind: 'region-access', region: 'memory', write: true } as const
const MEMORY_GET = { kind: 'status-write', register: 'memoryAction', value: 1 } as const
const MEMORY_SET = { kind: 'status-write', register: 'memoryAction', value: 2 } as const
const query = source('bitmap-queried', { start: 0, pages: 131072 })

export const deviceStateRegions = casesOf(
  'device-state-regions',
  {
    code: 'protocol/set-before-data',
    what: 'SET before the data',
    change: moved(SET, CONFIG_WRITE),
  },
  {
    code: 'protocol/set-before-data',
    what: 'SET before the memory',
    change: moved(MEMORY_SET, MEMORY_WRITE),
  },
  { code: 'protocol/read-before-get', what: 'no GET', change: without(GET) },
  { code: 'protocol/read-before-get', what: 'no GET for memory', change: without(MEMORY_GET) },
  { code: 'protocol/get-without-read', what: 'no read after GET', change: without(CONFIG_READ) },
  { code: 'protocol/get-without-read', what: 'no read of memory after GET', change: without(MEMORY_READ) },
  {
    code: 'protocol/get-without-read',
    what: 'GET twice',
    change: before(CONFIG_READ, source('status-write', { register: 'configAction', value: 1, by: 'vmm' })),
  },
  {
    code: 'protocol/get-without-read',
    what: 'GET of memory twice',
    change: before(MEMORY_READ, source('status-write', { register: 'memoryAction', value: 1, by: 'vmm' })),
  },
  {
    code: 'protocol/action-before-position',
    what: 'GET without a position',
    change: all(without({ kind: 'status-write', register: 'memoryPosition' }, MEMORY_READ)),
  },
  {
    code: 'protocol/memory-position',
    what: 'a position inside a piece',
    change: altered({ kind: 'status-write', register: 'memoryPosition' }, { value: 4096 }),
  },
  {
    code: 'protocol/bitmap-after-state',
    what: 'a bitmap after the state',
    change: before(CLEANED, query),
  },
  {
    code: 'protocol/bitmap-after-state',
    what: 'no bitmap after the stop',
    change: (events) =>
      events.toSpliced(
        events.findLastIndex(({ kind }) => kind === 'bitmap-queried'),
        1,
      ),
  },
  {
    code: 'protocol/read-state-before-stop',
    what: 'the config taken before the stop',
    change: moved(SAVED, STOP),
  },
  {
    code: 'protocol/bitmap-without-logging',
    what: 'a query before logging',
    change: before(LOGGING, query),
  },
  {
    code: 'protocol/unusual-path',
    what: '0 to 3',
    change: all(
      without(LOGGING),
      before(STOP, source('status-write', { register: 'deviceState', value: 0, by: 'vmm' })),
    ),
    also: ['protocol/bitmap-without-logging'],
  },
  {
    code: 'protocol/bitmap-range',
    what: 'one page too many',
    change: altered({ kind: 'bitmap-queried' }, { pages: 131073 }),
  },
  { code: 'protocol/bitmap-range', what: 'no page', change: altered({ kind: 'bitmap-queried' }, { pages: 0 }) },
  {
    code: 'protocol/config-too-large',
    what: 'a config of 9 MiB and 1 byte',
    change: altered(SAVED, { bytes: 9437185 }),
  },
  {
    code: 'protocol/config-too-large',
    what: 'the same size announced',
    change: altered({ kind: 'status-write', register: 'configSize' }, { value: 9437185 }),
  },
  {
    code: 'protocol/platform-mismatch',
    what: 'another generation',
    change: altered({ kind: 'platform', side: 'destination' }, { id: 'Gen11 graphics' }),
  },
  {
    code: 'protocol/state-access-while-running',
    what: 'loaded into a running device',
    change: moved({ kind: 'state-loaded', part: 'device-memory' }, DESTINATION_STOP),
  },
  {
    code: 'protocol/dma-while-quiet',
    what: 'a write after the stop',
    change: before(
      { kind: 'page-sent', page: 3, round: 3 },
      source('dma', { page: 3, direction: 'from-device', role: 'buffer' }),
    ),
  },
  { code: 'protocol/state-not-saved', what: 'no config', change: without(SAVED) },
  { code: 'protocol/unfinished', what: 'logging is left on', change: without(CLEANED) },
  {
    code: 'protocol/undefined-value',
    what: 'a state of 4',
    change: before(LOGGING, source('status-write', { register: 'deviceState', value: 4, by: 'vmm' })),
  },
)
