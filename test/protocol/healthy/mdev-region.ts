import { destination, source } from '../trace.ts'

const REGION = 9437184
const PLATFORM = 'Gen9 graphics'

const begin = [
  source('platform', { id: PLATFORM }),
  source('topology', { group: 7 }),
  source('region-size', { region: 'device-state', size: REGION }),
  source('migration-start'),
  source('round', { number: 1, pages: 3 }),
  source('page-sent', { page: 1, round: 1 }),
  source('page-sent', { page: 2, round: 1 }),
  source('page-sent', { page: 3, round: 1 }),
  source('dma', { page: 2, direction: 'from-device', role: 'buffer' }),
  source('vcpus-stopped'),
  source('region-access', { region: 'device-state', offset: 0, count: 1, write: true, value: 1 }),
  source('status-write', { register: 'runState', value: 1, by: 'vmm' }),
]
const bitmap = [
  source('bitmap-queried', { start: 0, pages: 4, dirty: 1 }),
  source('page-dirtied', { page: 2, how: 'bitmap' }),
  source('round', { number: 2, pages: 1 }),
  source('page-sent', { page: 2, round: 2 }),
]
const image = [
  source('bar', { index: 0, value: 0xf0000000 }),
  source('region-access', { region: 'device-state', offset: 1, count: REGION - 1, write: false }),
  source('state-saved', { part: 'image', bytes: REGION - 1 }),
]
const end = [
  destination('platform', { id: PLATFORM }),
  destination('region-size', { region: 'device-state', size: REGION }),
  destination('bar', { index: 0, value: 0xf0000000 }),
  destination('region-access', { region: 'device-state', offset: 1, count: REGION - 1, write: true }),
  destination('state-loaded', { part: 'image', bytes: REGION - 1 }),
  destination('vcpus-started'),
  destination('status-write', { register: 'runState', value: 0, by: 'vmm' }),
  destination('dma', { page: 2, direction: 'from-device', role: 'buffer' }),
  destination('migration-end'),
]

/** Section 4.6 of the reference, V2 and later. */
export const mdevRegion = [...begin, ...bitmap, ...image, ...end]

/** Section 4.6 of the reference, V1: run control by ioctl, the state before the bitmap. */
export const mdevRegionV1 = [...begin, ...image, ...bitmap, ...end]
