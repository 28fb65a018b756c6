import { describe, expect, test } from 'vitest'
import { diffFields, judgeDifferences } from '../../../src/layout/index.ts'
import { detectFormats, openDocument } from '../../../src/registry/index.ts'
import { virtioStateFormat as format } from '../../../src/vf-state/index.ts'
import { concat, record } from '../records.ts'
import { findingsOf } from '../support.ts'
import { devFeatures, drvFeatures, healthyParts, status } from './parts.ts'

const healthy = record(0, healthyParts)

test('one record with all parts', () => {
  expect(findingsOf(format, healthy)).toEqual([])
  const { records } = format.decode(healthy)
  expect(records).toMatchObject([{ recordSize: BigInt(healthyParts.length), tag: 'DEVICE_DATA' }])
  expect(records[0]?.payload).toMatchObject({ parts: { length: 10 } })
  const last = format.fields(healthy).at(-1)
  expect(last?.path.join('.')).toBe('records.0.payload.parts.9.value')
  expect((last?.offset ?? 0) + (last?.length ?? 0)).toBe(healthy.length)
})

const NOTHING = new Uint8Array(0)
const CASES: readonly (readonly [what: string, bytes: Uint8Array, findings: readonly string[]])[] = [
  [
    'a record that is cut inside a part',
    healthy.subarray(0, healthy.length - 1),
    [
      'error vf-state/virtio-parts-cut records.0.payload.parts.9.length',
      'error vf-state/record-cut records.0.recordSize',
    ],
  ],
  [
    'a record that is cut inside a header',
    healthy.subarray(0, healthy.length - 10),
    [
      'error vf-state/virtio-parts-trailing records.0.payload.trailing',
      'error vf-state/record-cut records.0.recordSize',
    ],
  ],
  ['a payload that is no part', record(0, new Uint8Array(15)), ['error layout/ended-early records.0.payload.parts.0']],
  [
    'an empty payload',
    record(0, NOTHING),
    ['error layout/ended-early records.0.payload.parts.0', 'warning vf-state/record-empty records.0.recordSize'],
  ],
  [
    'the tag of a hint',
    concat(healthy, record(1, NOTHING)),
    ['info layout/unknown-value records.1.tag', 'error vf-state/record-unknown-tag records.1.tag'],
  ],
  [
    'an optional record alone',
    record(9, NOTHING, { flags: 1 }),
    ['info layout/unknown-value records.0.tag', 'warning vf-state/record-no-data records'],
  ],
  [
    'features of two devices',
    record(0, concat(devFeatures(1n), drvFeatures(2n), status(1))),
    ['error vf-state/virtio-driver-features records.0.payload.parts.1.value'],
  ],
]

describe('findings', () => {
  test.each(CASES)('%s', (_, bytes, findings) => expect(findingsOf(format, bytes)).toEqual(findings))
})

describe('detection', () => {
  const best = (head: Uint8Array, more = {}) => detectFormats({ head, size: head.length, ...more })[0]?.format.name
  test.each<[string, Uint8Array, object, string | undefined]>([
    ['parts', healthy, {}, 'virtio-state'],
    ['one part', record(0, status(15)), {}, 'virtio-state'],
    ['parts of which the user knows better', healthy, { vendorId: 0x15b3 }, 'mlx5-state'],
    ['an unknown payload', record(0, new Uint8Array(40).fill(0xa5)), {}, 'mlx5-state'],
    ['the same with the vendor ID', record(0, new Uint8Array(40).fill(0xa5)), { vendorId: 0x1af4 }, 'virtio-state'],
    [
      'parts that are longer than detection sees',
      record(0, concat(...Array.from({ length: 99 }, () => healthyParts))).subarray(0, 4096),
      {},
      'virtio-state',
    ],
  ])('%s', (_, bytes, more, name) => expect(best(bytes, more)).toBe(name))

  test('opened without being named', async () => {
    const document = await openDocument(healthy)
    expect(document.format.name).toBe('virtio-state')
    expect(document.inspect().findings).toEqual([])
  })
})

test('what a destination refuses', () => {
  const refused = (given: Uint8Array) => {
    const differences = diffFields(format.fields(given), format.fields(healthy))
    return judgeDifferences(differences, format.refusals?.(format.decode(given), format.decode(healthy)) ?? []).flatMap(
      ({ key, refusals }) => (refusals ?? []).map((text) => `${key}: ${text}`),
    )
  }
  // Feature 0, which the driver took too.
  const other = healthy.slice()
  other[32] = 0x22
  expect(refused(other)).toEqual([
    expect.stringMatching(/^records\[0\]\.payload\.parts\[0\]\.value\.featureBits\[0\]: .*virtiovf_resume_write\.$/),
  ])
  expect(refused(concat(healthy, record(5, NOTHING)))).toEqual([
    expect.stringMatching(/^records\[1\]\.tag: .*EOPNOTSUPP.*virtiovf_resume_read_header\.$/),
  ])
  expect(refused(record(0, healthyParts, { size: 1n << 32n }))).toEqual([
    expect.stringMatching(/^records\[0\]\.recordSize: .*ENOMEM/),
  ])
})
