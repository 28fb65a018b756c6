export { type Ahead, aheadOf } from './ahead.ts'
export { type ByteSource, chunksOf, eventStream, readEvents } from './chunks.ts'
export { collected, collectedFields } from './collect.ts'
export { EventJson } from './event-json.ts'
export {
  type BeginEvent,
  type BytesEvent,
  type EndEvent,
  type FindingEvent,
  findingEvent,
  type PushReader,
  type ReadEvent,
  type ValueEvent,
  type Wanted,
} from './events.ts'
export { feeding } from './feed.ts'
export { type Parse, pushReader } from './parser.ts'
export {
  type BytesReference,
  checkedPieces,
  LONGEST_IN_JSON,
  noReferences,
  type Resolve,
  RUN_SCHEMA,
  referenceJson,
  referenceOf,
  withBytes,
} from './reference.ts'
export { type BytesTransform, through } from './through.ts'
export { Window } from './window.ts'
