import type { Window } from '../../layout/index.ts'
import { RAM_FLAGS } from '../frame.layout.ts'
import { ramBlockNameCodec } from '../frame.ts'
import type { RamState } from './blocks.ts'

/** Bytes of records that the size of a page is told from: a few of the largest pages. */
export const RECORDS_LOOKED_AT = 2 ** 17

/** The size that nearly all machines have. */
const USUAL = 4096
/** Sizes of a target page that machines of QEMU have, the largest first. */
const SIZES = [16384, 8192, USUAL, 2048, 1024, 512, 256]
/** Where flags stand whatever the size of a page. */
const LOW_BYTE = 0xff
const KINDS = RAM_FLAGS.zero | RAM_FLAGS.page | RAM_FLAGS.xbzrle | RAM_FLAGS.compressed
const OTHERS: ReadonlySet<number> = new Set([RAM_FLAGS.hook, RAM_FLAGS.multifdFlush])
/** Steps of exactly a page that make a size larger than the usual one believed, where both fit. */
const ENOUGH_STEPS = 16
const WORD = 8

/** Whether a size of pages is one that a machine can have. */
export const isTargetPageSize = (size: number | undefined): size is number =>
  size !== undefined && size >= 256 && size <= 2 ** 30 && Number.isInteger(Math.log2(size))

/** Whether a word with these low bits is that of a page, whatever size pages have. */
export const isPageWord = (low: number): boolean => !isTotal(low) && (low & KINDS) !== 0

/** Flags of a word. Of those without an address only the one with a total has other bits than flags. */
export const flagsOf = (low: number, { pageSize, isPageSizeKnown }: RamState): number =>
  low & (!isPageSizeKnown && isTotal(low) ? LOW_BYTE : pageSize - 1)

const isTotal = (low: number): boolean => (low & LOW_BYTE) === RAM_FLAGS.memorySize

/**
 * The size of a page in a stream that does not state it before its end, by the records that are next: the size with which
 * they are records at all. 4096 where that is one of several, unless all addresses are a larger page apart.
 */
export function pageSizeByRecords(window: Window, state: RamState): number {
  const trials = SIZES.map((size) => ({ size, ...tryOut(window, state, size) })).filter(({ fits }) => fits)
  const usual = trials.some(({ size }) => size === USUAL)
  const found = usual
    ? trials.find(({ size, steps, others }) => size > USUAL && steps >= ENOUGH_STEPS && others === 0)
    : trials[0]
  return found?.size ?? USUAL
}

/** Reads records as those of pages of a size, and counts how often one page follows another. */
function tryOut({ view, bytes, position, limit }: Window, state: RamState, size: number) {
  const end = Math.min(limit, position + RECORDS_LOOKED_AT)
  const found = { fits: false, steps: 0, others: 0 }
  let block = state.last
  let before: number | undefined
  for (let at = position; ; ) {
    // What the bytes end in is not held against them, as long as something came before.
    if (at + WORD + 1 > end) return { ...found, fits: at > position }
    const low = view.getUint32(at + 4)
    const flags = low & (size - 1)
    const address = view.getUint32(at) * 2 ** 32 + (low - flags)
    at += WORD
    if (flags === RAM_FLAGS.endOfSection) return { ...found, fits: true }
    if (OTHERS.has(flags)) continue
    const kind = flags & ~RAM_FLAGS.sameBlock
    if (flags === kind) {
      const length = bytes[at] as number
      if (at + 1 + length > end) return { ...found, fits: found.steps + found.others > 0 }
      block = ramBlockNameCodec.decodeAt({ bytes, view, offset: at, end: at + 1 + length }).value.name
      before = undefined
      at += 1 + length
    }
    const used = block === undefined ? undefined : state.usedLength(block)
    if (block === undefined || (state.isListed && (used === undefined || address >= used))) return found
    const content = contentLength(kind, bytes, view, at, size)
    if (content === undefined) return found
    at += content
    if (before !== undefined && address - before === size) found.steps += 1
    else if (before !== undefined) found.others += 1
    before = address
  }
}

/** Bytes of a record of a page behind the name of its block; undefined where there is no such record. */
function contentLength(kind: number, bytes: Uint8Array, view: DataView, at: number, size: number): number | undefined {
  switch (kind) {
    case RAM_FLAGS.page:
      return size
    case RAM_FLAGS.zero:
      return bytes[at] === 0 ? 1 : undefined
    case RAM_FLAGS.xbzrle:
      return at + 3 <= bytes.length && bytes[at] === 1 ? 3 + view.getUint16(at + 1) : undefined
    case RAM_FLAGS.compressed:
      return at + 4 <= bytes.length && view.getUint32(at) <= 2 * size ? 4 + view.getUint32(at) : undefined
    default:
      return undefined
  }
}
