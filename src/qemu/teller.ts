import type { Path } from '../findings/index.ts'
import {
  type Codec,
  type CodecOptions,
  findingEvent,
  type Json,
  movedFields,
  movedFindings,
  type ReadEvent,
  type Report,
  type StructType,
  type Value,
  type Wanted,
  type Window,
} from '../layout/index.ts'

/** Takes parts from a window and tells of them: what the readers of channels beside the migration stream share. */
export class Teller {
  readonly report: Report
  readonly #all: boolean

  constructor(
    private readonly window: Window,
    private readonly events: ReadEvent[],
    wanted: Wanted = 'all',
  ) {
    this.#all = wanted === 'all'
    this.report = (finding) => this.events.push(findingEvent(finding))
  }

  begin(path: Path, shape: 'object' | 'list' | 'bytes'): void {
    this.#tell({ kind: 'begin', path, offset: this.window.offset, shape })
  }

  /** @param start where the part began */
  end(path: Path, start: number): void {
    const { offset } = this.window
    this.#tell({ kind: 'end', path, offset, length: offset - start })
  }

  /** Takes a structure that is wholly here, and reports what its description has to say of it. */
  structure<T extends StructType>(codec: Codec<T>, path: Path, length: number, options?: CodecOptions): Value<T> {
    const { offset } = this.window
    const bytes = this.window.take(length)
    const view = new DataView(bytes.buffer, bytes.byteOffset, length)
    const region = { bytes, view, offset: 0, end: length }
    const { value, clean } = codec.decodeAt(region, options)
    const fields = () => movedFields(codec.fields(bytes, options), offset, path)
    this.value(path, offset, length, { value, json: () => codec.toJson(value), fields })
    if (clean !== true)
      for (const one of movedFindings(codec.findingsAt(region, options), offset, path)) this.report(one)
    return value
  }

  /** Takes the members of a structure that is wholly here as parts of the object at a path. */
  members<T extends StructType>(codec: Codec<T>, path: Path, length: number): Value<T> {
    const { offset } = this.window
    const bytes = this.window.take(length)
    const value = codec.decode(bytes)
    const json = codec.toJson(value) as Record<string, Json>
    for (const field of movedFields(codec.fields(bytes), offset, path)) {
      const name = field.path.at(-1) as string
      const part = { value: field.value, json: () => json[name] as Json, fields: () => [field] }
      this.value(field.path, field.offset, field.length, part)
    }
    return value
  }

  /** A part that was taken. */
  value(
    path: Path,
    offset: number,
    length: number,
    part: Pick<Extract<ReadEvent, { kind: 'value' }>, 'value' | 'json' | 'fields'>,
  ): void {
    this.#tell({ kind: 'value', path, offset, length, ...part })
  }

  /** Takes the next bytes, which have to be here, as some of a run. */
  pass(path: Path, length: number): void {
    const { offset } = this.window
    const bytes = this.window.take(length)
    // A parser goes on within one push: the bytes stay as they are until its events are taken.
    this.#tell({ kind: 'bytes', path, offset, length, bytes })
  }

  /** Takes a run of so many bytes, or fewer where the input ends before; gives how many it took. */
  *run(path: Path, length: number): Generator<number, number, undefined> {
    const start = this.window.offset
    this.begin(path, 'bytes')
    for (let left = length; left > 0; ) {
      if (this.window.available === 0) yield 1
      if (this.window.available === 0) break
      const piece = Math.min(left, this.window.available)
      this.pass(path, piece)
      left -= piece
    }
    this.end(path, start)
    return this.window.offset - start
  }

  #tell(event: ReadEvent): void {
    if (this.#all) this.events.push(event)
  }
}
