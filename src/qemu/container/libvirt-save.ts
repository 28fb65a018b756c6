import { counted, DecodeError, type Finding } from '../../findings/index.ts'
import * as generated from '../../generated/qemu/container/libvirt-save.js'
import {
  BYTES_SCHEMA,
  type ByteOrder,
  bytesFromJson,
  codec,
  type Json,
  type JsonSchema,
  joined,
  type Located,
  leastSize,
  placeOf,
  type Range,
  recordOf,
  runField,
  toHex,
  toJsonSchema,
  type Value,
  wrongType,
} from '../../layout/index.ts'
import { containerCodes } from './codes.ts'
import { PARTIAL } from './detect.ts'
import * as layouts from './libvirt-save.layout.ts'

export const saveHeaderCodec = codec(layouts.saveHeader, generated.saveHeader)
export const saveImageCodec = codec(layouts.saveImage, generated.saveImage)

/** Bytes of the header of a save image. */
export const SAVE_HEADER_SIZE = leastSize(layouts.saveHeader)

/** The most that domain XML, cookie and padding are taken to be: libvirt adds 64 KiB to what it needs. */
const MOST_DATA = 1 << 24

export type SaveHeader = Value<typeof layouts.saveHeader>

/** What libvirt writes in front of a migration stream; `data` stands for XML and cookie where their lengths do not fit. */
export type SaveImage = { readonly byteOrder: ByteOrder; readonly header: SaveHeader } & (
  | { readonly domainXml: string; readonly cookie: string | undefined }
  | { readonly data: Uint8Array }
)

/**
 * The byte order of a save image, which nothing states: as libvirt, that in which the version is known.
 *
 * @param head at least the header
 */
function saveByteOrder(head: Uint8Array): ByteOrder {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const { offset } = placeInHeader('version')
  return view.getUint32(offset, true) > LAST_VERSION && view.getUint32(offset, false) <= LAST_VERSION ? 'big' : 'little'
}

/** All members of the header have a place of their own. */
const placeInHeader = (member: keyof SaveHeader) => placeOf(layouts.saveHeader, [member]) as Range

const LAST_VERSION = 2

/** The header that the bytes start with, and its byte order; undefined where there are fewer than 92. */
export function readSaveHeader(head: Uint8Array): { header: SaveHeader; byteOrder: ByteOrder } | undefined {
  if (head.length < SAVE_HEADER_SIZE) return undefined
  const byteOrder = saveByteOrder(head)
  return { header: saveHeaderCodec.decode(head.subarray(0, SAVE_HEADER_SIZE), { byteOrder }), byteOrder }
}

/**
 * How many bytes stand in front of the migration stream, as the header says: what a reader holds before it reads the
 * image. Only the header where the length it states cannot be one; undefined before the header is there.
 */
export function saveImageLength(head: Uint8Array): number | undefined {
  const read = readSaveHeader(head)
  if (read === undefined) return undefined
  const { dataLength } = read.header
  return SAVE_HEADER_SIZE + (dataLength > MOST_DATA ? 0 : dataLength)
}

/** What `readSaveImage` gives. */
export interface SaveImageRead {
  readonly value: SaveImage
  /** Bytes that it took: the migration stream starts behind them. */
  readonly length: number
  /** Offsets and paths count from the save image. */
  readonly problems: readonly Finding[]
}

/** Reads what stands in front of the migration stream; undefined where not even the header is whole. */
export function readSaveImage(bytes: Uint8Array): SaveImageRead | undefined {
  const read = readSaveHeader(bytes)
  if (read === undefined) return undefined
  const { header, byteOrder } = read
  const length = Math.min(saveImageLength(bytes) ?? 0, bytes.length)
  const problems = judgeHeader(header, bytes.length)
  const whole = bytes.subarray(0, length)
  try {
    const value: SaveImage = { byteOrder, ...saveImageCodec.decode(whole, { byteOrder }) }
    problems.push(...judgePadding(whole, value))
    return { value, length, problems }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { value: { byteOrder, header, data: whole.slice(SAVE_HEADER_SIZE) }, length, problems }
  }
}

function judgeHeader(header: SaveHeader, present: number): Finding[] {
  const { magic, version, format, dataLength, cookieOffset } = header
  const problems: Finding[] = []
  const say = (code: Parameters<typeof containerCodes.finding>[0], message: string, member: keyof SaveHeader) => {
    problems.push(containerCodes.finding(code, message, { ...placeInHeader(member), path: ['header', member] }))
  }
  if (magic === PARTIAL)
    say('qemu/save-incomplete', `The save image starts with "${PARTIAL}": it is not whole.`, 'magic')
  if (version > LAST_VERSION)
    say('qemu/save-version', `Version ${version}; ${LAST_VERSION} is the last known.`, 'version')
  if (typeof format === 'number') say('qemu/save-format', `Compression ${format} is unknown.`, 'format')
  else if (isCompressed(format))
    say('qemu/save-compressed', `The migration stream is compressed with ${format}.`, 'format')
  const data = 'domain XML, cookie and padding'
  if (dataLength === 0) say('qemu/save-data', `The header states 0 bytes of ${data}.`, 'dataLength')
  else if (dataLength > MOST_DATA)
    say('qemu/save-data', `${counted(dataLength, 'byte')} of ${data}; at most ${MOST_DATA} are read.`, 'dataLength')
  else if (SAVE_HEADER_SIZE + dataLength > present) {
    const message = `${counted(dataLength, 'byte')} of ${data}, of which ${present - SAVE_HEADER_SIZE} are there.`
    say('qemu/save-data', message, 'dataLength')
  }
  if (cookieOffset > dataLength) {
    say('qemu/save-data', `The cookie is at ${cookieOffset} of ${counted(dataLength, 'byte')} of data.`, 'cookieOffset')
  }
  return problems
}

function judgePadding(bytes: Uint8Array, value: SaveImage): Finding[] {
  if ('data' in value) return []
  const offsets = { domainXml: SAVE_HEADER_SIZE, cookie: SAVE_HEADER_SIZE + value.header.cookieOffset }
  return (['domainXml', 'cookie'] as const).flatMap((member) => {
    const text = value[member]
    const end = text?.indexOf('\0') ?? -1
    if (text === undefined || end === -1) return []
    const place = { offset: offsets[member] + end, length: Math.min(text.length, bytes.length) - end, path: [member] }
    return [
      containerCodes.finding('qemu/save-padding', 'Other bytes than zero stand behind the end of the text.', place),
    ]
  })
}

/** Whether a format of the header means that the migration stream is compressed. */
export function isCompressed(format: SaveHeader['format']): format is CompressedFormat {
  return typeof format === 'string' && format !== 'raw' && format !== 'sparse'
}

export type CompressedFormat = Exclude<SaveHeader['format'], number | 'raw' | 'sparse'>

/** The bytes of what `readSaveImage` gave. @throws EncodeError */
export function encodeSaveImage(value: SaveImage): Uint8Array {
  const { byteOrder, ...image } = value
  if (!('data' in image)) return saveImageCodec.encode(image, { byteOrder })
  return joined([saveHeaderCodec.encode(image.header, { byteOrder }), image.data])
}

/** Every field of a save image with the bytes it came from. */
export function saveImageFields(bytes: Uint8Array, value: SaveImage): Located[] {
  const { byteOrder } = value
  if (!('data' in value)) return saveImageCodec.fields(encodeSaveImage(value), { byteOrder })
  const header = saveHeaderCodec.fields(bytes.subarray(0, SAVE_HEADER_SIZE), { byteOrder })
  const inHeader = header.map((field) => ({ ...field, path: ['header', ...field.path] }))
  return [...inHeader, ...(value.data.length === 0 ? [] : [runField(['data'], SAVE_HEADER_SIZE, value.data)])]
}

export function saveImageToJson(value: SaveImage): Json {
  const { byteOrder, ...image } = value
  if ('data' in image) return { byteOrder, header: saveHeaderCodec.toJson(image.header), data: toHex(image.data) }
  return { byteOrder, ...(saveImageCodec.toJson(image) as Record<string, Json>) }
}

/** @throws EncodeError for JSON that is no save image */
export function saveImageFromJson(json: Json): SaveImage {
  const { byteOrder, ...image } = recordOf(json, []) as Record<string, Json>
  if (byteOrder !== 'little' && byteOrder !== 'big') throw wrongType(['byteOrder'], '"little" or "big"', byteOrder)
  if (!('data' in image)) return { byteOrder, ...saveImageCodec.fromJson(image, { byteOrder }) }
  const header = saveHeaderCodec.fromJson(image.header as Json, { byteOrder })
  return { byteOrder, header, data: bytesFromJson(image.data, ['data']) }
}

/** JSON Schema of what `saveImageToJson` gives. */
export function saveImageSchema(): JsonSchema {
  const header = toJsonSchema(layouts.saveHeader)
  return { anyOf: [ordered(toJsonSchema(layouts.saveImage)), ordered(object({ header, data: BYTES_SCHEMA }))] }
}

const object = (properties: JsonSchema): JsonSchema => ({
  ...{ type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
})

/** The schema of an object that says its byte order, too. */
function ordered({ properties, required, ...schema }: JsonSchema): JsonSchema {
  const byteOrder = { enum: ['little', 'big'] }
  return {
    ...schema,
    properties: { byteOrder, ...(properties as JsonSchema) },
    required: ['byteOrder', ...(required as string[])],
  }
}
