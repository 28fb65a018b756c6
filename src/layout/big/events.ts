import type { Finding, Path } from '../../findings/index.ts'
import type { Json } from '../json.ts'
import type { Located } from '../walk.ts'

/**
 * What a reader of something big says while its input comes in. Paths count from the value that decoding the whole gives,
 * offsets from the first byte that was pushed. Events come in the order of the members of that value.
 */
export type ReadEvent = BeginEvent | ValueEvent | BytesEvent | FindingEvent | EndEvent

interface Placed {
  readonly path: Path
  readonly offset: number
}

/** A part begins whose own parts, or bytes, come one by one; an `end` with the same path closes it. */
export interface BeginEvent extends Placed {
  readonly kind: 'begin'
  readonly shape: 'object' | 'list' | 'bytes'
}

/** A part that is there as a whole. */
export interface ValueEvent extends Placed {
  readonly kind: 'value'
  readonly length: number
  /** The part as decoding gives it; runs of bytes in it are valid until the next push. */
  readonly value: unknown
  /** The part as `decode --json` prints it: long runs of bytes as `{ "$bytes": ... }`. */
  json(): Json
  /** Its fields, with the paths and offsets of the whole. */
  fields(): Located[]
}

/** The next bytes of a part of shape `bytes`. */
export interface BytesEvent extends Placed {
  readonly kind: 'bytes'
  readonly length: number
  /** A view that is valid until the next push. */
  readonly bytes: Uint8Array
}

/** Something that was found; it may be about a part that came before. */
export interface FindingEvent extends Placed {
  readonly kind: 'finding'
  readonly length: number
  readonly finding: Finding
}

export interface EndEvent extends Placed {
  readonly kind: 'end'
  /** Bytes of the part from its begin to here. */
  readonly length: number
}

/** Reads something big as it comes in. Work and memory follow the bytes that are pushed, never a length that one of them claims. */
export interface PushReader {
  /**
   * Takes the next bytes, of any number; they may be written over once the events were taken.
   *
   * @throws DecodeError where the first bytes are of another format
   */
  push(chunk: Uint8Array): ReadEvent[]
  /** The input is over. @throws DecodeError where it was too short for its outermost frame */
  end(): ReadEvent[]
}

/** What a reader is asked to tell of: everything, or findings alone, which is faster. */
export type Wanted = 'all' | 'findings'

/** A finding as an event. */
export function findingEvent(finding: Finding): FindingEvent {
  const { path, offset, length } = finding
  return { kind: 'finding', path, offset, length, finding }
}
