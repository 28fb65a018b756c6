import type { Codec, Probe } from '../../layout/index.ts'
import { headAt, type RecordHead } from './element.ts'
import { MOST_RECORD_SIZE, RECORD_HEADER } from './header.layout.ts'

/** What the start of an input says of being records. */
interface Plausible {
  /** The first record. */
  readonly first: RecordHead
  /** Its payload, as far as detection sees it. */
  readonly payload: Uint8Array
  /** Where the headers lead: to the end, out of what detection sees, to a record that was cut, or to other bytes. */
  readonly leads: 'to-end' | 'out-of-sight' | 'to-cut' | 'astray'
}

/** A capture that has less than this part of its first record is rather something else. */
const LEAST_PART = 4

/** Undefined where the first header is none that a driver writes: a size of 0, a tag or flags that are not known. */
export function plausibleRecords(header: Codec, { head, size }: Probe): Plausible | undefined {
  const first = headAt(header, head, 0)
  if (first === undefined || !isLikely(first) || first.recordSize === 0n) return undefined
  const held = Math.min(head.length, RECORD_HEADER + Number(first.recordSize))
  return { first, payload: head.subarray(RECORD_HEADER, held), leads: whereTo(header, head, size) }
}

function whereTo(header: Codec, head: Uint8Array, size: number | undefined): Plausible['leads'] {
  let at = 0
  for (;;) {
    const next = headAt(header, head, at)
    if (next === undefined) break
    if (!isLikely(next)) return 'astray'
    const end = at + RECORD_HEADER + Number(next.recordSize)
    if (at === 0 && size !== undefined && size * LEAST_PART < end) return 'astray'
    at = end
  }
  if (size === undefined ? at === head.length : at === size) return 'to-end'
  if (size !== undefined && at > size) return 'to-cut'
  return at < head.length ? 'to-cut' : 'out-of-sight'
}

function isLikely({ recordSize, flags, tag }: RecordHead): boolean {
  return recordSize <= MOST_RECORD_SIZE && flags.reserved === 0 && typeof tag === 'string'
}
