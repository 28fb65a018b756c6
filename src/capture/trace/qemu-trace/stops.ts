import type { TextRecord } from '../log.ts'
import type { QemuTraceRecord } from './language.ts'
import { traceEvents } from './table.ts'

/**
 * Records before which the virtual CPUs stop. Each device says so in a line that follows the change of its own state, so
 * that the stop lies before the first of the changes that belong to it.
 */
export function stopsIn(records: readonly (QemuTraceRecord | TextRecord)[]): ReadonlySet<number> {
  const stops = new Set<number>()
  let start: number | undefined
  for (const [index, record] of records.entries()) {
    if (record.kind === 'text') continue
    const meaning = record.kind === 'event' ? traceEvents.get(record.name)?.meaning : undefined
    const running = record.kind === 'event' ? record.arguments?.running : undefined
    if (meaning === 'state-asked' || meaning === 'state-taken') start ??= index
    else if ((meaning === 'vm-prepared' || meaning === 'vm-changed') && running === 0) {
      stops.add(start ?? index)
      start ??= index
    } else start = undefined
  }
  return stops
}
