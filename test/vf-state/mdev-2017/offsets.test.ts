import { describe, expect, test } from 'vitest'
import { type Codec, fixedSize } from '../../../src/layout/index.ts'
import { gvtImageFormat } from '../../../src/vf-state/index.ts'
import { evaluateInC, hasCompiler } from '../../vfio/c-header.ts'

// The structures as the reference has them, natural alignment on x86-64.
const DECLARATIONS = `
typedef struct { int32_t version; int32_t data_size; uint64_t crc_check; uint64_t global_data[64]; } gvt_image_header_t;
typedef struct { uint32_t type; uint32_t size; } gvt_region_t;
struct ppgtt_36 { int32_t level; uint32_t pdp[8]; };
struct ppgtt_40 { int32_t level; uint64_t pdp[4]; };
struct workload_24 { int32_t ring_id; uint32_t data[4]; uint32_t index; };
struct workload_36 { int32_t ring_id; _Bool emulate_schedule_in; uint32_t lo; uint32_t hi; uint32_t data[4]; uint32_t index; };
struct execlist_20 { uint32_t data[4]; uint32_t index; };
`

const structures: readonly (readonly [name: string, type: string, fields: Readonly<Record<string, string>>])[] = [
  [
    'gvt-image-header',
    'gvt_image_header_t',
    { version: 'version', dataSize: 'data_size', crcCheck: 'crc_check', globalData: 'global_data' },
  ],
  ['gvt-ppgtt-entry-36', 'struct ppgtt_36', { level: 'level', pdp: 'pdp' }],
  ['gvt-ppgtt-entry-40', 'struct ppgtt_40', { level: 'level', pdp: 'pdp' }],
  ['gvt-workload-entry-24', 'struct workload_24', { ringId: 'ring_id', data: 'data', index: 'index' }],
  [
    'gvt-workload-entry-36',
    'struct workload_36',
    {
      ringId: 'ring_id',
      emulateScheduleIn: 'emulate_schedule_in',
      contextDescriptorLow: 'lo',
      contextDescriptorHigh: 'hi',
      data: 'data',
      index: 'index',
    },
  ],
  ['gvt-execlist-entry', 'struct execlist_20', { data: 'data', index: 'index' }],
]

function codecNamed(name: string): Codec {
  const codec = gvtImageFormat.structures.find(({ type }) => type.name === name)
  if (codec === undefined) throw new Error(`There is no structure ${name}.`)
  return codec
}

test('sizes of the reference', () => {
  const sizes = structures.map(([name]) => fixedSize(codecNamed(name).type))
  expect(sizes).toEqual([528, 36, 40, 24, 36, 20])
})

describe.skipIf(!hasCompiler())('against a C compiler', () => {
  test.each(structures)('%s', (name, type, fields) => {
    const codec = codecNamed(name)
    const size = fixedSize(codec.type) ?? 0
    const located = codec.fields(new Uint8Array(size))
    const offsets = Object.keys(fields).map((path) => located.find((field) => field.path[0] === path)?.offset)
    const wanted = Object.values(fields).map((member) => `offsetof(${type}, ${member})`)
    const known = evaluateInC([...wanted, `sizeof(${type})`], DECLARATIONS)
    expect([...offsets, size]).toEqual([...known.values()])
  })

  test('the header of a section', () => {
    expect([...evaluateInC(['sizeof(gvt_region_t)', 'offsetof(gvt_region_t, size)'], DECLARATIONS).values()]).toEqual([
      8, 4,
    ])
  })
})
