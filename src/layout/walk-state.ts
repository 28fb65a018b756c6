import { counted, DecodeError, type Path, type PathPart, type Report, type Severity } from '../findings/index.ts'
import { layoutCodes } from './codes.ts'
import type { AnyType, ByteOrder, SpanType } from './types.ts'

/** One field and the bytes it came from. */
export interface Located {
  readonly path: Path
  /** Offset from the start of the structure that was walked, in bytes. */
  readonly offset: number
  readonly length: number
  /** Lowest and highest bit of a member of a word. */
  readonly bits?: readonly [low: number, high: number]
  readonly type: AnyType | SpanType
  readonly value: unknown
}

/** How to walk, and who hears of what is found. */
export interface WalkOptions {
  /** For structures of which the byte order is a parameter; default little. */
  readonly byteOrder?: ByteOrder
  readonly parameters?: Readonly<Record<string, number>>
  /** Called for every field that holds no other fields, in order. */
  readonly visit?: (field: Located) => void
  readonly report?: Report
}

/** The bytes that a part may take. */
export interface Frame {
  readonly end: number
  /** True when the frame ends where the input ends: running past it asks for more bytes. */
  readonly isInput: boolean
}

/** Where a walk stands, and how it says what it sees. */
export class Walk {
  position = 0
  protected readonly path: PathPart[] = []
  /** Who hears of fields and findings; held back while it is open whether a framed part is sound. */
  protected sink: Pick<WalkOptions, 'visit' | 'report'>

  constructor(options: WalkOptions) {
    this.sink = options
  }

  /** Reserves the next `length` bytes and returns where they start. */
  protected take(length: number, frame: Frame): number {
    const offset = this.position
    if (length > frame.end - offset) {
      this.endedEarly(counted(length, 'byte'), frame.end - offset, frame)
    }
    this.position = offset + length
    return offset
  }

  protected found<V>(type: AnyType, offset: number, length: number, value: V): V {
    this.sink.visit?.({ path: [...this.path], offset, length, type, value })
    return value
  }

  protected endedEarly(expected: string, left: number, frame: Frame): never {
    throw new DecodeError({
      code: 'layout/ended-early',
      path: [...this.path],
      offset: this.position,
      expected,
      found: left === 0 ? (frame.isInput ? 'the end of the input' : 'the end of the part') : `only ${left}`,
      needsMore: frame.isInput,
    })
  }

  protected fail(code: keyof typeof layoutCodes.entries, offset: number, expected: string, found: string): never {
    throw new DecodeError({ code, path: [...this.path], offset, expected, found })
  }

  protected reservedNotZero(offset: number, length: number): void {
    this.report('layout/reserved-not-zero', 'Reserved bits are not zero.', offset, length)
  }

  protected unknownValue(value: number, offset: number, length: number): void {
    this.report('layout/unknown-value', `The value ${value} has no name.`, offset, length)
  }

  protected report(
    code: keyof typeof layoutCodes.entries,
    message: string,
    offset: number,
    length: number,
    severity?: Severity,
  ): void {
    if (this.sink.report === undefined) return
    const weight = severity === undefined ? {} : { severity }
    this.sink.report(layoutCodes.finding(code, message, { offset, length, path: [...this.path], ...weight }))
  }
}
