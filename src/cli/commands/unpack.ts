import { join } from 'node:path'
import { sha256Of } from '../../hash/index.ts'
import { EventJson, type Json, type ReadEvent, toHex, type ValueEvent } from '../../layout/index.ts'
import { type StreamRecord, withContent } from '../../stream/index.ts'
import { writeBytes } from '../big/byte-output.ts'
import { inflatedExactly } from '../big/deflate-again.ts'
import { type FilePlace, FolderWriter } from '../big/folder-writer.ts'
import { withMigrationStream } from '../big/migration-stream.ts'
import { PartNames } from '../big/part-names.ts'
import type { Stream } from '../big/stream.ts'
import { naming } from '../open.ts'
import { envelope } from '../render/document-json.ts'

interface UnpackOptions {
  readonly output: string
}

/** Writes the parts of a migration stream into a folder, with a manifest that `pack` makes the same stream of. */
export async function unpack(path: string, { output }: UnpackOptions): Promise<number> {
  await naming(path, () => withMigrationStream(path, (stream) => toFolder(stream, output)))
  return 0
}

async function toFolder({ format, options, events }: Stream, folder: string): Promise<void> {
  const all = events('all')
  // Nothing is made for what is no stream.
  const first = await all.next()
  const writer = new FolderWriter(folder)
  try {
    const unpacker = new Unpacker(writer)
    await writeBytes(manifest(), join(folder, 'manifest.json'))

    async function* manifest(): AsyncGenerator<Uint8Array> {
      let text = `${envelope(null, format.name, options)}"value":`
      if (!first.done) text += unpacker.text(first.value)
      for await (const event of all) {
        text += unpacker.text(event)
        if (text.length < PIECE) continue
        yield Buffer.from(text)
        text = ''
      }
      yield Buffer.from(`${text}${unpacker.end()}}\n`)
    }
    writer.close()
  } catch (error) {
    writer.abandon()
    throw error
  }
}

const PIECE = 1 << 16

/** Turns events into the text of the manifest, and writes the bytes that they have. */
class Unpacker {
  readonly #json = new EventJson()
  readonly #names = new PartNames()
  /** The bytes of the run that is under way. */
  #run: FilePlace | undefined
  #isRun = false

  constructor(readonly writer: FolderWriter) {}

  text(event: ReadEvent): string {
    if (event.kind === 'begin' && event.shape === 'bytes') this.#isRun = true
    else if (event.kind === 'bytes')
      this.#add(event.path[0] === 'trailing' ? 'trailing.bin' : 'damaged.bin', event.bytes)
    else if (event.kind === 'end' && this.#isRun) {
      const json: Json = this.#run === undefined ? '' : { $file: { ...this.#run } }
      this.#isRun = false
      this.#run = undefined
      const { path, offset, length } = event
      return this.#json.text({
        kind: 'value',
        path,
        offset,
        length,
        value: undefined,
        json: () => json,
        fields: () => [],
      })
    } else if (event.kind === 'value' && event.path[0] === 'records') {
      return this.#json.text({ ...event, json: () => this.#record(event) })
    } else return this.#json.text(event)
    return ''
  }

  end(): string {
    return this.#json.end()
  }

  #add(name: string, bytes: Uint8Array): void {
    const place = this.writer.add(name, bytes)
    this.#run = this.#run === undefined ? place : { ...this.#run, length: this.#run.length + bytes.length }
  }

  /** The JSON of a record with references to files in place of its bytes. */
  #record(event: ValueEvent): Json {
    const { header, payload } = event.value as StreamRecord
    const json = event.json() as { [name: string]: Json }
    const name = (region?: number) => this.#names.of(header, region)
    if (payload instanceof Uint8Array) {
      if (payload.length > 0)
        json.payload = header.flags.deflated
          ? this.#deflated(name(), event.value as StreamRecord, payload)
          : this.#file(name(), payload)
      return json
    }
    const { data, opaque, content, region } = payload as Partial<Record<string, unknown>>
    const members = json.payload as { [name: string]: Json }
    if (opaque instanceof Uint8Array && opaque.length > 0) members.opaque = this.#file('damaged.bin', opaque)
    // A page that is all of one byte stands in that byte.
    if (data instanceof Uint8Array && data.length > 0 && content !== 'fill') {
      members.data = this.#file(name(header.kind.type === 'memory-pages' ? (region as number) : undefined), data)
    }
    return json
  }

  #file(name: string, bytes: Uint8Array): Json {
    return { $file: { ...this.writer.add(name, bytes) } }
  }

  /** Bytes that were compressed: what they carry, where compressing that again gives the same. */
  #deflated(name: string, record: StreamRecord, payload: Uint8Array): Json {
    const content = inflatedExactly(payload)
    const data = content === undefined ? undefined : dataOf(withContent(record, content).payload)
    if (content === undefined || data === undefined) return this.#file(name.replace(/\.bin$/, '.deflated.bin'), payload)
    // What stands in front of the data, such as the name of a format, is none of the part's own bytes.
    const head = toHex(content.subarray(0, content.length - data.length))
    const deflated = { length: payload.length, sha256: toHex(sha256Of(payload)), ...(head === '' ? {} : { head }) }
    return { $file: { ...this.writer.add(name, data), deflated } }
  }
}

/** What a part has in its own file; undefined where a payload holds nothing of that kind. */
function dataOf(payload: StreamRecord['payload']): Uint8Array | undefined {
  if (payload instanceof Uint8Array) return payload
  const isData = 'data' in payload && payload.data instanceof Uint8Array
  return isData && !('content' in payload && payload.content === 'fill') ? payload.data : undefined
}
