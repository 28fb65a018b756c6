export type BitmapErrorCode =
  | 'dirty-bitmap/geometry'
  | 'dirty-bitmap/different-geometry'
  | 'dirty-bitmap/outside'
  | 'dirty-bitmap/array-too-narrow'
  | 'dirty-bitmap/array-too-short'
  | 'dirty-bitmap/out-of-memory'
  | 'dirty-bitmap/disposed'

/** Wrong use of a bitmap, or no memory for it. The message is one sentence that says what to do. */
export class BitmapError extends Error {
  constructor(
    readonly code: BitmapErrorCode,
    message: string,
  ) {
    super(message)
    this.name = 'BitmapError'
  }
}
