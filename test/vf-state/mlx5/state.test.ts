import { describe, expect, test } from 'vitest'
import { EncodeError } from '../../../src/findings/index.ts'
import type { Format } from '../../../src/layout/index.ts'
import { diffFields, judgeDifferences } from '../../../src/layout/index.ts'
import { detectFormats, openDocument } from '../../../src/registry/index.ts'
import { mlx5StateFormat as format, type Mlx5State } from '../../../src/vf-state/index.ts'
import { hex } from '../../vfio/support.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { concat, le64, record } from '../records.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'

const IMAGE = Uint8Array.from({ length: 40 }, (_, at) => (at * 37 + 11) & 0xff)
const HINT = record(1, le64(0x2000n), { flags: 1 })
const healthy = concat(HINT, record(0, IMAGE), record(0, IMAGE.subarray(0, 24)))

test('the first bytes of a pre-copy are the 24 of the reference', () => {
  expect(HINT).toEqual(hex('0800000000000000 01000000 01000000 0020000000000000'))
})

test('a stream of a hint and two images', () => {
  expect(findingsOf(format, healthy)).toEqual([])
  expect(format.decode(healthy)).toEqual({
    records: [
      {
        recordSize: 8n,
        flags: { optional: true, reserved: 0 },
        tag: 'STOP_COPY_SIZE',
        payload: { stopCopySize: 0x2000n },
      },
      { recordSize: 40n, flags: { optional: false, reserved: 0 }, tag: 'FW_DATA', payload: IMAGE },
      { recordSize: 24n, flags: { optional: false, reserved: 0 }, tag: 'FW_DATA', payload: IMAGE.subarray(0, 24) },
    ],
  })
  expect(format.fields(healthy).find(({ path }) => path.join('.') === 'records.0.payload.stopCopySize')?.offset).toBe(
    16,
  )
  expect(format.fields(healthy).find(({ path }) => path.join('.') === 'records.2.payload')?.offset).toBe(24 + 56 + 16)
})

test.skipIf(!hasCompiler())('offsets of the C structures', () => {
  const source = `struct header { uint64_t record_size; uint32_t flags; uint32_t tag; uint8_t data[]; };
struct hint { uint64_t stop_copy_size; };`
  expect([...offsetsInC(source, 'header', ['record_size', 'flags', 'tag', 'data'])]).toEqual([
    ['sizeof', 16],
    ['record_size', 0],
    ['flags', 8],
    ['tag', 12],
    ['data', 16],
  ])
  const [head] = format.structures
  expect(head?.fields(new Uint8Array(16)).map(({ path, offset }) => `${path.join('.')} ${offset}`)).toEqual([
    'recordSize 0',
    'flags.optional 8',
    'flags.reserved 8',
    'tag 12',
  ])
  expect(offsetsInC(source, 'hint', []).get('sizeof')).toBe(8)
})

const CASES: readonly (readonly [what: string, bytes: Uint8Array, findings: readonly string[]])[] = [
  [
    'a record that is cut',
    concat(HINT, record(0, IMAGE, { size: 41n })),
    ['error vf-state/record-cut records.1.recordSize'],
  ],
  [
    'more than 2^32-1 bytes',
    concat(HINT, record(0, IMAGE, { size: 1n << 32n })),
    ['error vf-state/record-too-large records.1.recordSize'],
  ],
  [
    'a size of all ones',
    concat(HINT, record(0, IMAGE, { size: (1n << 64n) - 1n })),
    ['error vf-state/record-too-large records.1.recordSize'],
  ],
  [
    'a mandatory record that is not known',
    concat(HINT, record(2, IMAGE), record(0, IMAGE)),
    ['info layout/unknown-value records.1.tag', 'error vf-state/record-unknown-tag records.1.tag'],
  ],
  [
    'an optional record that is not known',
    concat(HINT, record(2, IMAGE, { flags: 1 }), record(0, IMAGE)),
    ['info layout/unknown-value records.1.tag'],
  ],
  [
    'an image that may be skipped',
    concat(HINT, record(0, IMAGE, { flags: 1 })),
    ['info vf-state/record-optional-data records.1.flags.optional'],
  ],
  [
    'an empty image',
    concat(HINT, record(0, new Uint8Array(0))),
    ['warning vf-state/record-empty records.1.recordSize'],
  ],
  ['bytes behind the last record', concat(healthy, hex('0102')), ['error vf-state/record-trailing trailing']],
  ['the hint alone', HINT, ['warning vf-state/record-no-data records']],
  [
    'a hint of 4 bytes',
    concat(record(1, hex('00200000'), { flags: 1 }), record(0, IMAGE)),
    ['warning vf-state/mlx5-hint-size records.0.payload'],
  ],
  [
    'a hint of 9 bytes',
    concat(record(1, new Uint8Array(9), { flags: 1 }), record(0, IMAGE)),
    ['warning vf-state/mlx5-hint-size records.0.payload'],
  ],
  ['a hint behind an image', concat(HINT, record(0, IMAGE), HINT), ['info vf-state/mlx5-hint-late records.2.tag']],
  [
    'a hint below the size of an image',
    concat(record(1, le64(39n), { flags: 1 }), record(0, IMAGE)),
    ['info vf-state/mlx5-hint-low records.1.recordSize'],
  ],
  ['no hint', record(0, IMAGE), ['info vf-state/driver-ambiguous records.0.tag']],
]

describe('findings', () => {
  const found = CASES.map(([, bytes]) => findingsOf(format, bytes))
  test.each(CASES)('%s', (_, bytes, findings) => expect(findingsOf(format, bytes)).toEqual(findings))

  test('every code has its case', () => {
    expect(uncovered(format.codes, 'vf-state/', found)).toEqual([])
  })

  test('the vendor ID ends the doubt', () => {
    expect(findingsOf(format, record(0, IMAGE), { vendorId: 0x15b3 })).toEqual([])
  })
})

test('a record that is cut keeps what is there', () => {
  const { records } = format.decode(healthy.subarray(0, 30 + 24))
  expect(records[1]?.payload).toEqual(IMAGE.subarray(0, 14))
})

test('less than a header is no state', () => {
  expect(decodeErrorOf(format as Format<never>, healthy.subarray(0, 15))).toBe(
    'layout/ended-early records.0@0 needs more',
  )
})

describe('values that no bytes have', () => {
  const change = (edit: (value: Mlx5State) => unknown) => {
    const value = format.decode(healthy)
    edit(value)
    return () => format.encode(value)
  }
  test.each<[string, () => unknown, string]>([
    [
      'a size below the payload',
      change(({ records }) => Object.assign(records[1] ?? {}, { recordSize: 39n })),
      'records[1].recordSize',
    ],
    [
      'a size above it, of a record that is not the last',
      change(({ records }) => Object.assign(records[1] ?? {}, { recordSize: 41n })),
      'records[1]',
    ],
    [
      'bytes where a hint is',
      change(({ records }) => Object.assign(records[0] ?? {}, { payload: IMAGE })),
      'records[0].payload.stopCopySize',
    ],
    ['a trailing record', change((value) => Object.assign(value, { trailing: HINT })), 'trailing'],
    ['nothing', () => format.encode({ records: [] }), 'records'],
  ])('%s', (_, encode, path) => {
    expect(encode).toThrow(EncodeError)
    expect(encode).toThrow(new RegExp(`^${path.replaceAll(/[[\].]/g, '\\$&')}: `))
  })
})

describe('detection', () => {
  const best = (head: Uint8Array, more = {}) => detectFormats({ head, size: head.length, ...more })[0]?.format.name
  test.each<[string, Uint8Array, string | undefined]>([
    ['a hint first', healthy, 'mlx5-state'],
    ['the hint alone', HINT, 'mlx5-state'],
    ['an image alone', record(0, IMAGE), 'mlx5-state'],
    ['an image that was cut', record(0, IMAGE, { size: BigInt(3 * IMAGE.length) }), 'mlx5-state'],
    ['an image of which next to nothing is there', record(0, IMAGE, { size: 4096n }), undefined],
    ['bytes behind an image that are no record', concat(record(0, IMAGE), new Uint8Array(32).fill(0xa5)), undefined],
    ['the start of an NVMe controller state', concat(hex('00000100'), new Uint8Array(148)), undefined],
    ['zeros', new Uint8Array(64), undefined],
    ['an unknown tag', record(2, IMAGE), undefined],
    ['a flag that nobody writes', record(0, IMAGE, { flags: 2 }), undefined],
    ['a hint of 4 bytes', record(1, hex('00200000'), { flags: 1 }), undefined],
  ])('%s', (_, bytes, name) => expect(best(bytes)).toBe(name))

  test('a stream longer than what detection sees', () => {
    const long = concat(HINT, record(0, new Uint8Array(9000).fill(7)))
    expect(detectFormats({ head: long.subarray(0, 4096), size: long.length })[0]?.format.name).toBe('mlx5-state')
  })

  test('the vendor ID outweighs headers that lead nowhere', () => {
    const damaged = concat(record(0, IMAGE), new Uint8Array(32).fill(0xa5))
    expect(best(damaged, { vendorId: 0x15b3 })).toBe('mlx5-state')
  })

  test('the vendor ID is an option that detection hears of', async () => {
    const bytes = record(0, IMAGE)
    expect((await openDocument(bytes, { set: ['vendorId=0x15b3'] })).inspect().findings).toEqual([])
    expect((await openDocument(bytes, { set: ['vendorId=0x1af4'] })).format.name).toBe('virtio-state')
    expect((await openDocument(bytes, { options: { vendorId: 0x1af4 } })).format.name).toBe('virtio-state')
  })
})

test('what a destination refuses', () => {
  const judged = (bytes: Uint8Array) => {
    const differences = diffFields(format.fields(bytes), format.fields(healthy))
    return judgeDifferences(differences, format.refusals?.(format.decode(bytes), format.decode(healthy)) ?? []).flatMap(
      ({ key, refusals }) => (refusals ?? []).map((text) => `${key}: ${text}`),
    )
  }
  expect(judged(healthy)).toEqual([])
  expect(
    judged(
      concat(
        HINT,
        record(
          0,
          IMAGE.map((byte) => byte ^ 1),
        ),
      ),
    ),
  ).toEqual([])
  expect(judged(concat(HINT, record(7, IMAGE)))).toEqual([
    expect.stringMatching(/^records\[1\]\.tag: .*unknown tag 7 \(EOPNOTSUPP\).*mlx5vf_resume_read_header\.$/),
  ])
  expect(judged(concat(HINT, record(7, IMAGE, { flags: 1 })))).toEqual([])
  expect(judged(concat(HINT, record(0, IMAGE, { size: 1n << 32n })))).toEqual([
    expect.stringMatching(/^records\[1\]\.recordSize: .*ENOMEM/),
  ])
})
