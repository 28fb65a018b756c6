import type { DirtyBitmap } from '../bitmap.ts'
import { encodeRoaring } from './roaring-encode.ts'
import { encodeRunLengths } from './run-lengths.ts'

export type BitmapEncoding = 'plain' | 'run-lengths' | 'roaring'

/** A bitmap in its shortest form. */
export interface CompactBitmap {
  readonly encoding: BitmapEncoding
  readonly bytes: Uint8Array
  /** One sentence: the sizes that decided. */
  readonly reason: string
}

/** The shortest encoding of a bitmap, and why it is that one. Of equal lengths the simpler form is taken. */
export function encodeCompact(bitmap: DirtyBitmap): CompactBitmap {
  const plainSize = Math.ceil(bitmap.length / 8)
  const roaring = encodeRoaring(bitmap)
  const most = Math.min(plainSize, roaring.length)
  const runs = encodeRunLengths(bitmap, most)
  const runText = runs === undefined ? `more than ${most} as run lengths` : `${runs.length} as run lengths`
  const sizes = `${plainSize} bytes plain, ${runText}, ${roaring.length} as Roaring`
  if (plainSize <= most && (runs === undefined || plainSize <= runs.length)) {
    return { encoding: 'plain', bytes: bitmap.toBytes(), reason: `The bits themselves are shortest: ${sizes}.` }
  }
  if (runs !== undefined && runs.length <= roaring.length) {
    return { encoding: 'run-lengths', bytes: runs, reason: `Run lengths are shortest: ${sizes}.` }
  }
  return { encoding: 'roaring', bytes: roaring, reason: `Roaring is shortest: ${sizes}.` }
}
