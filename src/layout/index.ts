export {
  type Agreement,
  compareStates,
  hasAgreements,
  type JudgedDifference,
  judgeDifferences,
  type Refusal,
  VERDICTS,
  type Verdict,
} from './agreement.ts'
export * from './big/index.ts'
export { expressionsOf } from './check.ts'
export {
  type Codec,
  type CodecOptions,
  codec,
  errorFinding,
  type Inspection,
  type Region,
  trailingFinding,
} from './codec.ts'
export { layoutCodes } from './codes.ts'
export type { Columns } from './columns.ts'
export * from './describe.ts'
export { type Difference, diffFields } from './diff.ts'
export { sameValue } from './equal.ts'
export { type Evidence, evidenceOf, evidenceOfParts, type PartEvidence } from './evidence.ts'
export * from './expression.ts'
export {
  type CodeEntries,
  type DerivedSpace,
  type Format,
  type FormatInspection,
  type Locate,
  type Probe,
  type Rule,
  rangeOf,
  rangesOf,
  type Say,
  sayer,
  structureFormat,
} from './format.ts'
export { fromJson } from './from-json.ts'
export { type BytesInput, DEFAULT_MAX_BYTES, toBytes, toView } from './input.ts'
export { inspected } from './inspected.ts'
export { interpreted } from './interpret.ts'
export { bigToJson, fromHex, type Json, plainJson, toHex, toJson } from './json.ts'
export { toKsy } from './ksy.ts'
export { fixedSize, leastSize } from './measure.ts'
export {
  addressOf,
  byteOrderFor,
  byteOrderOf,
  byteOrderOption,
  completeOptions,
  type FormatOption,
  OptionError,
  type OptionMap,
  type OptionValues,
  parseOptions,
} from './options.ts'
export {
  arrayOf,
  bytesFromJson,
  joined,
  lengthMismatch,
  movedFields,
  movedFindings,
  movedSpaces,
  recordOf,
  refuseStrangers,
  runField,
  runOf,
  wrongType,
} from './parts.ts'
export { placeOf, type Range } from './place.ts'
export type { RoutineSet } from './routines.ts'
export { BYTES_SCHEMA, type JsonSchema, toJsonSchema } from './schema.ts'
export * from './types.ts'
export { type Located, type WalkOptions, walk } from './walk.ts'
export { describe, isOpaque, write } from './write.ts'
