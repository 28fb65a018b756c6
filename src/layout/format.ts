import type { Catalogue, CodeEntry, Finding, Path, PathPart, Report, Severity } from '../findings/index.ts'
import type { Refusal } from './agreement.ts'
import type { Ahead, PushReader, Resolve, Wanted } from './big/index.ts'
import type { Codec, CodecOptions } from './codec.ts'
import { type Evidence, evidenceOf } from './evidence.ts'
import type { BytesInput } from './input.ts'
import type { Json } from './json.ts'
import { byteOrderOption, completeOptions, type OptionMap, type OptionValues } from './options.ts'
import type { Range } from './place.ts'
import { type JsonSchema, toJsonSchema } from './schema.ts'
import type { ByteOrder, StructType, Value } from './types.ts'
import type { Located } from './walk.ts'

/** What detection may look at. */
export interface Probe {
  /** The first bytes, at most 4096 of them. */
  readonly head: Uint8Array
  /** Size of the whole input, where it is known. */
  readonly size?: number | undefined
  /** File name without its folder, where there is one. */
  readonly name?: string
  /** Vendor ID of the device that the bytes belong to, where the user says it. */
  readonly vendorId?: number
}

/** A space inside the input: findings that name it with `in` count their offsets in it. */
export interface DerivedSpace {
  /** As findings name it. */
  readonly name: string
  /** The part of the value that it belongs to. */
  readonly path: Path
  /** Where its bytes come from, in order. */
  readonly pieces: readonly { readonly offset: number; readonly length: number; readonly parentOffset: number }[]
}

/** A value, where there is one, and what was found on the way. */
export interface FormatInspection<V> {
  readonly value: V | undefined
  readonly findings: Finding[]
}

/** Named codes with their explanations. */
export type CodeEntries = Readonly<Record<string, CodeEntry>>

/** One shape for every format: what the command, the fuzz kit, the tests and the docs iterate over. */
export interface Format<V = unknown> {
  /** Stable kebab-case name. */
  readonly name: string
  readonly title: string
  /** Where the layout comes from. */
  readonly source: string
  readonly evidence: Evidence
  readonly options: OptionMap
  /** How much of it a Kaitai description covers. */
  readonly ksy: 'full' | 'parts' | 'none'
  /** Descriptions that the format is made of. */
  readonly structures: readonly Codec[]
  /** Codes that its findings may have, besides those of any structure. */
  readonly codes: CodeEntries
  /** Whether detection may ever choose it. */
  readonly automatic: boolean
  /**
   * How sure the bytes are this format, 0 (no) to 1 (certain). Formats without a magic of their own answer 0 and are
   * only chosen by name.
   */
  detect(probe: Probe): number
  /** @throws DecodeError */
  decode(input: BytesInput, options?: OptionValues): V
  /** @throws EncodeError */
  encode(value: V, options?: OptionValues): Uint8Array
  /** Decodes and judges; never throws for bad bytes. */
  inspect(input: BytesInput, options?: OptionValues): FormatInspection<V>
  /**
   * For streams, which may be larger than memory: reads them as they come in. `decode` and `inspect` give the same of
   * input that is there as a whole.
   *
   * @param ahead the input itself, where more of it than what comes next can be looked at
   */
  reader?(options?: OptionValues, wanted?: Wanted, ahead?: Ahead): PushReader
  /**
   * For streams: the bytes of what `decode --json` prints of one, piece by piece; `resolve` gives those that stand in the
   * original. @throws EncodeError
   */
  encodeJson?(json: Json, resolve: Resolve, options?: OptionValues): Iterable<Uint8Array>
  /** Every field with the bytes it came from. @throws DecodeError */
  fields(input: BytesInput, options?: OptionValues): Located[]
  /** Spaces that findings may count in, for formats made of other formats. @throws DecodeError */
  spaces?(input: BytesInput, options?: OptionValues): DerivedSpace[]
  /**
   * Why a destination whose own state is `own` does not take `given`, apart from what the agreements of single fields
   * say: parts that are missing there, sums, pairs of fields.
   */
  refusals?(given: V, own: V): Refusal[]
  toJson(value: V): Json
  /** @throws EncodeError */
  fromJson(json: Json, options?: OptionValues): V
  /** JSON Schema of what `toJson` gives. */
  schema(): JsonSchema
}

/** Gives the bytes of everything below a path. */
export type Locate = (path: Path) => Range
/** Receives what is wrong with the part at a path, and a severity where it is not that of the code. */
export type Say<Code extends string> = (code: Code, message: string, path: Path, severity?: Severity) => void

/** Makes findings of what is said about parts of a value, with the place of each part. */
export function sayer<Code extends string>(codes: Catalogue<Code>, report: Report, locate: Locate): Say<Code> {
  return (code, message, path, severity) =>
    report(codes.finding(code, message, { ...locate(path), path, ...(severity && { severity }) }))
}

/** Judges a decoded value; the path of each finding counts from the value. */
export type Rule<V> = (
  value: V,
  report: Report,
  locate: Locate,
  /** Those of the description, also parameters that no field depends on: what only a judge wants to know. */
  parameters: Readonly<Record<string, number>>,
) => void

interface StructureFormat<T extends StructType> {
  readonly codec: Codec<T>
  readonly detect?: (probe: Probe) => number
  readonly codes?: CodeEntries
  readonly rule?: Rule<Value<T>>
  readonly refusals?: (given: Value<T>, own: Value<T>) => Refusal[]
}

/** The format of files that hold one structure and nothing else. */
export function structureFormat<T extends StructType>(facts: StructureFormat<T>): Format<Value<T>> {
  const { codec } = facts
  const { type } = codec
  const options: OptionMap = {
    ...(type.byteOrder === 'parameter' ? byteOrderOption : {}),
    ...Object.fromEntries(
      Object.entries(type.parameters).map(([name, { meaning, default: value }]) => [
        name,
        { kind: 'number', default: value, meaning } as const,
      ]),
    ),
  }
  const codecOptions = (given?: OptionValues): CodecOptions => {
    const { byteOrder, ...parameters } = completeOptions(options, given)
    return { byteOrder: (byteOrder ?? 'little') as ByteOrder, parameters: parameters as Record<string, number> }
  }
  return {
    name: type.name,
    title: type.facts.title,
    source: type.facts.source,
    evidence: evidenceOf(type),
    options,
    ksy: 'full',
    structures: [codec],
    codes: facts.codes ?? {},
    automatic: facts.detect !== undefined,
    detect: facts.detect ?? (() => 0),
    decode: (input, given) => codec.decode(input, codecOptions(given)),
    encode: (value, given) => codec.encode(value, codecOptions(given)),
    inspect(input, given) {
      const { value, findings } = codec.inspect(input, codecOptions(given))
      if (value !== undefined && facts.rule !== undefined) {
        let ranges: ReturnType<typeof rangesOf> | undefined
        const locate: Locate = (path) => {
          ranges ??= rangesOf(codec.fields(input, codecOptions(given)))
          return ranges(path)
        }
        facts.rule(value, (finding) => findings.push(finding), locate, codecOptions(given).parameters ?? {})
      }
      return { value, findings }
    },
    fields: (input, given) => codec.fields(input, codecOptions(given)),
    ...(facts.refusals === undefined ? {} : { refusals: facts.refusals }),
    toJson: (value) => codec.toJson(value),
    fromJson: (json, given) => codec.fromJson(json, codecOptions(given)),
    schema: () => toJsonSchema(type),
  }
}

/** The bytes of everything below a path; the first byte with length 0 where nothing is. */
export function rangeOf(fields: readonly Located[], path: Path): Range {
  let start = Number.POSITIVE_INFINITY
  let end = 0
  for (const field of fields) {
    if (!path.every((part, at) => field.path[at] === part)) continue
    start = Math.min(start, field.offset)
    end = Math.max(end, field.offset + field.length)
  }
  return start === Number.POSITIVE_INFINITY ? { offset: 0, length: 0 } : { offset: start, length: end - start }
}

/** Questions that are answered by looking over all fields: an index of them costs more than a few such looks. */
const FEW = 8

/** `rangeOf` for many paths of the same fields: an index of the fields is made once, when it is worth it. */
export function rangesOf(fields: readonly Located[]): (path: Path) => Range {
  let asked = 0
  let indexed: ((path: Path) => Range) | undefined
  return (path) => {
    asked += 1
    if (asked <= FEW) return rangeOf(fields, path)
    indexed ??= indexOf(fields)
    return indexed(path)
  }
}

function indexOf(fields: readonly Located[]): (path: Path) => Range {
  const known = new Map<string, { start: number; end: number }>()
  for (const { path, offset, length } of fields) {
    let key = ''
    for (let depth = 0; depth <= path.length; depth += 1) {
      if (depth > 0) key += keyOf(path[depth - 1] as PathPart)
      const range = known.get(key)
      if (range === undefined) known.set(key, { start: offset, end: offset + length })
      else {
        range.start = Math.min(range.start, offset)
        range.end = Math.max(range.end, offset + length)
      }
    }
  }
  return (path) => {
    const range = known.get(path.map(keyOf).join(''))
    return range === undefined ? { offset: 0, length: 0 } : { offset: range.start, length: range.end - range.start }
  }
}

/** No name contains what ends an index or begins a name. */
const keyOf = (part: PathPart) => (typeof part === 'number' ? `[${part}]` : `.${part}`)
