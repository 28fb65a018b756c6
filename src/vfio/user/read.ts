import { counted, DecodeError, type Finding, type Path } from '../../findings/index.ts'
import {
  type ByteOrder,
  byteOrderFor,
  type Located,
  movedFields,
  type Opaque,
  runField,
  toView,
} from '../../layout/index.ts'
import { messageCodes } from './codes.ts'
import { HEADER_SIZE, type VfioUserHeader, vfioUserHeaderCodec } from './header.ts'
import type { VfioUserMessages, VfioUserPayload } from './message.ts'
import { formsOf, payloadFormat } from './payloads.ts'

/** A message and where it lies. */
export interface Framed {
  readonly offset: number
  readonly header: VfioUserHeader
  /** The bytes behind the header. */
  readonly payload: Uint8Array
}

/** The messages of one direction with what the rules need to know. */
export interface MessagesReading {
  readonly bytes: Uint8Array
  readonly byteOrder: ByteOrder
  readonly messages: readonly Framed[]
  /** Where the messages end. */
  readonly end: number
}

/** The message at an offset; a number where there is none: the bytes that it would need, 0 where its size is none. */
export function frameAt(bytes: Uint8Array, view: DataView, offset: number, byteOrder: ByteOrder): Framed | number {
  const end = bytes.length
  if (end - offset < HEADER_SIZE) return HEADER_SIZE
  const { value: header } = vfioUserHeaderCodec.decodeAt({ bytes, view, offset, end }, { byteOrder })
  const { messageSize } = header
  if (messageSize < HEADER_SIZE) return 0
  if (messageSize > end - offset) return messageSize
  return { offset, header, payload: bytes.subarray(offset + HEADER_SIZE, offset + messageSize) }
}

/** @throws DecodeError for bytes that do not start with a header */
export function readMessages(bytes: Uint8Array, byteOrder: ByteOrder): MessagesReading {
  const view = toView(bytes)
  const messages: Framed[] = []
  let end = 0
  let next = frameAt(bytes, view, end, byteOrder)
  if (next === 0) {
    const found = String(view.getUint32(SIZE_AT, byteOrder === 'little'))
    const expected = `a message size of at least ${HEADER_SIZE}`
    throw new DecodeError({ code: 'vfio-user/message-size', path: FIRST_SIZE, offset: SIZE_AT, expected, found })
  }
  if (bytes.length < HEADER_SIZE) explainShort(bytes)
  while (typeof next !== 'number') {
    messages.push(next)
    end += next.header.messageSize
    if (end === bytes.length) break
    next = frameAt(bytes, view, end, byteOrder)
  }
  return { bytes, byteOrder, messages, end }
}

const SIZE_AT = 4
const FIRST_HEADER: Path = ['messages', 0, 'header']
const FIRST_SIZE: Path = [...FIRST_HEADER, 'messageSize']

/** Says what of the first header is not there. */
function explainShort(bytes: Uint8Array): void {
  try {
    vfioUserHeaderCodec.decode(bytes)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new DecodeError({ ...error, path: [...FIRST_HEADER, ...error.path] })
  }
}

/** The payload of a message; undefined where it has none. */
export function payloadOf({ header, payload }: Framed, byteOrder: ByteOrder): VfioUserPayload | Opaque | undefined {
  if (payload.length === 0) return undefined
  const format = payloadFormat(header, payload, byteOrder)
  if (format === undefined) return { opaque: payload }
  try {
    return format.decode(payload, byteOrderFor(format, byteOrder)) as VfioUserPayload
  } catch (error) {
    if (error instanceof DecodeError) return { opaque: payload }
    throw error
  }
}

/** The value that a reading stands for. */
export function messagesOf({ bytes, byteOrder, messages, end }: MessagesReading): VfioUserMessages {
  const value: VfioUserMessages = {
    messages: messages.map((framed) => {
      const payload = payloadOf(framed, byteOrder)
      return payload === undefined ? { header: framed.header } : { header: framed.header, payload }
    }),
  }
  return end < bytes.length ? { ...value, trailing: bytes.subarray(end) } : value
}

/** Fields of a message; offsets and paths count from it. */
export function messageFields({ header, payload }: Framed, bytes: Uint8Array, byteOrder: ByteOrder): Located[] {
  const fields = movedFields(vfioUserHeaderCodec.fields(bytes, { byteOrder }), 0, ['header'])
  if (payload.length === 0) return fields
  return [...fields, ...movedFields(payloadFields(header, payload, byteOrder), HEADER_SIZE, ['payload'])]
}

function payloadFields(header: VfioUserHeader, payload: Uint8Array, byteOrder: ByteOrder): Located[] {
  const format = payloadFormat(header, payload, byteOrder)
  const opaque = runField(['opaque'], 0, payload)
  if (format === undefined) return [opaque]
  const options = byteOrderFor(format, byteOrder)
  try {
    format.decode(payload, options)
    return format.fields(payload, options)
  } catch (error) {
    if (error instanceof DecodeError) return [opaque]
    throw error
  }
}

/** Findings about a payload alone, and the fact that it is none; paths and offsets count from the payload. */
export function payloadFindings({ header, payload }: Framed, byteOrder: ByteOrder): Finding[] {
  const place = { offset: 0, length: payload.length, path: [] }
  const forms = formsOf(header)
  if (forms === undefined) return []
  if (payload.length === 0) {
    if (forms.formats.length === 0 || forms.mayBeAbsent) return []
    const message = `The ${header.flags.type} ${header.command} has no payload.`
    return [messageCodes.finding('vfio-user/payload-missing', message, place)]
  }
  const format = payloadFormat(header, payload, byteOrder)
  if (format === undefined) {
    const code = header.flags.error ? 'vfio-user/error-payload' : 'vfio-user/payload-damaged'
    const message = `${counted(payload.length, 'byte follows', 'bytes follow')} a header that stands alone.`
    return [messageCodes.finding(code, message, place)]
  }
  const options = byteOrderFor(format, byteOrder)
  try {
    format.decode(payload, options)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    const message = `The ${counted(payload.length, 'byte')} are not ${header.command}: ${error.message}.`
    return [messageCodes.finding('vfio-user/payload-damaged', message, place)]
  }
  return format.inspect(payload, options).findings
}
