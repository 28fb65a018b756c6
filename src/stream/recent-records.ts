import type { Value } from '../layout/index.ts'
import { indexEntryCodec } from './codecs.ts'
import type { indexPayload } from './payload.layout.ts'
import type { RecordHeader } from './record.ts'

type IndexEntry = Value<typeof indexPayload>['entries'][number]

/** Most records that an index is about; so many are remembered. */
export const LONGEST_INDEX = 4096

/** The entry of an index for a record. */
export function entryOf({ kind, flags, length, device, part, chunk }: RecordHeader, offset: number): IndexEntry {
  return { offset: BigInt(offset), length, kind, flags, device, part, chunk }
}

/** The records since an index as the next should list them: bytes, for thousands of objects that live so long are dear. */
export class RecentRecords {
  #entries = new Uint8Array(0)
  #count = 0

  /** One more than an index can list where there are too many. */
  get count(): number {
    return this.#count
  }

  add(header: RecordHeader, offset: number): void {
    if (this.#count > LONGEST_INDEX) return
    if (this.#count < LONGEST_INDEX) this.#put(indexEntryCodec.encode(entryOf(header, offset)))
    this.#count += 1
  }

  clear(): void {
    this.#count = 0
  }

  /** Number of the first of the entries, one after another, that is not of the record there; -1 where there is none. */
  firstStranger(listed: Uint8Array): number {
    const known = ENTRY * Math.min(this.#count, LONGEST_INDEX)
    for (let at = 0; at < listed.length; at++) {
      if (at >= known || listed[at] !== this.#entries[at]) return Math.floor(at / ENTRY)
    }
    return -1
  }

  #put(entry: Uint8Array): void {
    const start = ENTRY * this.#count
    if (start === this.#entries.length) {
      const more = new Uint8Array(Math.max(FIRST, 2 * start))
      more.set(this.#entries)
      this.#entries = more
    }
    this.#entries.set(entry, start)
  }
}

/** Bytes of an entry. */
export const ENTRY = 32
/** Bytes that are held at first. */
const FIRST = 64 * ENTRY
