import type { Window } from '../../layout/index.ts'
import { waitFor } from '../teller.ts'
import { LONGEST_BODY } from './footer.ts'

/** Reads how long a body is; undefined where it is none of its kind, ends early or is too long to look through. */
type Measure = (window: Window) => Generator<number, number | undefined, undefined>

/** Bytes of an entry of the hash table of pages. */
const ENTRY = 16
const CHUNK_HEAD = 8

/**
 * The hash table of pages of a pseries machine: a word that is the binary logarithm of its size (START) or all ones (there
 * is none), or 0 and chunks: index, number of valid and of invalid entries, the valid ones. A chunk of nothing ends them.
 */
function* hashTable(window: Window): Generator<number, number | undefined, undefined> {
  if (!(yield* waitFor(window, 4))) return undefined
  if (window.view.getUint32(window.position) !== 0) return 4
  for (let at = 4; at <= LONGEST_BODY; ) {
    if (!(yield* waitFor(window, at + CHUNK_HEAD))) return undefined
    const { view, position } = window
    const index = view.getUint32(position + at)
    const counts = view.getUint32(position + at + 4)
    at += CHUNK_HEAD
    if (index === 0 && counts === 0) return at
    at += (counts >>> 16) * ENTRY
  }
  return undefined
}

const ATTRIBUTE_FLAGS = { endOfSection: 1, more: 2, done: 8 }
const FLAGS = 0xfff

/**
 * The storage attributes of an s390 guest: words of address and flags. Behind one with "more" come a count and so many
 * bytes; "done" comes once, at the end of the stream, and the mark of the end of the section behind it.
 */
function* storageAttributes(window: Window): Generator<number, number | undefined, undefined> {
  for (let at = 0; at <= LONGEST_BODY; ) {
    if (!(yield* waitFor(window, at + 8))) return undefined
    const flags = window.view.getUint32(window.position + at + 4) & FLAGS
    at += 8
    if (flags === ATTRIBUTE_FLAGS.endOfSection) return at
    if (flags === ATTRIBUTE_FLAGS.done) continue
    if (flags !== ATTRIBUTE_FLAGS.more || !(yield* waitFor(window, at + 8))) return undefined
    at += 8 + Number(window.view.getBigUint64(window.position + at))
  }
  return undefined
}

const MEASURES: ReadonlyMap<string, Measure> = new Map([
  ['spapr/htab', hashTable],
  ['s390-storage_attributes', storageAttributes],
])

/** Length of a body that is no device's and tells itself where it ends; undefined of any other. */
export function* knownLength(window: Window, name: string): ReturnType<Measure> {
  const measure = MEASURES.get(name)
  return measure && (yield* measure(window))
}
