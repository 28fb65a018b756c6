import { atPath, type Path } from '../../findings/index.ts'
import {
  arrayOf,
  type Codec,
  isOpaque,
  type Json,
  lengthMismatch,
  type Resolve,
  recordOf,
  refuseStrangers,
  runOf,
  toHex,
} from '../../layout/index.ts'
import { runLength, runPieces } from '../channel-format.ts'
import { bitmapEndCodec, bitmapStartCodec, type ReturnPath, returnPathMessageCodec } from './message.ts'

/** How parts are written: from a value, or from its JSON. */
interface Form {
  /** A structure, checked. */
  part(codec: Codec, part: unknown): unknown
  length(run: unknown, path: Path): number
  pieces(run: unknown, path: Path): Iterable<Uint8Array>
}

/** The bytes of a return path, part by part. @throws EncodeError */
export function returnPathPieces(value: ReturnPath): Generator<Uint8Array> {
  return pieces(value, {
    part: (_, part) => part,
    length: (run, path) => runOf(run, path).length,
    pieces: (run, path) => [runOf(run, path)],
  })
}

/** The bytes of a return path that stands in JSON, part by part. @throws EncodeError */
export function returnPathJsonPieces(json: Json, resolve: Resolve): Generator<Uint8Array> {
  return pieces(json, {
    part: (codec, part) => codec.fromJson(part as Json),
    length: (run, path) => runLength(run as Json, path),
    pieces: (run, path) => runPieces(run as Json, resolve, path),
  })
}

/** A return path as JSON, with all its bytes. */
export function returnPathToJson({ messages }: ReturnPath): Json {
  const list = messages.map((entry): Json => {
    if (isOpaque(entry)) return { opaque: toHex(entry.opaque) }
    const message = returnPathMessageCodec.toJson(entry.message)
    if (entry.received === undefined) return { message }
    const { size, bitmap, endMark } = entry.received
    const end = endMark === undefined ? {} : (bitmapEndCodec.toJson({ endMark }) as Record<string, Json>)
    const start = bitmapStartCodec.toJson({ size }) as Record<string, Json>
    return { message, received: { ...start, bitmap: toHex(bitmap), ...end } }
  })
  return { messages: list }
}

function* pieces(value: unknown, form: Form): Generator<Uint8Array> {
  const members = recordOf(value, [])
  refuseStrangers(members, ['messages'], [])
  for (const [index, entry] of arrayOf(members.messages, ['messages']).entries()) {
    const path = ['messages', index]
    const parts = recordOf(entry, path)
    if (Object.keys(parts).join() === 'opaque') {
      yield* form.pieces(parts.opaque, [...path, 'opaque'])
      continue
    }
    refuseStrangers(parts, ['message', 'received'], path)
    yield written(returnPathMessageCodec, parts.message, [...path, 'message'], form)
    if (parts.received !== undefined) yield* bitmapPieces(parts.received, [...path, 'received'], form)
  }
}

function* bitmapPieces(received: unknown, path: Path, form: Form): Generator<Uint8Array> {
  const members = recordOf(received, path)
  refuseStrangers(members, ['size', 'bitmap', 'endMark'], path)
  const { size, bitmap, endMark } = members
  const start = written(bitmapStartCodec, { size }, path, form)
  yield start
  const below = [...path, 'bitmap']
  const stated = bitmapStartCodec.decode(start).size
  const length = form.length(bitmap, below)
  // Without an end mark the recording ends here.
  if (BigInt(length) !== stated && !(endMark === undefined && BigInt(length) < stated)) {
    throw lengthMismatch(below, `${stated} bytes, as the size says`, `${length}`)
  }
  yield* form.pieces(bitmap, below)
  if (endMark !== undefined) yield written(bitmapEndCodec, { endMark }, path, form)
}

function written(codec: Codec, part: unknown, path: Path, form: Form): Uint8Array {
  return atPath(path, () => codec.encode(form.part(codec, part) as never))
}
