import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, EncodeError, type Finding } from '../../src/findings/index.ts'
import { arbitraryOf, mutated } from '../../src/fuzz/index.ts'
import { fixedSize, type Json, type Located, walk, write } from '../../src/layout/index.ts'
import { replaced, STRANGE } from './damage.ts'
import { generatedRead, generatedWrite, REFUSED, routinesOf, runs, type Subject, same, subjects } from './subjects.ts'

describe.each(subjects.map((subject) => [subject.name, subject] as const))('%s', (_, subject) => {
  const { type, codec, byteOrder } = subject
  const options = { byteOrder }
  const values = arbitraryOf(type) as fc.Arbitrary<Record<string, unknown>>
  const encodings = values.map((value) => write(type, value, options))
  const anything = fc.oneof(
    { weight: 1, arbitrary: encodings },
    { weight: 4, arbitrary: mutated(encodings) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 96 }) },
  )

  test('value to bytes to value, and to JSON and back', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = codec.encode(value, options)
        expect(codec.decode(bytes, options)).toEqual(value)
        const json = JSON.parse(JSON.stringify(codec.toJson(value))) as Json
        expect(codec.fromJson(json)).toEqual(value)
      }),
      { numRuns: runs(60) },
    )
  })

  test('any bytes: a typed error, or a value that encodes to the same bytes', () => {
    fc.assert(
      fc.property(anything, (bytes) => {
        const walked = walkAll(subject, bytes)
        const generated = generatedRead(subject, bytes)
        if (walked instanceof DecodeError) {
          expect(generated).toBe(REFUSED)
          expect(() => codec.decode(bytes, options)).toThrow(DecodeError)
          expect(walked.offset).toBeLessThanOrEqual(bytes.length)
          expect(codec.inspect(bytes, options).findings.at(-1)).toMatchObject({ code: walked.code, severity: 'error' })
          return
        }
        expect(generated).toEqual(walked.value)
        expect(codec.decode(bytes, options)).toEqual(walked.value)
        expect(codec.encode(walked.value, options)).toEqual(bytes)
        expect(write(type, walked.value, options)).toEqual(bytes)
        expect(generatedWrite(subject, walked.value)).toEqual(bytes)
        expect(codec.inspect(bytes, options)).toEqual({
          value: walked.value,
          length: bytes.length,
          findings: walked.findings,
        })
        const json = JSON.parse(JSON.stringify(codec.toJson(walked.value))) as Json
        expect(codec.encode(codec.fromJson(json), options)).toEqual(bytes)
        expectTiled(walked.fields, bytes.length)
      }),
      { numRuns: runs(150) },
    )
  })

  test('every beginning of an encoding: it needs more, or is a whole value', () => {
    fc.assert(
      fc.property(encodings, fc.nat(), (bytes, seed) => {
        for (const length of beginnings(bytes.length, seed)) {
          const walked = walkAll(subject, bytes.subarray(0, length))
          if (walked instanceof DecodeError) expect(walked.needsMore).toBe(true)
          else expect(codec.encode(walked.value, options)).toEqual(bytes.subarray(0, length))
        }
      }),
      { numRuns: runs(20) },
    )
  })

  test('generated encoder and interpreter refuse the same values', () => {
    fc.assert(
      fc.property(
        values,
        fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...STRANGE),
        (value, way, odd) => {
          const damaged = replaced(value, way, odd)
          const generated = generatedWrite(subject, damaged)
          let interpreted: unknown
          try {
            interpreted = write(type, damaged, options)
          } catch (error) {
            expect(error).toBeInstanceOf(EncodeError)
            interpreted = REFUSED
          }
          expect(generated).toEqual(interpreted)
          // What both accept says what its bytes say, if perhaps in other words (1 for a named number).
          if (generated !== REFUSED)
            expect(write(type, codec.decode(generated as Uint8Array, options), options)).toEqual(generated)
        },
      ),
      { numRuns: runs(150) },
    )
  })

  if (fixedSize(type) !== undefined && fixedSize(type) !== 0)
    test('columns and cleanness agree with decoding', () => {
      fc.assert(
        fc.property(fc.array(encodings, { maxLength: 4 }), (elements) => {
          const size = fixedSize(type) as number
          const table = new Uint8Array(elements.length * size)
          elements.forEach((element, index) => {
            table.set(element, index * size)
          })
          const columns = codec.columns(table, options) as unknown as Record<string, ArrayLike<unknown>>
          const routines = routinesOf(subject)
          elements.forEach((element, index) => {
            const walked = walkAll(subject, element)
            if (walked instanceof DecodeError || routines.size === undefined) throw new Error('An encoding decodes.')
            expect(routines.clean(new DataView(element.buffer), element, 0)).toBe(walked.findings.length === 0)
            for (const [name, field] of Object.entries(type.fields)) {
              if (field.kind === 'int') expect(columns[name]?.[index]).toBe(walked.value[name])
              if (field.kind === 'bits') {
                const word = walked.fields.find(({ path }) => path[0] === name) as Located
                expect(BigInt(columns[name]?.[index] as number | bigint)).toBe(wordAt(subject, element, word))
              }
            }
          })
        }),
        { numRuns: runs(20) },
      )
    })

  if (fixedSize(type) !== undefined)
    test('clean means that nothing is reported', () => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: fixedSize(type) ?? 0, maxLength: fixedSize(type) ?? 0 }), (bytes) => {
          const routines = routinesOf(subject)
          if (routines.size === undefined) throw new Error('A fixed size.')
          const walked = walkAll(subject, bytes)
          const silent = !(walked instanceof DecodeError) && walked.findings.length === 0
          expect(routines.clean(new DataView(bytes.buffer), bytes, 0)).toBe(silent)
        }),
        { numRuns: runs(40) },
      )
    })
})

interface Walked {
  readonly value: Record<string, unknown>
  readonly fields: Located[]
  readonly findings: Finding[]
}

/** The careful decoder over the whole input. */
function walkAll({ type, byteOrder }: Subject, bytes: Uint8Array): Walked | DecodeError {
  const fields: Located[] = []
  const findings: Finding[] = []
  try {
    const visit = (field: Located) => fields.push(field)
    const report = (finding: Finding) => findings.push(finding)
    const { value, length } = walk(type, bytes, { byteOrder, visit, report })
    if (length === bytes.length) return { value, fields, findings }
    return new DecodeError({ code: 'layout/trailing-bytes', path: [], offset: length, expected: '', found: '' })
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}

/** Fields follow one another without gap or overlap; members of one word share its bytes and split its bits. */
function expectTiled(fields: readonly Located[], length: number): void {
  let end = 0
  let word: Located | undefined
  for (const field of fields) {
    const shares =
      word?.bits !== undefined && field.bits !== undefined && same(word.path.slice(0, -1), field.path.slice(0, -1))
    expect(field.offset).toBe(shares ? word?.offset : end)
    if (shares) expect(field.length).toBe(word?.length)
    end = field.offset + field.length
    word = field
  }
  expect(end).toBe(length)
}

function wordAt({ type, byteOrder }: Subject, bytes: Uint8Array, { offset, length, path }: Located): bigint {
  const field = type.fields[path[0] as string]
  if (field?.kind !== 'bits') throw new Error('A word.')
  const { order } = field.word
  const struct = type.byteOrder === 'parameter' ? byteOrder : type.byteOrder
  const little = (order === 'inherit' ? struct : order) === 'little'
  const run = [...bytes.subarray(offset, offset + length)]
  return (little ? run.reverse() : run).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

/** All lengths below a short one's, some below a long one's. */
function beginnings(length: number, seed: number): number[] {
  if (length <= 80) return Array.from({ length }, (_, at) => at)
  return [0, 1, length - 1, ...Array.from({ length: 16 }, (_, at) => (seed + at * 37) % length)]
}
