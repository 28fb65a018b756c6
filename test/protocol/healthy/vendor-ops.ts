import { destination, type source as Maker, source } from '../trace.ts'

function read(side: typeof Maker, field: string, offset: number, value?: number) {
  const facts = { region: 'migration', offset, count: field === 'data' ? (value ?? 0) : 8, write: false, field }
  return side('region-access', field === 'data' ? facts : { ...facts, value: value ?? 0 })
}

function write(side: typeof Maker, field: string, offset: number, count: number) {
  return side('region-access', { region: 'migration', offset, count, write: true, field })
}

/** Section 5.5 of the reference, v4: remap interrupt, save loop in both phases, resume loop. */
export const vendorOps = [
  source('platform', { id: 'i40e 154c' }),
  source('handler-registered', { name: 'i40e_vf', native: false }),
  source('handler-verdict', { operation: 'read', verdict: 1, defaultCalled: true }),
  source('handler-verdict', { operation: 'write', verdict: 0, defaultCalled: false }),
  source('irq-enable', { what: 'remap', on: true }),
  source('migration-start'),
  source('status-write', { register: 'deviceState', value: 3, by: 'vmm', thread: 'migration' }),
  source('remap-signal', { bars: 1, waits: true, thread: 'kernel' }),
  source('wait', { for: 'userspace', bound: 1_000_000 }),
  source('region-remapped', { region: 0, mmap: false }),
  source('remap-ack', { value: 1, thread: 'main' }),
  source('wait-ended', { for: 'userspace', outcome: 'answered' }),
  source('round', { number: 1, pages: 2 }),
  source('page-sent', { page: 1, round: 1 }),
  source('page-sent', { page: 2, round: 1 }),
  source('dma', { page: 2, direction: 'from-device', role: 'buffer' }),
  source('bitmap-queried', { start: 0, pages: 64, dirty: 1 }),
  read(source, 'pending_bytes', 8, 0),
  source('vcpus-stopped'),
  source('status-write', { register: 'deviceState', value: 2, by: 'vmm', thread: 'migration' }),
  source('bitmap-queried', { start: 0, pages: 64, dirty: 1 }),
  source('page-dirtied', { page: 2, how: 'bitmap' }),
  source('page-sent', { page: 2, round: 2 }),
  read(source, 'pending_bytes', 8, 100),
  read(source, 'data_offset', 16, 4096),
  read(source, 'data_size', 24, 100),
  read(source, 'data', 4096, 100),
  read(source, 'pending_bytes', 8, 0),
  source('state-saved', { part: 'device-state', bytes: 100 }),
  source('remap-signal', { bars: 1, waits: false }),
  source('region-remapped', { region: 0, mmap: true }),
  source('remap-ack', { value: 1, thread: 'main' }),
  source('status-write', { register: 'deviceState', value: 0, by: 'vmm' }),
  destination('platform', { id: 'i40e 154c' }),
  destination('handler-registered', { name: 'i40e_vf', native: false }),
  destination('status-write', { register: 'deviceState', value: 4, by: 'vmm' }),
  read(destination, 'data_offset', 16, 4096),
  write(destination, 'data', 4096, 100),
  write(destination, 'data_size', 24, 8),
  destination('state-loaded', { part: 'device-state', bytes: 100 }),
  destination('vcpus-started'),
  destination('status-write', { register: 'deviceState', value: 1, by: 'vmm' }),
  destination('dma', { page: 2, direction: 'from-device', role: 'buffer' }),
  destination('migration-end'),
]
