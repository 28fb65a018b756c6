import { leastSize, type Window } from '../../layout/index.ts'
import { COMMANDS, ELEMENT } from '../elements.layout.ts'
import { sectionFooter, sectionHeader } from '../frame.layout.ts'

const FOOTER = leastSize(sectionFooter)
/** Bytes of the head of a section: its kind and ID. */
const HEAD = leastSize(sectionHeader)
/** Bytes behind a footer that tell whether something of a stream follows: head of a section, length of its name, name. */
const LOOK = HEAD + 1 + 255

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
    let at = bytes.indexOf(ELEMENT.FOOTER, position + searched)
    for (; at >= 0 && at <= last; at = bytes.indexOf(ELEMENT.FOOTER, at + 1)) {
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
  if (kind === ELEMENT.EOF) return at + 1 >= limit || bytes[at + 1] === ELEMENT.VMDESCRIPTION || bytes[at + 1] === 0
  if (kind === ELEMENT.COMMAND) return at + 3 > limit || view.getUint16(at + 1) in COMMANDS
  const isSection = at + HEAD > limit || view.getUint32(at + 1) < MOST_SECTIONS
  if (kind === ELEMENT.PART || kind === ELEMENT.END) return isSection
  if (kind !== ELEMENT.START && kind !== ELEMENT.FULL) return false
  const name = at + HEAD + 1
  if (name > limit) return true
  const length = bytes[name - 1] as number
  if (length === 0 || !isSection) return false
  for (let index = name; index < Math.min(name + length, limit); index += 1) {
    const byte = bytes[index] as number
    if (byte < 0x20 || byte > 0x7e) return false
  }
  return true
}

/** Section IDs are given from 0 on, one for each device. */
const MOST_SECTIONS = 2 ** 20
