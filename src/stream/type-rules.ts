import { RECORD_TYPES } from './header.layout.ts'
import { streamRecord } from './record.layout.ts'
import { NO_DEVICE, type RecordHeader, type RecordType } from './record.ts'

/** Types whose records are of a device, and never of the migration as a whole; and those of which it is the other way. */
const OF_DEVICES: ReadonlySet<RecordType | number> = new Set<RecordType>([
  'device',
  'config-space',
  'msix-table',
  'msix-pba',
  'faked-capability',
  'pf-state',
  'mmio-registers',
  'ring-state',
  'device-state',
  'state-transition',
  'irq-event',
])
const OF_MIGRATION: ReadonlySet<RecordType | number> = new Set<RecordType>(['index', 'end'])

/** What records of a type are of; those of a type that is not known may be of either. */
export function ownerOf(type: RecordType | number): 'device' | 'migration' | 'either' {
  if (OF_DEVICES.has(type)) return 'device'
  return OF_MIGRATION.has(type) ? 'migration' : 'either'
}

/** Whether a record is of what its type allows. */
export function hasOwner({ kind: { type }, device }: RecordHeader): boolean {
  return device === NO_DEVICE ? !OF_DEVICES.has(type) : !OF_MIGRATION.has(type)
}

/** Types of which every part is one chunk: their payload does not end with bytes that could go on. */
export const ONE_CHUNK: ReadonlySet<RecordType | number> = new Set(
  Object.entries(RECORD_TYPES).flatMap(([number, type]) => (goesOn(Number(number)) ? [] : [type])),
)

function goesOn(number: number): boolean {
  const payload = streamRecord.fields.payload.inner.cases[number]
  if (payload?.kind !== 'struct') return true
  const last = Object.values(payload.fields).at(-1)
  return (last?.kind === 'bytes' || last?.kind === 'text') && last.length.op === 'remaining'
}
