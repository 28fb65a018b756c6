import type { Value } from '../layout/index.ts'
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

  /** @param record bytes that begin with its header */
  add(record: Uint8Array, offset: number): void {
    if (this.#count > LONGEST_INDEX) return
    if (this.#count < LONGEST_INDEX) this.#put(record, offset)
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

  #put(record: Uint8Array, offset: number): void {
    const start = ENTRY * this.#count
    if (start === this.#entries.length) {
      const more = new Uint8Array(Math.max(FIRST, 2 * start))
      more.set(this.#entries)
      this.#entries = more
    }
    // Byte by byte: this is done for each record, and making an object and views of it would take several times as long.
    let left = offset
    for (let at = start; at < start + OFFSET_BYTES; at++) {
      this.#entries[at] = left % 256
      left = Math.floor(left / 256)
    }
    let to = start + OFFSET_BYTES
    for (const [from, length] of COPIED) {
      for (let at = from; at < from + length; at++) this.#entries[to++] = record[at] as number
    }
  }
}

const OFFSET_BYTES = 8
/** What stands behind the offset, where it stands in the header of a record: length; kind, flags, device, part; chunk. */
const COPIED = [
  [32, 8],
  [4, 12],
  [24, 4],
] as const

/** Bytes of an entry. */
export const ENTRY = 32
/** Bytes that are held at first. */
const FIRST = 64 * ENTRY
