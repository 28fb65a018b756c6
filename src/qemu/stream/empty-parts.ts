import type { Window } from '../../layout/index.ts'
import type { Identity } from '../section.ts'

const PART = 2
const FOOTER = 0x7e
/** Bytes of a PART of RAM that has nothing but the word that ends it, and of one of block dirty bitmaps. */
const EMPTY_RAM = 18
const EMPTY_BITMAPS = 11

/**
 * Passes over sections that hold nothing: a migration that waits for its switchover writes tens of thousands of them.
 *
 * @returns how many there were
 */
export function skipEmptyParts(window: Window, starts: ReadonlyMap<number, Identity>): number {
  const { bytes, view } = window
  let at = window.position
  let count = 0
  for (; window.limit - at >= EMPTY_RAM && bytes[at] === PART; count += 1) {
    const id = view.getUint32(at + 1)
    const name = starts.get(id)?.name
    if (name === 'ram' && isEmptyRam(view, at) && isFooter(view, at + 13, id)) at += EMPTY_RAM
    else if (name === 'dirty-bitmap' && bytes[at + 5] === 1 && isFooter(view, at + 6, id)) at += EMPTY_BITMAPS
    else break
  }
  window.skip(at - window.position)
  return count
}

const END_OF_SECTION = 0x10

const isEmptyRam = (view: DataView, at: number) =>
  view.getUint32(at + 5) === 0 && view.getUint32(at + 9) === END_OF_SECTION

const isFooter = (view: DataView, at: number, id: number) =>
  view.getUint8(at) === FOOTER && view.getUint32(at + 1) === id
