import type { Codec, Probe } from '../../layout/index.ts'
import { headAt, type RecordHead } from './element.ts'
import { MOST_RECORD_SIZE, RECORD_HEADER } from './header.layout.ts'

/** What the start of an input says of being records. */
interface Plausible {
  /** The first record. */
  readonly first: RecordHead
  /** Its payload, as far as detection sees it. */
  readonly payload: Uint8Array
  /** Whether the headers lead exactly to the end; undefined where they lead out of what detection sees. */
  readonly whole: boolean | undefined
}

/** Undefined where the first header is none that a driver writes: a size of 0, a tag or flags that are not known. */
export function plausibleRecords(header: Codec, { head, size }: Probe): Plausible | undefined {
  const first = headAt(header, head, 0)
  if (first === undefined || !isLikely(first) || first.recordSize === 0n) return undefined
  const end = size ?? head.length
  const held = Math.min(head.length, RECORD_HEADER + Number(first.recordSize))
  const payload = head.subarray(RECORD_HEADER, held)
  let at = 0
  for (;;) {
    const next = headAt(header, head, at)
    if (next === undefined) return { first, payload, whole: at === end ? true : at < head.length ? false : undefined }
    if (!isLikely(next)) return { first, payload, whole: false }
    at += RECORD_HEADER + Number(next.recordSize)
  }
}

function isLikely({ recordSize, flags, tag }: RecordHead): boolean {
  return recordSize <= MOST_RECORD_SIZE && flags.reserved === 0 && typeof tag === 'string'
}
