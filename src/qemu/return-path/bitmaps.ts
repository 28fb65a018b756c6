import { type BitmapForm, recvedBitmapForm } from '../../dirty-bitmap/index.ts'
import { returnPathFormat } from './format.ts'
import type { ReturnPath } from './message.ts'

const NO_MARK = 0n

/** The bitmaps of a return path, by the names of their RAM blocks: pages that were received, the opposite of dirty. */
export const returnPathForm: BitmapForm<ReturnPath> = {
  format: returnPathFormat,
  toDirtyBitmaps: ({ messages }, geometry) =>
    messages.flatMap((entry) => {
      if ('opaque' in entry || entry.received === undefined) return []
      const { size, bitmap, endMark = NO_MARK } = entry.received
      const { data } = entry.message
      const name = 'name' in data ? data.name : ''
      return [{ name, bitmap: recvedBitmapForm.toDirtyBitmap({ size, bitmap, endMark }, geometry) }]
    }),
}
