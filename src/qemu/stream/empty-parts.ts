import { leastSize, type Window } from '../../layout/index.ts'
import { ELEMENT } from '../elements.layout.ts'
import { RAM_FLAGS, ramRecordWord, sectionFooter, sectionHeader } from '../frame.layout.ts'
import type { Identity } from '../section.ts'

const HEAD = leastSize(sectionHeader)
/** Bodies that have nothing but what ends them: of RAM a word, of block dirty bitmaps a byte. */
const RAM_BODY = leastSize(ramRecordWord)
const BITMAPS_BODY = 1
const FOOTER = leastSize(sectionFooter)

/**
 * Passes over sections that hold nothing: a migration that waits for its switchover writes tens of thousands of them.
 *
 * @returns how many there were
 */
export function skipEmptyParts(window: Window, starts: ReadonlyMap<number, Identity>): number {
  const { bytes, view } = window
  let at = window.position
  let count = 0
  for (; window.limit - at >= HEAD + RAM_BODY + FOOTER && bytes[at] === ELEMENT.PART; count += 1) {
    const id = view.getUint32(at + 1)
    const length = emptyLength(view, at + HEAD, starts.get(id)?.name)
    if (length === undefined || !isFooter(view, at + HEAD + length, id)) break
    at += HEAD + length + FOOTER
  }
  window.skip(at - window.position)
  return count
}

/** The chunk of block dirty bitmaps that ends a section. */
const BITMAPS_END = 1

/** Bytes of a body that holds nothing; undefined where it is none. */
function emptyLength(view: DataView, at: number, name: string | undefined): number | undefined {
  if (name === 'ram') {
    const isEmpty = view.getUint32(at) === 0 && view.getUint32(at + 4) === RAM_FLAGS.endOfSection
    return isEmpty ? RAM_BODY : undefined
  }
  return name === 'dirty-bitmap' && view.getUint8(at) === BITMAPS_END ? BITMAPS_BODY : undefined
}

const isFooter = (view: DataView, at: number, id: number) =>
  view.getUint8(at) === ELEMENT.FOOTER && view.getUint32(at + 1) === id
