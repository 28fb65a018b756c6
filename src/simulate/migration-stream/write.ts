import { sha256Of } from '../../hash/index.ts'
import { joined } from '../../layout/index.ts'
import type { DesignName } from '../../protocol/index.ts'
import { MigrationStreamWriter, type RecordInput } from '../../stream/index.ts'
import { recipes } from '../designs/index.ts'
import type { Entry, Journal } from '../journal.ts'
import { designRecord, deviceRecord, pciRecords } from './device.ts'
import { EventRecords } from './events.ts'
import { bitmapRecord, PageRun, regionRecord } from './memory.ts'
import { DeviceStates } from './state.ts'

/** What names a run: the same three give the same bytes. */
export interface RunName {
  readonly design: DesignName
  readonly seed: number
  readonly fault: string | null
}

/** The device that all designs migrate. */
const DEVICE = 0

/** The migration stream of a run: what the source sent, and everything that happened, in its order. */
export function writeMigrationStream(run: RunName, { entries }: Journal): Uint8Array {
  const writer = new MigrationStreamWriter({ uuid: uuidOf(run) })
  const pieces = [writer.begin()]
  for (const record of recordsOf(run, entries)) pieces.push(...writer.record(record))
  return joined([...pieces, ...writer.end()])
}

function* recordsOf(run: RunName, entries: readonly Entry[]): Generator<RecordInput> {
  yield { type: 'note', payload: { note: noteOf(run) } }
  const states = new DeviceStates(DEVICE, recipes[run.design].state)
  const events = new EventRecords(run.design, startOf(entries))
  const platform = platformOf(entries)
  const pages = new PageRun()
  let memory = 0
  let round = 0
  for (const entry of entries) {
    // Pages are joined as long as nothing else happens in between.
    if (entry.kind !== 'page' && !isPageSent(entry)) yield* pages.take(round)
    switch (entry.kind) {
      case 'device':
        yield deviceRecord(entry.device, entry.config, platform)
        yield designRecord(entry.device, run.design)
        break
      case 'event':
        yield* events.records(entry.event)
        break
      case 'memory':
        memory = entry.pages
        yield regionRecord(entry.name, entry.pages)
        break
      case 'round':
        round = entry.round.number
        yield bitmapRecord(entry.round, memory)
        break
      case 'page':
        if (!pages.takes(entry.page, entry.content)) yield* pages.take(round)
        pages.add(entry.page, entry.content)
        break
      case 'section':
        yield* states.section(entry.type, entry.body)
        break
      case 'pci-state':
        yield* pciRecords(DEVICE, entry.config, entry.msix)
        break
    }
  }
  yield* states.rest()
}

const isPageSent = (entry: Entry) => entry.kind === 'event' && entry.event.kind === 'page-sent'

function noteOf({ design, seed, fault }: RunName): string {
  return `vfmig simulate ${design} --seed ${seed}${fault === null ? '' : ` --fault ${fault}`}`
}

/** A UUID of version 8 (RFC 9562): of a digest of what names the run. */
function uuidOf(run: RunName): Uint8Array {
  const uuid = sha256Of(new TextEncoder().encode(noteOf(run))).slice(0, 16)
  uuid[6] = 0x80 | ((uuid[6] as number) & 0x0f)
  uuid[8] = 0x80 | ((uuid[8] as number) & 0x3f)
  return uuid
}

/** When the migration began, in microseconds. */
function startOf(entries: readonly Entry[]): number {
  for (const entry of entries) {
    if (entry.kind === 'event' && entry.event.kind === 'migration-start') return entry.event.at
  }
  return 0
}

/** What the source says that its state depends on; empty where the design has no such thing. */
function platformOf(entries: readonly Entry[]): string {
  for (const entry of entries) {
    if (entry.kind !== 'event') continue
    const { event } = entry
    if (event.kind === 'platform' && event.side === 'source') return event.id
  }
  return ''
}
