import type { Window } from '../../layout/index.ts'
import { RAM_FLAGS } from '../frame.layout.ts'

const WORD = 8
const SAME_PAGE = RAM_FLAGS.page | RAM_FLAGS.sameBlock
const SAME_ZERO = RAM_FLAGS.zero | RAM_FLAGS.sameBlock
const HIGH = 2 ** 32

/** Records of pages of the block of the record before, each page behind the one before. */
export interface SamePages {
  readonly kind: 'zero' | 'page'
  /** Of the first page, offset in the block. */
  readonly address: number
  readonly count: number
  /** Bytes of a record. */
  readonly size: number
}

/**
 * The records that are next where they are such and wholly here: nearly all of a stream, and so without the detour through a
 * parser that can wait. Zero pages that are filled with another byte stand alone.
 *
 * @param most records that are wanted at once
 */
export function samePages({ view, position, limit }: Window, pageSize: number, most: number): SamePages | undefined {
  if (limit - position <= WORD) return undefined
  let low = view.getUint32(position + 4)
  const flags = low & (pageSize - 1)
  const isZero = flags === SAME_ZERO
  if (!isZero && flags !== SAME_PAGE) return undefined
  const size = WORD + (isZero ? 1 : pageSize)
  if (limit - position < size) return undefined
  let high = view.getUint32(position)
  const address = high * HIGH + (low - flags)
  let count = 1
  if (!isZero || view.getUint8(position + WORD) === 0) {
    for (let at = position + size; count < most && limit - at >= size; at += size) {
      low += pageSize
      if (low >= HIGH) {
        low -= HIGH
        high += 1
      }
      if (view.getUint32(at + 4) !== low || view.getUint32(at) !== high) break
      if (isZero && view.getUint8(at + WORD) !== 0) break
      count += 1
    }
  }
  return { kind: isZero ? 'zero' : 'page', address, count, size }
}
