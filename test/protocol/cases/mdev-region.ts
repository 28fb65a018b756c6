import { altered, before, moved, source, without } from '../trace.ts'
import { casesOf } from './case.ts'

const QUERY = { kind: 'bitmap-queried' } as const
const SAVED = { kind: 'state-saved', part: 'image' } as const
const STOP = { kind: 'status-write', register: 'runState', value: 1 } as const
const START = { kind: 'status-write', register: 'runState', value: 0 } as const
const BITMAP_PAGE = { kind: 'page-dirtied', how: 'bitmap' } as const
const READ = { kind: 'region-access', offset: 1, write: false } as const
const WRITTEN = { kind: 'region-access', offset: 1, write: true } as const

export const mdevRegion = casesOf(
  'mdev-region',
  { code: 'protocol/bitmap-after-state', what: 'the state before the bitmap', change: moved(SAVED, QUERY) },
  { code: 'protocol/bitmap-after-state', what: 'no bitmap at all', change: without(QUERY) },
  {
    code: 'protocol/bitmap-after-state',
    what: 'a second bitmap after the state',
    change: before({ kind: 'state-loaded' }, source('bitmap-queried', { start: 0, pages: 4 })),
  },
  {
    code: 'protocol/bitmap-before-stop',
    what: 'the bitmap before STOP',
    change: before(STOP, source('bitmap-queried', { start: 0, pages: 4 })),
  },
  { code: 'protocol/state-not-saved', what: 'no image', change: without(SAVED) },
  { code: 'protocol/state-not-saved', what: 'V1 without an image', change: without(SAVED), variant: 'v1' },
  {
    code: 'protocol/bitmap-missing',
    what: 'V1 without a bitmap',
    change: without(QUERY),
    variant: 'v1',
  },
  {
    code: 'protocol/read-state-before-stop',
    what: 'the image before STOP',
    change: moved(SAVED, STOP),
  },
  {
    code: 'protocol/platform-mismatch',
    what: 'another generation',
    change: altered({ kind: 'platform', side: 'destination' }, { id: 'Gen11 graphics' }),
  },
  {
    code: 'protocol/bar-differs',
    what: 'BAR0 elsewhere',
    change: altered({ kind: 'bar', side: 'destination' }, { value: 0xe0000000 }),
  },
  {
    code: 'protocol/pinned-pages-last',
    what: 'more pages after the stop than before',
    change: without({ kind: 'page-sent', page: 1 }, { kind: 'page-sent', page: 2 }, { kind: 'page-sent', page: 3 }),
  },
  {
    code: 'protocol/other-group-running',
    what: 'a device of group 8 runs',
    change: before(STOP, source('topology', { device: 1, group: 8 })),
  },
  {
    code: 'protocol/run-state-access',
    what: 'the image written from offset 0',
    change: altered({ kind: 'region-access', offset: 0 }, { count: 4096 }),
  },
  { code: 'protocol/image-split', what: 'the image read in two pieces', change: altered(READ, { count: 4096 }) },
  {
    code: 'protocol/image-split',
    what: 'a second piece',
    change: altered(READ, { offset: 4097, count: 9437184 - 4097 }),
  },
  { code: 'protocol/image-overrun', what: 'one byte too many', change: altered(READ, { count: 9437184 }) },
  {
    code: 'protocol/state-access-while-running',
    what: 'START before the image is written',
    change: moved(START, { kind: 'state-loaded' }),
  },
  { code: 'protocol/state-access-while-running', what: 'the image read before STOP', change: moved(READ, STOP) },
  {
    code: 'protocol/page-lost',
    what: 'the page of the bitmap is not sent',
    change: without({ kind: 'page-sent', page: 2, round: 2 }),
  },
  {
    code: 'protocol/dma-while-quiet',
    what: 'a write after STOP',
    change: before(BITMAP_PAGE, source('dma', { page: 2, direction: 'from-device', role: 'buffer' })),
  },
  {
    code: 'protocol/undefined-value',
    what: 'a run state of 2',
    change: before(QUERY, source('status-write', { register: 'runState', value: 2, by: 'vmm' })),
  },
  {
    code: 'protocol/state-not-loaded',
    what: 'the image is not loaded',
    change: without(WRITTEN, { kind: 'state-loaded' }),
  },
)
