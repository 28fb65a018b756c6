import type { MigrationPart } from '../stream/index.ts'

/** What a QEMU stream and a migration stream of ours both have of a device. */
const SHARED: ReadonlySet<string> = new Set(['config-space', 'msix-table', 'msix-pba', 'device-state'])

/** The parts of a migration that can be in streams of any kind: memory, and of devices what VFIO knows of them. */
export async function* sharedParts(parts: AsyncIterable<MigrationPart>): AsyncGenerator<MigrationPart> {
  const left = new Set<number>()
  const counts = new Map<string, number>()
  for await (const part of parts) {
    if (part.kind === 'begin' && !(part.device !== undefined && SHARED.has(part.type))) {
      left.add(part.id)
      counts.set(part.type, 1 + (counts.get(part.type) ?? 0))
    } else if (part.kind === 'bytes' || part.kind === 'end') {
      if (!left.has(part.id)) yield part
      else if (part.kind === 'end') left.delete(part.id)
    } else if (part.kind !== 'remark') yield part
  }
  const text = Array.from(counts, ([type, count]) => `${count} ${type}`).join(', ')
  yield { kind: 'remark', about: 'Parts that are not compared', text: text === '' ? 'none' : text }
}
