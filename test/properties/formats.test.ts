import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLspci } from '../../src/capture/index.ts'
import { DecodeError, EncodeError, type Finding } from '../../src/findings/index.ts'
import { arbitraryOfFormat, mutated, sameValue } from '../../src/fuzz/index.ts'
import type { Format, FormatOption, Json, Located, OptionValues } from '../../src/layout/index.ts'
import { allCodes, formats } from '../../src/registry/index.ts'
import { replaced, STRANGE } from './damage.ts'

// Values are large: whoever looks into a failure shrinks it with the path that the report gives.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })

/** Text comes back in one canonical layout: the values are equal then, not the bytes. */
const CANONICAL: ReadonlySet<string> = new Set(['lspci-dump'])

const codes = allCodes()

/** Each format with its defaults, and with each other setting of one option. */
const subjects = formats.flatMap((format) => {
  const settings: OptionValues[] = [{}]
  for (const [name, option] of Object.entries(format.options))
    for (const value of othersOf(option)) settings.push({ [name]: value })
  return settings.map((options) => [`${format.name} ${JSON.stringify(options)}`, format, options] as const)
})

function othersOf(option: FormatOption): (string | number | boolean)[] {
  if (option.kind === 'choice') return option.values.filter((value) => value !== option.default)
  if (option.kind === 'address') return ['0x1000', 12345]
  return option.kind === 'flag' ? [!option.default] : [option.default + 1, option.default + 64]
}

/** Many bytes from few choices. */
const noise = fc.record({ seed: fc.nat(), length: fc.integer({ min: 250, max: 5000 }) }).map(({ seed, length }) => {
  let state = seed | 1
  return Uint8Array.from({ length }, () => {
    state = Math.imul(state, 1103515245) + 12345
    return state >>> 16
  })
})

/** Settings other than the defaults differ in few places. */
const runs = (wanted: number, options: OptionValues) =>
  Object.keys(options).length === 0 ? wanted : Math.ceil(wanted / 4)

describe.each(subjects)('%s', (_, format, options) => {
  const values = arbitraryOfFormat(format, options)
  const encodings = values.map((value) => format.encode(value, options))
  const anything = fc.oneof(
    { weight: 1, arbitrary: encodings },
    { weight: 4, arbitrary: mutated(encodings) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    { weight: 1, arbitrary: noise },
  )

  test('value to bytes to value, and to JSON and back', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = format.encode(value, options)
        expect(format.decode(bytes, options)).toEqual(value)
        const json = JSON.parse(JSON.stringify(format.toJson(value))) as Json
        expect(format.fromJson(json, options)).toEqual(value)
      }),
      { numRuns: runs(60, options) },
    )
  })

  test('any bytes: a typed error, or a value that loses nothing', () => {
    fc.assert(
      fc.property(anything, (bytes) => expectLawful(format, options, bytes)),
      { numRuns: runs(150, options) },
    )
  })

  test('every beginning of an encoding', () => {
    fc.assert(
      fc.property(encodings, fc.nat(), (bytes, seed) => {
        for (const length of beginnings(bytes.length, seed)) expectLawful(format, options, bytes.subarray(0, length))
      }),
      { numRuns: runs(12, options) },
    )
  })

  const ways = fc.array(fc.nat(), { minLength: 0, maxLength: 6 })
  const odd = fc.constantFrom(...STRANGE)

  test('damaged values are refused with an EncodeError', () => {
    fc.assert(
      fc.property(values, ways, odd, (value, way, strange) => {
        const damaged = replaced(value, way, strange)
        const bytes = orRefused(() => format.encode(damaged, options))
        if (bytes !== undefined) expect(bytes).toBeInstanceOf(Uint8Array)
      }),
      { numRuns: runs(200, options) },
    )
  })

  test('damaged JSON is refused with an EncodeError', () => {
    fc.assert(
      fc.property(values, ways, odd, (value, way, strange) => {
        const json = replaced(format.toJson(value), way, strange)
        if (!isJson(json)) return
        const back = orRefused(() => format.fromJson(json, options))
        if (back !== undefined) orRefused(() => format.encode(back, options))
      }),
      { numRuns: runs(200, options) },
    )
  })
})

test('the input stays as it is', () => {
  for (const format of formats) {
    fc.assert(
      fc.property(
        arbitraryOfFormat(format).map((value) => format.encode(value)),
        (bytes) => {
          const before = bytes.slice()
          format.inspect(bytes)
          expect(bytes).toEqual(before)
        },
      ),
      { numRuns: 5 },
    )
  }
})

/** What holds for any bytes whatsoever. */
function expectLawful(format: Format, options: OptionValues, bytes: Uint8Array): void {
  const confidence = format.detect({ head: bytes.subarray(0, 4096), size: bytes.length, name: 'config' })
  expect(confidence).toBeGreaterThanOrEqual(0)
  expect(confidence).toBeLessThanOrEqual(1)
  const { value, findings } = format.inspect(bytes, options)
  expectPlaced(format, bytes, findings, options)

  const decoded = decodedOrError(format, options, bytes)
  if (decoded instanceof DecodeError) {
    expect(codes.has(decoded.code), decoded.code).toBe(true)
    expect(decoded.offset).toBeLessThanOrEqual(bytes.length)
    expect(findings.some(({ code, severity }) => code === decoded.code && severity === 'error')).toBe(true)
    return
  }
  if (value !== undefined) expect(sameValue(value, decoded)).toBe(true)
  const again = format.encode(decoded, options)
  if (CANONICAL.has(format.name)) expect(sameValue(format.decode(again, options), decoded)).toBe(true)
  else expectSameBytes(again, bytes)
  const json = JSON.parse(JSON.stringify(format.toJson(decoded))) as Json
  expectSameBytes(format.encode(format.fromJson(json, options), options), again)
  for (const space of spacesOf(format, bytes, options)) {
    // Fields count in the input; a derived space only has findings of its own.
    if (space.parent !== undefined) continue
    const fields = format.fields(bytes, options).filter(({ path }) => isBelow(path, space.path))
    expectTiled(fields, space.size, inSpace(findings, space, spacesOf(format, bytes, options)))
  }
}

/** Large runs of bytes take long to compare one by one. */
function expectSameBytes(found: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(found, expected) !== 0) expect(found).toEqual(expected)
}

/** Findings of a space, those of the spaces derived from it included, with their offsets in it. */
function inSpace(findings: readonly Finding[], space: Space, spaces: readonly Space[]): Finding[] {
  return findings.flatMap((finding) => {
    if ((finding.in ?? '') === space.name) return [finding]
    const { parent } = spaces.find(({ name }) => name === finding.in) ?? {}
    return parent === undefined ? [] : [{ ...finding, offset: finding.offset + parent }]
  })
}

function decodedOrError(format: Format, options: OptionValues, bytes: Uint8Array): unknown {
  try {
    return format.decode(bytes, options)
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}

interface Space {
  readonly name: string
  readonly path: readonly (string | number)[]
  readonly size: number
  /** Where a space derived from the input starts in it. */
  readonly parent?: number
}

/** The spaces that offsets count in: the input and what is derived from it, or the bytes of each function of a dump. */
function spacesOf(format: Format, bytes: Uint8Array, options: OptionValues): Space[] {
  if (format.name !== 'lspci-dump') {
    const derived = (format.spaces?.(bytes, options) ?? []).map(({ name, path, pieces }) => {
      const size = pieces.reduce((sum, { length }) => sum + length, 0)
      return { name, path, size, parent: pieces[0]?.parentOffset ?? 0 }
    })
    return [{ name: '', path: [], size: bytes.length }, ...derived]
  }
  return readLspci(bytes).map((captured, index) => ({
    name: `functions[${index}].configSpace`,
    path: ['functions', index, 'configSpace'],
    size: captured.bytes.length,
  }))
}

const isBelow = (path: readonly unknown[], above: readonly unknown[]) => above.every((part, at) => path[at] === part)

/** Findings lie inside the space that they name, and `vfmig explain` knows them. */
function expectPlaced(format: Format, bytes: Uint8Array, findings: readonly Finding[], options: OptionValues): void {
  const spaces = findings.some((finding) => finding.in !== undefined) ? spacesOf(format, bytes, options) : []
  for (const finding of findings) {
    const { code, offset, length, message } = finding
    const size = finding.in === undefined ? bytes.length : spaces.find(({ name }) => name === finding.in)?.size
    const place = `${code} at ${offset}, ${length} bytes`
    expect(codes.has(code), code).toBe(true)
    expect(offset >= 0 && length >= 0 && offset + length <= (size ?? -1), place).toBe(true)
    expect(message.endsWith('.') && !message.endsWith('..'), `${place}: ${message}`).toBe(true)
  }
}

/** Every byte stands in a field, and in one only unless a finding says that capabilities overlap there. */
function expectTiled(fields: readonly Located[], size: number, findings: readonly Finding[]): void {
  const owners = new Uint16Array(size)
  const words = new Set<string>()
  for (const { path, offset, length, bits } of fields) {
    // Members of a word share its bytes.
    const word = `${offset} ${path.slice(0, -1).join('.')}`
    if (bits !== undefined && words.has(word)) continue
    if (bits !== undefined) words.add(word)
    expect(offset + length).toBeLessThanOrEqual(size)
    for (let at = offset; at < offset + length; at++) owners[at] = (owners[at] as number) + 1
  }
  const shared = findings.filter(({ code }) => code === 'pci/capability-overlap')
  for (const [at, count] of owners.entries()) {
    if (count === 1) continue
    const isShared = shared.some(({ offset, length }) => at >= offset && at < offset + length)
    expect(`byte ${at} in ${count} fields`).toBe(count > 1 && isShared ? `byte ${at} in ${count} fields` : 'one field')
  }
}

/** What the step gives; undefined where it refuses. Any other error is a failure. */
function orRefused<T>(step: () => T): T | undefined {
  try {
    return step()
  } catch (error) {
    if (error instanceof EncodeError) {
      expect(codes.has(error.code), error.code).toBe(true)
      return undefined
    }
    throw error
  }
}

function isJson(value: unknown): value is Json {
  try {
    return value !== undefined && sameValue(JSON.parse(JSON.stringify(value)), value)
  } catch {
    return false
  }
}

/** All lengths below a short one's, some below a long one's. */
function beginnings(length: number, seed: number): number[] {
  if (length <= 200) return Array.from({ length }, (_, at) => at)
  return [0, 1, 63, 64, length - 1, ...Array.from({ length: 16 }, (_, at) => (seed + at * 37) % length)]
}
