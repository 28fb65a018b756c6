import { destination, type source as Maker, source } from '../trace.ts'

const AT = { device_state: 0, pending_bytes: 8, data_offset: 16, data_size: 24 } as const
const DATA = 4096

function register(side: typeof Maker, field: keyof typeof AT, value: number, write = false) {
  const count = field === 'device_state' ? 4 : 8
  return side('region-access', { region: 'migration', offset: AT[field], count, write, field, value })
}

function data(side: typeof Maker, count: number, write: boolean) {
  return side('region-access', { region: 'migration', offset: DATA, count, write, field: 'data' })
}

const save = (bytes: number) => [
  register(source, 'pending_bytes', bytes),
  register(source, 'data_offset', DATA),
  register(source, 'data_size', bytes),
  data(source, bytes, false),
]

const resume = (bytes: number) => [
  register(destination, 'data_offset', DATA),
  data(destination, bytes, true),
  register(destination, 'data_size', bytes, true),
]

/** Section C.3 of the reference: the save loop in both phases, and the resume loop. */
export const vfioV1 = [
  source('platform', { id: 'A' }),
  source('region-size', { region: 'migration', size: 8192 }),
  register(source, 'device_state', 1),
  source('migration-start'),
  source('status-write', { register: 'deviceState', value: 3, by: 'vmm' }),
  source('round', { number: 1, pages: 2 }),
  source('page-sent', { page: 1, round: 1 }),
  source('page-sent', { page: 2, round: 1 }),
  source('dma', { page: 2, direction: 'from-device', role: 'buffer' }),
  source('bitmap-queried', { start: 0, pages: 64, dirty: 1 }),
  ...save(50),
  register(source, 'pending_bytes', 0),
  source('vcpus-stopped'),
  source('status-write', { register: 'deviceState', value: 2, by: 'vmm' }),
  source('bitmap-queried', { start: 0, pages: 64, dirty: 1 }),
  source('page-dirtied', { page: 2, how: 'bitmap' }),
  source('page-sent', { page: 2, round: 2 }),
  ...save(100),
  register(source, 'pending_bytes', 0),
  source('state-saved', { part: 'device-state', bytes: 150 }),
  source('status-write', { register: 'deviceState', value: 0, by: 'vmm' }),
  destination('platform', { id: 'A' }),
  destination('region-size', { region: 'migration', size: 8192 }),
  destination('status-write', { register: 'deviceState', value: 4, by: 'vmm' }),
  ...resume(50),
  ...resume(100),
  destination('state-loaded', { part: 'device-state', bytes: 150 }),
  destination('status-write', { register: 'deviceState', value: 1, by: 'vmm' }),
  destination('vcpus-started'),
  destination('dma', { page: 2, direction: 'from-device', role: 'buffer' }),
  destination('migration-end'),
]
