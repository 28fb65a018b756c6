import {
  counted,
  DecodeError,
  defineCodes,
  type Finding,
  type Path,
  type PathPart,
  type Report,
} from '../findings/index.ts'
import {
  type Codec,
  type CodecOptions,
  findingEvent,
  type Json,
  type Located,
  movedFields,
  type ReadEvent,
  type StructType,
  type Value,
  type Wanted,
  type Window,
} from '../layout/index.ts'

/** Findings with the same code that are told of; a damaged stream can have one for each of its pages. */
const MOST_OF_A_KIND = 1000

/** What is said of findings themselves. */
export const tellerCodes = defineCodes({
  'qemu/findings-left-out': {
    severity: 'info',
    title: 'more of the same was found than is listed',
    explanation: 'Of findings with the same code the first 1,000 are listed; the others are counted.',
    source: 'proposed',
  },
})

/** How a value is shown; places of fields count from it. */
interface Told {
  json(): Json
  fields(): Located[]
}

/** Tells of the parts of a stream while they are taken from its window. */
export class Teller {
  /** Whether parts are told of, or findings alone. */
  readonly tellsAll: boolean
  readonly report: Report
  /** Where the reader stands in the value. */
  readonly #path: PathPart[] = []
  /** Where the open parts began. */
  readonly #starts: number[] = []
  /** Findings by their code, those that were left out among them. */
  readonly #counts = new Map<string, number>()

  constructor(
    readonly window: Window,
    private readonly events: ReadEvent[],
    wanted: Wanted = 'all',
  ) {
    this.tellsAll = wanted === 'all'
    this.report = (finding) => this.#report(finding)
  }

  /** Tells of a finding, as long as there are not too many of its kind. */
  #report(finding: Finding): void {
    const count = this.#counts.get(finding.code) ?? 0
    this.#counts.set(finding.code, count + 1)
    if (count < MOST_OF_A_KIND) this.events.push(findingEvent(finding))
  }

  /** Says what was left out of the findings. */
  close(): void {
    const { offset } = this.window
    for (const [code, count] of this.#counts) {
      if (count <= MOST_OF_A_KIND) continue
      const left = count - MOST_OF_A_KIND
      const message = `${counted(left, `more finding ${code} is`, `more findings ${code} are`)} left out.`
      this.events.push(
        findingEvent(tellerCodes.finding('qemu/findings-left-out', message, { offset, length: 0, path: [] })),
      )
    }
  }

  /** The path of a part of what is open; without one, of what is open itself. */
  path(...parts: PathPart[]): Path {
    return [...this.#path, ...parts]
  }

  begin(part: PathPart, shape: 'object' | 'list' | 'bytes'): void {
    const { offset } = this.window
    this.#path.push(part)
    this.#starts.push(offset)
    if (this.tellsAll) this.events.push({ kind: 'begin', path: this.path(), offset, shape })
  }

  end(): void {
    const { offset } = this.window
    const length = offset - (this.#starts.pop() as number)
    if (this.tellsAll) this.events.push({ kind: 'end', path: this.path(), offset, length })
    this.#path.pop()
  }

  /** Tells of a part that follows from others: for readers, and not in the bytes. */
  derived(part: PathPart, value: unknown, json: Json = value as Json): void {
    if (this.tellsAll) this.elsewhere(part, { value: () => value, json: () => json, fields: () => [] })
  }

  /** Tells of a part that stands elsewhere in the stream, with its fields. */
  elsewhere(part: PathPart, told: { value(): unknown; json(): Json; fields(): Located[] }): void {
    if (!this.tellsAll) return
    const { offset } = this.window
    this.events.push({
      kind: 'value',
      path: this.path(part),
      offset,
      length: 0,
      // Made when it is asked for, and gone with its event.
      get value() {
        return told.value()
      },
      json: told.json,
      fields: told.fields,
    })
  }

  /** Takes the next bytes, which are a part that was read from them. */
  taken(part: PathPart, value: unknown, length: number, { json, fields }: Told): void {
    const { offset } = this.window
    this.window.skip(length)
    if (!this.tellsAll) return
    const path = this.path(part)
    this.events.push({
      kind: 'value',
      path,
      offset,
      length,
      value,
      json,
      fields: () => movedFields(fields(), offset, path),
    })
  }

  /**
   * Takes a structure; undefined, and nothing is taken, where the bytes are none, end before, or want to be more than
   * `most`: what a length claims is not waited for without end.
   */
  *struct<T extends StructType>(
    part: PathPart,
    codec: Codec<T>,
    { most = LONGEST, ...options }: CodecOptions & { readonly most?: number } = {},
  ): Generator<number, Value<T> | undefined, undefined> {
    const { window } = this
    for (;;) {
      const { bytes, view, position, limit } = window
      let decoded: { value: Value<T>; length: number; clean?: boolean }
      try {
        decoded = codec.decodeAt({ bytes, view, offset: position, end: Math.min(limit, position + most) }, options)
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        if (!error.needsMore || window.available >= most) return undefined
        const { isOver } = window
        // Half as much again, so that what comes byte by byte is not tried at each of them.
        yield window.available + Math.max(8, window.available >> 1)
        if (isOver) return undefined
        continue
      }
      const { value, length, clean } = decoded
      if (clean !== true) this.#findings(part, codec, length, options)
      const own = window.peek(length)
      this.taken(part, value, length, {
        json: () => codec.toJson(value),
        fields: () => codec.fields(own, options),
      })
      return value
    }
  }

  /** Takes the members of a structure that is wholly here as parts of the open object. */
  members<T extends StructType>(codec: Codec<T>, length: number): Value<T> {
    const { offset } = this.window
    const bytes = this.window.take(length)
    const value = codec.decode(bytes)
    if (!this.tellsAll) return value
    const json = codec.toJson(value) as Record<string, Json>
    for (const field of movedFields(codec.fields(bytes), offset, this.path())) {
      const name = field.path.at(-1) as string
      this.events.push({ ...field, kind: 'value', json: () => json[name] as Json, fields: () => [field] })
    }
    return value
  }

  /** What the description alone finds in the bytes that are next. */
  #findings(part: PathPart, codec: Codec, length: number, options: CodecOptions | undefined): void {
    const { bytes, view, position, offset } = this.window
    for (const finding of codec.findingsAt({ bytes, view, offset: position, end: position + length }, options)) {
      this.report({ ...finding, offset: finding.offset + offset, path: this.path(part, ...finding.path) })
    }
  }

  /** Takes a run of bytes in whatever pieces it comes; false where the input ends before. */
  *run(part: PathPart, length: number, hear?: HearRun): Generator<number, boolean, undefined> {
    this.begin(part, 'bytes')
    const isWhole = yield* this.pass(length, hear)
    this.end()
    return isWhole
  }

  /** Takes the bytes of an open run; false where the input ends before. */
  *pass(length: number, hear?: HearRun): Generator<number, boolean, undefined> {
    const { window } = this
    for (let left = length; left > 0; ) {
      if (window.available === 0) yield 1
      if (window.available === 0) return false
      const { offset } = window
      const bytes = window.takeUpTo(left)
      left -= bytes.length
      hear?.(bytes, offset)
      this.bytes(offset, bytes)
    }
    return true
  }

  /** Tells of bytes of the open run that were taken. */
  bytes(offset: number, bytes: Uint8Array): void {
    if (!this.tellsAll || bytes.length === 0) return
    this.events.push({ kind: 'bytes', path: this.path(), offset, length: bytes.length, bytes })
  }

  /** Takes what is left of the input as one run, at most so many bytes; nothing where there is nothing. */
  *upTo(part: PathPart, most: number): Generator<number, number, undefined> {
    const { window } = this
    if (most <= 0 || !(yield* waitFor(window, 1))) return 0
    const start = window.offset
    yield* this.run(part, most)
    return window.offset - start
  }
}

/** Takes the bytes of a run as they come in, valid during the call, and where in the input they begin. */
type HearRun = (bytes: Uint8Array, offset: number) => void

/** Longest structure: names, lists of names and of ranges, all of them short. */
const LONGEST = 2 ** 20

/** Waits for bytes; false where the input ends before. */
export function* waitFor(window: Window, length: number): Generator<number, boolean, undefined> {
  if (window.available < length) yield length
  return window.available >= length
}
