import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type DeviceDescription,
  decodeDevice,
  encodeDevice,
  fieldsFromJson,
  fieldsToJson,
  readVmDescription,
  sizeOf,
} from '../../../src/qemu/vmdesc/index.ts'
import { first, read, root } from './support.ts'

/** A piece of a description and bytes that it is right for. */
interface Piece {
  readonly json: object
  readonly body: readonly number[]
}

const TYPES: readonly (readonly [type: string, size: number])[] = [
  ['bool', 1],
  ['int8', 1],
  ['uint16', 2],
  ['int32 le', 4],
  ['uint32', 4],
  ['int64', 8],
  ['timer', 8],
]

const run = (length: number) => fc.array(fc.nat(255), { minLength: length, maxLength: length })

const scalar = fc
  .constantFrom(...TYPES)
  .chain(([type, size]) => run(size).map((body): Piece => ({ json: { type, size }, body })))

const buffer = fc
  .array(fc.nat(255), { maxLength: 9 })
  .map((body): Piece => ({ json: { type: 'buffer', size: body.length }, body }))

const numbers = fc
  .tuple(fc.constantFrom(...TYPES), fc.integer({ min: 2, max: 5 }))
  .chain(([[type, size], count]) =>
    run(size * count).map((body): Piece => ({ json: { type, size, array_len: count }, body })),
  )

const pointers = fc
  .integer({ min: 1, max: 4 })
  .map((count): Piece => ({ json: { type: 'nullptr', size: 1, array_len: count }, body: Array(count).fill(0x30) }))

/** Fields with the names that are given, one after another, then subsections; `level` levels more may follow. */
function struct(level: number, name: string): fc.Arbitrary<Piece> {
  const leaf = fc.oneof(scalar, buffer, numbers, pointers)
  const inner = level === 0 ? leaf : fc.oneof({ arbitrary: leaf, weight: 3 }, nested(level - 1))
  const fields = fc.array(inner, { maxLength: 4 })
  const subsections = level === 0 ? fc.constant([]) : fc.array(subsection(level - 1, name), { maxLength: 2 })
  return fc.tuple(fields, subsections).map(([pieces, more]) => ({
    json: {
      vmsd_name: name,
      version: 1,
      fields: pieces.map(({ json }, index) => ({ name: `f${index}`, ...json })),
      ...(more.length > 0
        ? { subsections: more.map(({ json }, index) => ({ ...json, vmsd_name: `${name}/${index}` })) }
        : {}),
    },
    body: [
      ...pieces.flatMap(({ body }) => body),
      ...more.flatMap(({ body }, index) => [...header(`${name}/${index}`), ...body]),
    ],
  }))
}

const header = (name: string) => [5, name.length, ...new TextEncoder().encode(name), 0, 0, 0, 1]

const subsection = (level: number, name: string): fc.Arbitrary<Piece> => struct(level, `${name}/`)

const nested = (level: number): fc.Arbitrary<Piece> =>
  struct(level, 'n').map(({ json, body }) => ({ json: { type: 'struct', struct: json, size: body.length }, body }))

const healthy = struct(3, 'd')

function lossless(body: Uint8Array, device: DeviceDescription): void {
  const { fields, length, ...decoded } = decodeDevice(body, device)
  const located = decoded.located()
  // What is judged passes over fields; what is located goes through all of them.
  const rest = located.find(({ path }) => path.length === 1 && path[0] === 'rest')
  expect(length).toBe(rest === undefined ? body.length : rest.offset)
  expect(encodeDevice(fields, device)).toEqual(body)
  const json = JSON.parse(JSON.stringify(fieldsToJson(fields)))
  expect(encodeDevice(fieldsFromJson(json, device), device)).toEqual(body)
  for (const field of located) expect(field.offset + field.length).toBeLessThanOrEqual(body.length)
}

const firstOf = (json: object) => {
  const { description, problems } = read({ devices: [{ name: 'd', instance_id: 0, ...json }] })
  return { device: first(description), problems }
}

const bodies = fc.uint8Array({ maxLength: 64 })

describe('any description', () => {
  it('that is right for the bytes decodes them all', () => {
    fc.assert(
      fc.property(healthy, ({ json, body }) => {
        const { device, problems } = firstOf(json)
        expect(problems).toEqual([])
        expect(sizeOf(device)).toBe(body.length)
        expect(decodeDevice(Uint8Array.from(body), device)).toMatchObject({ problems: [], length: body.length })
        lossless(Uint8Array.from(body), device)
      }),
    )
  })

  it('loses nothing of bytes that it is not right for', () => {
    fc.assert(
      fc.property(healthy, bodies, fc.nat(200), ({ json, body }, other, cut) => {
        const { device } = firstOf(json)
        lossless(other, device)
        lossless(Uint8Array.from(body.slice(0, cut)), device)
        lossless(Uint8Array.from([...body, ...other]), device)
        const changed = Uint8Array.from(body)
        if (changed.length > 0) changed[cut % changed.length] = cut
        lossless(changed, device)
      }),
    )
  })

  const names = fc.constantFrom('a', 'a', 'b', 'rest', '__proto__', 'a#2', '0', 'd/x', '')
  const odd = fc.oneof(
    fc.constantFrom<unknown>(0, 1, 2, 3, -1, 0.5, 2 ** 31, 2 ** 53, 1e300, null, true, 'x', [], {}, undefined),
    { arbitrary: fc.nat(5), weight: 4 },
  )
  const { lies } = fc.letrec<{ lies: unknown; field: unknown; struct: unknown }>((tie) => ({
    lies: fc.oneof({ depthSize: 'medium' }, odd, tie('struct')),
    field: fc.oneof(
      {
        weight: 9,
        arbitrary: fc.record(
          {
            name: names,
            type: fc.constantFrom(
              'uint8',
              'uint64',
              'bool',
              'buffer',
              'nullptr',
              'capability',
              'struct',
              'tmp',
              'qtailq',
              'other',
            ),
            size: odd,
            array_len: odd,
            index: odd,
            struct: tie('lies'),
            fields: fc.oneof(odd, fc.array(tie('field'), { maxLength: 3 })),
          },
          { requiredKeys: ['name', 'type'] },
        ),
      },
      odd,
    ),
    struct: fc.record(
      {
        vmsd_name: fc.oneof(names, odd),
        version: odd,
        fields: fc.oneof({ weight: 9, arbitrary: fc.array(tie('field'), { maxLength: 5 }) }, odd),
        subsections: fc.oneof(fc.array(tie('lies'), { maxLength: 3 }), odd),
      },
      { requiredKeys: ['fields'] },
    ),
  }))

  it('may lie: nothing is lost, nothing thrown, and no more work done than bytes ask for', () => {
    let decoded = 0
    fc.assert(
      fc.property(lies, bodies, (json, body) => {
        const { description } = read({ devices: [{ name: 'd', instance_id: 0, ...(json as object) }] })
        for (const device of description?.devices ?? []) {
          lossless(body, device)
          decoded += 1
          expect(decodeDevice(body, device).located().length).toBeLessThan(1000 + 20 * body.length)
        }
      }),
      { numRuns: 1000 },
    )
    expect(decoded).toBeGreaterThan(500)
  })

  it('may be any JSON, and any bytes', () => {
    fc.assert(fc.property(fc.jsonValue({ depthSize: 'large' }), (json) => void read(json)))
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readVmDescription(bytes)))
  })

  it('costs no more than its bytes, however much it claims', () => {
    const wide = { type: 'uint64', size: 8, array_len: Number.MAX_SAFE_INTEGER }
    const fields = Array.from({ length: 20_000 }, (_, index) => ({ name: `f${index}`, ...wide }))
    const start = performance.now()
    const device = first(read(root(fields)).description)
    lossless(new Uint8Array(1 << 16), device)
    expect(sizeOf(device)).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
