import { atPath, counted, type Path } from '../../findings/index.ts'
import {
  arrayOf,
  type ByteOrder,
  byteOrderFor,
  type Format,
  isOpaque,
  joined,
  lengthMismatch,
  recordOf,
  refuseStrangers,
  runOf,
  toView,
} from '../../layout/index.ts'
import { HEADER_SIZE, type VfioUserHeader, vfioUserHeaderCodec } from './header.ts'
import type { VfioUserMessages } from './message.ts'
import { payloadFormat, payloadFormats } from './payloads.ts'
import { frameAt } from './read.ts'

/** Members of the messages of a direction, and of one of them. */
export const MEMBERS = ['messages', 'trailing']
export const MESSAGE_MEMBERS = ['header', 'payload']

/** @throws EncodeError for a value that would be read in another way than it stands there */
export function writeMessages(value: VfioUserMessages, byteOrder: ByteOrder): Uint8Array {
  const given = recordOf(value, [])
  refuseStrangers(given, MEMBERS, [])
  const { messages, trailing } = given
  const runs: Uint8Array[] = []
  for (const [index, message] of arrayOf(messages, ['messages']).entries()) {
    runs.push(...writeMessage(message, ['messages', index], byteOrder))
  }
  if (trailing !== undefined) runs.push(checkedTrailing(runOf(trailing, ['trailing']), runs.length === 0, byteOrder))
  if (runs.length === 0) throw lengthMismatch(['messages'], 'at least one message', 'none')
  return joined(runs)
}

function writeMessage(message: unknown, path: Path, byteOrder: ByteOrder): Uint8Array[] {
  const given = recordOf(message, path)
  refuseStrangers(given, MESSAGE_MEMBERS, path)
  const { header, payload } = given
  const head = atPath([...path, 'header'], () => vfioUserHeaderCodec.encode(header as VfioUserHeader, { byteOrder }))
  const known = vfioUserHeaderCodec.decode(head, { byteOrder })
  const body = payload === undefined ? NOTHING : writePayload(known, payload, [...path, 'payload'], byteOrder)
  const size = HEADER_SIZE + body.length
  if (known.messageSize !== size) {
    throw lengthMismatch([...path, 'header', 'messageSize'], counted(size, 'byte'), String(known.messageSize))
  }
  return [head, body]
}

const NOTHING = new Uint8Array(0)

function writePayload(header: VfioUserHeader, payload: unknown, path: Path, byteOrder: ByteOrder): Uint8Array {
  const body = payloadBytes(header, payload, path, byteOrder)
  if (body.length === 0) throw lengthMismatch(path, 'some bytes, or no payload', 'none')
  return body
}

function payloadBytes(header: VfioUserHeader, payload: unknown, path: Path, byteOrder: ByteOrder): Uint8Array {
  const record = recordOf(payload, path)
  if (isOpaque(record)) return record.opaque
  const format = formOfMembers(header, record)
  if (format === undefined) return runOf(record.opaque, [...path, 'opaque'])
  const body = atPath(path, () => format.encode(record, byteOrderFor(format, byteOrder)))
  if (payloadFormat(header, body, byteOrder) === format) return body
  throw lengthMismatch(path, 'a count that tells the width in which it is written', 'one that tells another')
}

/** The format of a payload by its members: only accesses to guest memory have several. */
export function formOfMembers(header: VfioUserHeader, members: object): Format | undefined {
  const [first, narrow, padded] = payloadFormats(header)
  if (!('count32' in members)) return first
  return ('padding' in members ? padded : narrow) ?? first
}

/** Bytes that no message starts with, so that they are read as what they are. */
function checkedTrailing(bytes: Uint8Array, isFirst: boolean, byteOrder: ByteOrder): Uint8Array {
  const needed = frameAt(bytes, toView(bytes), 0, byteOrder)
  if (typeof needed !== 'number') throw lengthMismatch(['trailing'], 'a message that is not whole', 'a whole message')
  if (bytes.length === 0) throw lengthMismatch(['trailing'], 'some bytes, or nothing', 'none')
  const hasFrame = bytes.length >= HEADER_SIZE && needed >= HEADER_SIZE
  if (isFirst && !hasFrame) throw lengthMismatch(['trailing'], 'a header, where no message stands before it', 'none')
  return bytes
}
