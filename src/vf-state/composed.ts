import { atPath, DecodeError, EncodeError, type Finding, type Path, type Report } from '../findings/index.ts'
import {
  type BytesInput,
  type CodeEntries,
  completeOptions,
  type DerivedSpace,
  describe,
  errorFinding,
  type Format,
  isOpaque,
  type Json,
  type JsonSchema,
  joined,
  type Located,
  type OptionMap,
  type OptionValues,
  rangesOf,
  runField,
  toBytes,
  toHex,
  trailingFinding,
} from '../layout/index.ts'
import { type ComposedKind, fieldNames, jsonParts, schemaOf } from './composed-parts.ts'

/** Where a part lies; parts follow each other from the first byte on. */
export interface Part {
  readonly name: string
  readonly offset: number
  readonly length: number
  readonly options?: OptionValues
}

/** What a rule may look at besides the value. */
export interface ComposedView {
  readonly bytes: Uint8Array
  readonly parts: readonly Part[]
  readonly options: OptionValues
  locate(path: Path): { offset: number; length: number }
}

export interface ComposedFacts<V> extends Pick<Format, 'name' | 'title' | 'source' | 'evidence'> {
  readonly options: OptionMap
  readonly codes: CodeEntries
  /** Formats of the parts, in the order of their bytes. */
  readonly kinds: Readonly<Record<string, ComposedKind>>
  /** Finds the parts; what is behind the last becomes `trailing`. @throws DecodeError when the first part is not there */
  split(bytes: Uint8Array, options: OptionValues): Part[]
  /** Options that a part of a value is written with. */
  partOptions?(name: string, part: unknown): OptionValues
  rule?(value: V, report: Report, view: ComposedView): void
}

type Members = Record<string, unknown>

/**
 * The format of bytes that are several formats one after another. A part that does not decode stands there as
 * `{ opaque }`; bytes behind the last part are kept as `trailing`.
 */
export function composedFormat<V extends object>(facts: ComposedFacts<V>): Format<V> {
  const { name, title, source, evidence, options, kinds } = facts
  const structures = Object.values(kinds).flatMap(({ format }) => format.structures)
  const composed = new Composed(facts as unknown as ComposedFacts<Members>)
  return {
    ...{ name, title, source, evidence, options },
    ksy: 'parts',
    structures: [...new Set(structures)],
    codes: Object.assign({}, ...Object.values(kinds).map(({ format }) => format.codes), facts.codes) as CodeEntries,
    automatic: false,
    detect: () => 0,
    decode: (input, given) => composed.read(toBytes(input), given).value as V,
    encode: (value, given) => composed.write(value as Members, given),
    inspect: (input, given) => composed.inspect(input, given) as { value: V | undefined; findings: Finding[] },
    fields: (input, given) => composed.fields(toBytes(input), given),
    spaces: (input, given) => composed.spaces(toBytes(input), given),
    toJson: (value) => composed.toJson(value as Members),
    fromJson: (json, given) => jsonParts(kinds, json, given) as V,
    schema: (): JsonSchema => schemaOf(kinds),
  }
}

class Composed {
  constructor(private readonly facts: ComposedFacts<Members>) {}

  read(bytes: Uint8Array, given: OptionValues | undefined): { value: Members; parts: Part[]; end: number } {
    const parts = this.split(bytes, given)
    const value: Members = {}
    for (const part of parts) {
      const { format, inline } = this.kind(part)
      const run = runOf(bytes, part)
      if (inline)
        Object.assign(
          value,
          inPlace(part, () => format.decode(run, part.options)),
        )
      else value[part.name] = tolerantly(format, run, part.options)
    }
    const end = endOf(parts)
    if (end < bytes.length) value.trailing = bytes.subarray(end)
    return { value, parts, end }
  }

  inspect(input: BytesInput, given: OptionValues | undefined): { value: Members | undefined; findings: Finding[] } {
    const bytes = toBytes(input)
    try {
      const { value, parts, end } = this.read(bytes, given)
      const findings = parts.flatMap((part) => this.findingsOf(part, bytes))
      if (end < bytes.length) findings.push({ ...trailingFinding(end, bytes.length), path: ['trailing'] })
      let ranges: ReturnType<typeof rangesOf> | undefined
      const locate = (path: Path) => {
        ranges ??= rangesOf(this.fields(bytes, given))
        return ranges(path)
      }
      const view = { bytes, parts, options: this.complete(given), locate }
      this.facts.rule?.(value, (finding) => findings.push(finding), view)
      return { value, findings }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  }

  fields(bytes: Uint8Array, given: OptionValues | undefined): Located[] {
    const { value, parts, end } = this.read(bytes, given)
    const fields = parts.flatMap((part) => {
      if (!isOpaque(value[part.name])) return this.fieldsOf(part, bytes)
      return [run([part.name, 'opaque'], bytes, part.offset, part.length)]
    })
    if (end === bytes.length) return fields
    return [...fields, run(['trailing'], bytes, end, bytes.length - end)]
  }

  spaces(bytes: Uint8Array, given: OptionValues | undefined): DerivedSpace[] {
    return this.split(bytes, given)
      .filter((part) => this.kind(part).space)
      .map(({ name, offset, length }) => ({
        name,
        path: [name],
        pieces: [{ offset: 0, length, parentOffset: offset }],
      }))
  }

  write(value: Members, given: OptionValues | undefined): Uint8Array {
    if (value === null || typeof value !== 'object') throw wrong([], 'an object', value)
    const { kinds } = this.facts
    const strangers = new Set(Object.keys(value).filter((name) => value[name] !== undefined))
    const runs: { name: string; bytes: Uint8Array }[] = []
    for (const [name, { format, inline }] of Object.entries(kinds)) {
      const names = inline ? fieldNames(format) : [name]
      const isThere = names.filter((member) => strangers.delete(member)).length > 0
      if (!isThere) continue
      if (inline) {
        const members = Object.fromEntries(names.filter((member) => member in value).map((m) => [m, value[m]]))
        runs.push({ name, bytes: format.encode(members, this.facts.partOptions?.(name, members)) })
      } else runs.push({ name, bytes: atPath([name], () => this.writePart(name, format, value[name])) })
    }
    if (strangers.delete('trailing')) runs.push({ name: 'trailing', bytes: trailingOf(value) })
    const [stranger] = strangers
    if (stranger !== undefined) {
      const known = Object.entries(kinds).flatMap(([n, { format, inline }]) => (inline ? fieldNames(format) : [n]))
      const expected = `one of ${[...known, 'trailing'].join(', ')}`
      throw new EncodeError({ ...refused('layout/unexpected-field', [stranger]), expected, found: 'another member' })
    }
    const bytes = joined(runs.map(({ bytes }) => bytes))
    this.checkSplit(bytes, runs, given)
    return bytes
  }

  toJson(value: Members): Json {
    const json: { [name: string]: Json } = {}
    for (const [name, { format, inline }] of Object.entries(this.facts.kinds)) {
      if (inline) {
        const names = fieldNames(format).filter((member) => value[member] !== undefined)
        if (names.length === 0) continue
        Object.assign(json, format.toJson(Object.fromEntries(names.map((member) => [member, value[member]]))))
      } else if (value[name] !== undefined) {
        const part = value[name]
        json[name] = isOpaque(part) ? { opaque: toHex(part.opaque) } : format.toJson(part)
      }
    }
    if (value.trailing !== undefined) json.trailing = toHex(value.trailing as Uint8Array)
    return json
  }

  private complete(given: OptionValues | undefined): OptionValues {
    return completeOptions(this.facts.options, given)
  }

  private split(bytes: Uint8Array, given: OptionValues | undefined): Part[] {
    return this.facts.split(bytes, this.complete(given))
  }

  private kind({ name }: Part): ComposedKind {
    return this.facts.kinds[name] as ComposedKind
  }

  private findingsOf(part: Part, bytes: Uint8Array): Finding[] {
    const { format, inline, space } = this.kind(part)
    const { findings } = format.inspect(runOf(bytes, part), part.options)
    return findings.map((finding) => {
      const path = inline ? finding.path : [part.name, ...finding.path]
      return space ? { ...finding, path, in: part.name } : { ...finding, path, offset: finding.offset + part.offset }
    })
  }

  private fieldsOf(part: Part, bytes: Uint8Array): Located[] {
    const { format, inline } = this.kind(part)
    const path = inline ? [] : [part.name]
    return format.fields(runOf(bytes, part), part.options).map((field) => ({
      ...field,
      path: [...path, ...field.path],
      offset: field.offset + part.offset,
    }))
  }

  private writePart(name: string, format: Format, part: unknown): Uint8Array {
    if (!isOpaque(part)) return format.encode(part, this.facts.partOptions?.(name, part))
    if (!(part.opaque instanceof Uint8Array)) throw wrong(['opaque'], 'bytes', part.opaque)
    return part.opaque
  }

  /** Lengths are not in the bytes, or stand elsewhere: whoever reads them has to find the same parts. */
  private checkSplit(bytes: Uint8Array, runs: readonly { name: string; bytes: Uint8Array }[], given?: OptionValues) {
    let found: { name: string; length: number }[]
    try {
      const parts = this.split(bytes, given)
      const left = bytes.length - endOf(parts)
      found = left === 0 ? parts : [...parts, { name: 'trailing', length: left }]
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const { path, expected, found: there } = error
      throw new EncodeError({ ...refused('layout/length-mismatch', path), expected, found: there })
    }
    for (let at = 0; at < Math.max(found.length, runs.length); at++) {
      const [read, written] = [found[at], runs[at]]
      if (read?.name === written?.name && read?.length === written?.bytes.length) continue
      const expected = read === undefined ? 'the end' : `${read.name} of ${read.length} bytes`
      const there = written === undefined ? 'the end' : `${written.name} of ${written.bytes.length} bytes`
      throw new EncodeError({
        ...refused('layout/length-mismatch', [written?.name ?? read?.name ?? '']),
        expected,
        found: there,
      })
    }
  }
}

const refused = (code: string, path: Path) => ({ code, path })

function wrong(path: Path, expected: string, found: unknown): EncodeError {
  return new EncodeError({ ...refused('layout/wrong-type', path), expected, found: describe(found) })
}

function trailingOf({ trailing }: Members): Uint8Array {
  if (!(trailing instanceof Uint8Array) || trailing.length === 0) throw wrong(['trailing'], 'bytes', trailing)
  return trailing
}

function endOf(parts: readonly Part[]): number {
  const last = parts.at(-1)
  return last === undefined ? 0 : last.offset + last.length
}

const runOf = (bytes: Uint8Array, { offset, length }: Part) => bytes.subarray(offset, offset + length)

function run(path: Path, bytes: Uint8Array, offset: number, length: number): Located {
  return runField(path, offset, bytes.subarray(offset, offset + length))
}

function tolerantly(format: Format, bytes: Uint8Array, options: OptionValues | undefined): unknown {
  try {
    return format.decode(bytes, options)
  } catch (error) {
    if (error instanceof DecodeError) return { opaque: bytes }
    throw error
  }
}

/** A part whose errors are errors of the whole: their offsets count from its start. */
function inPlace<R>({ offset }: Part, step: () => R): R {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw new DecodeError({ ...error, offset: error.offset + offset })
  }
}
