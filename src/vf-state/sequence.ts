import { atPath, counted, DecodeError, type Finding } from '../findings/index.ts'
import {
  arrayOf,
  BYTES_SCHEMA,
  type BytesInput,
  bytesFromJson,
  type Codec,
  completeOptions,
  errorFinding,
  type Format,
  type Json,
  type JsonSchema,
  joined,
  type Located,
  lengthMismatch,
  movedFields,
  movedFindings,
  type OptionValues,
  type Refusal,
  recordOf,
  refuseStrangers,
  runField,
  runOf,
  type StructType,
  toBytes,
  toHex,
  toJsonSchema,
  toView,
  type Value,
} from '../layout/index.ts'

/** What stands in a sequence: how one of it is read, written and told of. Offsets and paths count from its start. */
export interface Element<V> {
  /** The one that starts at an offset, with the bytes that it takes; undefined where too few are left for one. */
  readAt(bytes: Uint8Array, offset: number): { readonly value: V; readonly length: number } | undefined
  /** @throws EncodeError */
  write(value: unknown): Uint8Array
  fields(bytes: Uint8Array): Located[]
  findings(bytes: Uint8Array): Finding[]
  toJson(value: V): Json
  /** @throws EncodeError */
  fromJson(json: Json): V
  schema(): JsonSchema
}

/** An element that its description says all about: it decodes wherever `least` bytes are left. */
export function describedElement<T extends StructType>(codec: Codec<T>, least: number): Element<Value<T>> {
  return {
    readAt(bytes, offset) {
      if (bytes.length - offset < least) return undefined
      return codec.decodeAt({ bytes, view: toView(bytes), offset, end: bytes.length })
    },
    write: (value) => codec.encode(value as Value<T>),
    fields: (bytes) => codec.fields(bytes),
    findings: (bytes) => codec.findingsAt({ bytes, view: toView(bytes), offset: 0, end: bytes.length }),
    toJson: (value) => codec.toJson(value),
    fromJson: (json) => codec.fromJson(json),
    schema: () => toJsonSchema(codec.type),
  }
}

/** An element and where it lies. */
export interface Placed<V> {
  readonly value: V
  readonly offset: number
  readonly length: number
}

/** A decoded sequence with what rules need to know. */
export interface SequenceReading<V> {
  readonly items: readonly Placed<V>[]
  /** Where the last element ends. */
  readonly end: number
  readonly bytes: Uint8Array
}

/** Elements one after another, in a member of any name, and the bytes behind them, where too few are left for one. */
export type Sequence<M extends string, V> = Record<M, V[]> & { trailing?: Uint8Array }

interface SequenceFacts<M extends string, V>
  extends Pick<Format, 'name' | 'title' | 'source' | 'evidence' | 'codes' | 'options' | 'structures'> {
  readonly member: M
  readonly element: Element<V>
  readonly detect?: Format['detect']
  /** Judges what the elements do not say themselves. */
  judge(reading: SequenceReading<V>, options: OptionValues): Finding[]
  readonly refusals?: (given: Sequence<M, V>, own: Sequence<M, V>) => Refusal[]
}

/** The format of bytes that hold one kind of structure again and again, at least once. */
export function sequenceFormat<M extends string, V>(facts: SequenceFacts<M, V>): Format<Sequence<M, V>> {
  const { name, title, source, evidence, codes, options, structures, member, element } = facts
  const read = (input: BytesInput) => readSequence(element, toBytes(input), member)
  const toValue = ({ items, end, bytes }: SequenceReading<V>) => {
    const value = { [member]: items.map((item) => item.value) } as Sequence<M, V>
    if (end < bytes.length) value.trailing = bytes.subarray(end)
    return value
  }
  return {
    ...{ name, title, source, evidence, codes, options, structures },
    ksy: 'parts',
    automatic: facts.detect !== undefined,
    detect: facts.detect ?? (() => 0),
    decode: (input) => toValue(read(input)),
    encode: (value) => writeSequence(element, value, member),
    inspect(input, given) {
      const bytes = toBytes(input)
      const settings = completeOptions(options, given)
      try {
        const reading = read(bytes)
        const own = reading.items.flatMap(({ offset, length }, index) =>
          movedFindings(element.findings(bytes.subarray(offset, offset + length)), offset, [member, index]),
        )
        return { value: toValue(reading), findings: [...own, ...facts.judge(reading, settings)] }
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error
        return { value: undefined, findings: [errorFinding(error, bytes.length)] }
      }
    },
    fields(input) {
      const { items, end, bytes } = read(input)
      const fields = items.flatMap(({ offset, length }, index) =>
        movedFields(element.fields(bytes.subarray(offset, offset + length)), offset, [member, index]),
      )
      if (end < bytes.length) fields.push(runField(['trailing'], end, bytes.subarray(end)))
      return fields
    },
    ...(facts.refusals === undefined ? {} : { refusals: facts.refusals }),
    toJson(value) {
      const json: { [name: string]: Json } = { [member]: value[member].map((item) => element.toJson(item)) }
      if (value.trailing !== undefined) json.trailing = toHex(value.trailing)
      return json
    },
    fromJson: (json) => sequenceFromJson(element, json, member),
    schema: () => schemaOf(element, member),
  }
}

/** @throws DecodeError where not even the first element is there */
function readSequence<V>(element: Element<V>, bytes: Uint8Array, member: string): SequenceReading<V> {
  const items: Placed<V>[] = []
  let end = 0
  for (let next = element.readAt(bytes, 0); next !== undefined; next = element.readAt(bytes, end)) {
    items.push({ ...next, offset: end })
    end += next.length
  }
  if (items.length > 0) return { items, end, bytes }
  const found = bytes.length === 0 ? 'the end of the input' : counted(bytes.length, 'byte')
  const facts = { path: [member, 0], offset: 0, expected: 'at least one element', found, needsMore: true }
  throw new DecodeError({ code: 'layout/ended-early', ...facts })
}

/** @throws EncodeError for a value of which the bytes would be read as another */
function writeSequence<V>(element: Element<V>, value: unknown, member: string): Uint8Array {
  const given = recordOf(value, [])
  refuseStrangers(given, [member, 'trailing'], [])
  const items = arrayOf(given[member], [member])
  const parts = items.map((item, index) => atPath([member, index], () => element.write(item)))
  const trailing = given.trailing === undefined ? undefined : runOf(given.trailing, ['trailing'])
  if (trailing?.length === 0) throw lengthMismatch(['trailing'], 'at least one byte', 'none')
  const bytes = joined(trailing === undefined ? parts : [...parts, trailing])
  let offset = 0
  for (const [index, { length }] of parts.entries()) {
    const read = element.readAt(bytes, offset)?.length
    if (read !== length) {
      throw lengthMismatch([member, index], `${read ?? 'no'} bytes, as it states itself`, counted(length, 'byte'))
    }
    offset += length
  }
  if (parts.length === 0) throw lengthMismatch([member], 'at least one element', 'none')
  const more = element.readAt(bytes, offset)
  if (more === undefined) return bytes
  throw lengthMismatch(['trailing'], 'too few bytes for another element', counted(bytes.length - offset, 'byte'))
}

function sequenceFromJson<M extends string, V>(element: Element<V>, json: Json, member: M): Sequence<M, V> {
  const given = recordOf(json, []) as { [name: string]: Json }
  refuseStrangers(given, [member, 'trailing'], [])
  const items = arrayOf(given[member], [member]).map((item, index) =>
    atPath([member, index], () => element.fromJson(item as Json)),
  )
  const value = { [member]: items } as Sequence<M, V>
  if (given.trailing !== undefined) value.trailing = bytesFromJson(given.trailing, ['trailing'])
  return value
}

function schemaOf<V>(element: Element<V>, member: string): JsonSchema {
  const properties: JsonSchema = { [member]: { type: 'array', items: element.schema() }, trailing: BYTES_SCHEMA }
  return { type: 'object', properties, required: [member], additionalProperties: false }
}
