export { type BitmapOptions, DirtyBitmap, type PageRange } from './bitmap.ts'
export { type Forecast, forecast, type PreCopy, type Remedies, remedies } from './convergence.ts'
export { DensityGrid } from './density-grid.ts'
export { encodingCodes } from './encodings/codes.ts'
export { type BitmapEncoding, type CompactBitmap, encodeCompact } from './encodings/compact.ts'
export { decodeRoaring, roaringEnd } from './encodings/roaring-decode.ts'
export { encodeRoaring } from './encodings/roaring-encode.ts'
export { decodeRunLengths, encodeRunLengths, runLengthsEnd } from './encodings/run-lengths.ts'
export type { EngineName } from './engine.ts'
export { BitmapError, type BitmapErrorCode } from './errors.ts'
export * from './forms/index.ts'
export { type Geometry, MOST_PAGES } from './geometry.ts'
export { type RoundChange, RoundComparison } from './rounds.ts'
export { type Run, RunJoiner, RunStatistics } from './runs.ts'
export {
  DEFAULT_DOWNTIME_LIMIT,
  type Known,
  type MigrationSample,
  preCopyOf,
  sentPerSecond,
} from './samples.ts'
export type { Filled, PageArray } from './segment.ts'
