import type { Window } from '../../layout/index.ts'

const FOOTER = 5
const MARKER = 0x7e
/** Bytes behind a footer that tell whether something of a stream follows: head of a section, length of its name, name. */
const LOOK = 4 + 1 + 1 + 255

/** Longest body without a length that is searched for its footer: 64 MiB. */
export const LONGEST_BODY = 2 ** 26

/**
 * Looks for the footer of a section whose body has no length: its marker, the ID of the section, and behind it something
 * that a stream may go on with.
 *
 * @returns length of the body; undefined where no footer comes, or none within 64 MiB
 */
export function* findFooter(window: Window, sectionId: number): Generator<number, number | undefined, undefined> {
  let searched = 0
  for (;;) {
    const { bytes, view, position, limit } = window
    const last = window.isOver ? limit - FOOTER : limit - FOOTER - LOOK
    let at = bytes.indexOf(MARKER, position + searched)
    for (; at >= 0 && at <= last; at = bytes.indexOf(MARKER, at + 1)) {
      if (view.getUint32(at + 1) === sectionId && goesOn(bytes, view, at + FOOTER, limit)) return at - position
    }
    const looked = (at < 0 ? limit : Math.max(at, last + 1)) - position
    searched = Math.max(searched, Math.min(looked, Math.max(0, last + 1 - position)))
    if (searched > LONGEST_BODY) return undefined
    const { isOver } = window
    // More than one byte at a time: what is here is not copied for each.
    yield window.available + Math.max(LOOK, window.available >> 1)
    if (isOver) return undefined
  }
}

/** Whether something of a stream may begin at a place, as far as it is here. */
function goesOn(bytes: Uint8Array, view: DataView, at: number, limit: number): boolean {
  if (at >= limit) return true
  const kind = bytes[at]
  if (kind === 0) return at + 1 >= limit || bytes[at + 1] === 6 || bytes[at + 1] === 0
  if (kind === 8) return at + 3 > limit || view.getUint16(at + 1) <= 11
  if (kind === 2 || kind === 3) return at + 5 > limit || view.getUint32(at + 1) < MOST_SECTIONS
  if (kind !== 1 && kind !== 4) return false
  if (at + 6 > limit) return true
  const length = bytes[at + 5] as number
  if (length === 0 || view.getUint32(at + 1) >= MOST_SECTIONS) return false
  for (let index = at + 6; index < Math.min(at + 6 + length, limit); index += 1) {
    const byte = bytes[index] as number
    if (byte < 0x20 || byte > 0x7e) return false
  }
  return true
}

/** Section IDs are given from 0 on, one for each device. */
const MOST_SECTIONS = 2 ** 20
