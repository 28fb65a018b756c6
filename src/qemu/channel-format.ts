import type { Path } from '../findings/index.ts'
import {
  type BytesInput,
  bytesFromJson,
  collected,
  collectedFields,
  type Format,
  type FormatInspection,
  inspected,
  type Json,
  type JsonSchema,
  joined,
  noReferences,
  type OptionValues,
  type PushReader,
  type Resolve,
  RUN_SCHEMA,
  referenceOf,
  runField,
  toBytes,
  type Wanted,
} from '../layout/index.ts'

/** What is special to one kind of channel. */
interface ChannelFormat<V>
  extends Pick<
    Format<V>,
    'name' | 'title' | 'source' | 'options' | 'structures' | 'codes' | 'automatic' | 'detect' | 'toJson' | 'schema'
  > {
  reader(options: OptionValues | undefined, wanted: Wanted): PushReader
  /** The bytes of a value, part by part. @throws EncodeError */
  pieces(value: V, options: OptionValues | undefined): Iterable<Uint8Array>
  /** The bytes of its JSON, part by part. @throws EncodeError */
  jsonPieces(json: Json, resolve: Resolve, options: OptionValues | undefined): Iterable<Uint8Array>
}

/** The format of a recorded channel that is read as it comes in. */
export function channelFormat<V>({ pieces, jsonPieces, ...facts }: ChannelFormat<V>): Format<V> {
  const reader = (options?: OptionValues, wanted: Wanted = 'all') => facts.reader(options, wanted)
  const decode = (input: BytesInput, options?: OptionValues) =>
    collected(reader(options), toBytes(input)) as FormatInspection<V> & { value: V }
  return {
    ...facts,
    evidence: 'verified',
    ksy: 'parts',
    reader,
    decode: (input, options) => decode(input, options).value,
    encode: (value, options) => joined([...pieces(value, options)]),
    inspect: (input, options) => inspected(input, (bytes) => decode(bytes, options)),
    fields: (input, options) => collectedFields(reader(options), toBytes(input), runField),
    fromJson: (json, options) => decode(joined([...jsonPieces(json, noReferences, options)]), options).value,
    encodeJson: jsonPieces,
  }
}

/** The bytes of a run in JSON, which may stand in the original. @throws EncodeError */
export function* runPieces(json: Json | undefined, resolve: Resolve, path: Path): Generator<Uint8Array> {
  const reference = referenceOf(json, path)
  if (reference === undefined) yield bytesFromJson(json, path)
  else yield* resolve(reference, path)
}

/** Bytes of a run in JSON, without having them. @throws EncodeError */
export function runLength(json: Json | undefined, path: Path): number {
  return referenceOf(json, path)?.length ?? bytesFromJson(json, path).length
}

/** JSON Schema of bytes that no description covers. */
export const OPAQUE_SCHEMA: JsonSchema = {
  type: 'object',
  properties: { opaque: RUN_SCHEMA },
  required: ['opaque'],
  additionalProperties: false,
}

/** JSON Schema of an object, some members of which may be missing. */
export function objectSchema(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties: { ...properties }, required, additionalProperties: false } as JsonSchema
}
