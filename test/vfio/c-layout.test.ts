import { describe, expect, test } from 'vitest'
import type { Codec, CodecOptions } from '../../src/layout/index.ts'
import {
  deviceStateCtlCodec,
  dirtyQueryCodec,
  dynamicTrapBarInfoCodec,
  irqInfoFormat,
  mediateCapabilitiesCodec,
  migrationRegionV4Codec,
  migrationRegionV8Codec,
  remapBarSignalCodec,
  sparseMmapDisablableCodec,
} from '../../src/vfio/index.ts'
import { hasCompiler, layoutInC } from './c-structs.ts'

// Offsets and sizes of our descriptions against a C compiler and against the tables of the reference, both.

interface Case {
  readonly name: string
  readonly codec: Codec
  readonly options?: CodecOptions
  readonly size: number
  readonly declaration: string
  readonly type: string
  /** C member, our path, offset. */
  readonly members: readonly (readonly [string, string, number])[]
  /** A value of that size whose counts and lengths agree, where zeros are none. */
  readonly bytes?: readonly (readonly [number, number])[]
}

const control = (outer: string, inner: string) => `struct ctl {
  u32 version; u32 device_state; u32 caps;
  struct { u32 action; u64 size; } ${inner} device_config;
  struct { u32 action; u64 size; u64 pos; } ${inner} device_memory;
  struct { u64 start_addr; u64 page_nr; } ${inner} system_memory;
} ${outer};`
const PACKED = '__attribute__((packed))'

const controlMembers = (...offsets: number[]) =>
  (
    [
      ['version', 'version'],
      ['device_state', 'deviceState'],
      ['caps', 'caps'],
      ['device_config.action', 'deviceConfig.action'],
      ['device_config.size', 'deviceConfig.size'],
      ['device_memory.action', 'deviceMemory.action'],
      ['device_memory.size', 'deviceMemory.size'],
      ['device_memory.pos', 'deviceMemory.pos'],
      ['system_memory.start_addr', 'systemMemory.startAddr'],
      ['system_memory.page_nr', 'systemMemory.pageNr'],
    ] as const
  ).map(([member, path], at) => [member, path, offsets[at] as number] as const)

const HEADER = 'struct header { u16 id; u16 version; u32 next; };'
const STATE = 'u32 device_state; u32 reserved; u64 pending_bytes; u64 data_offset; u64 data_size;'
const stateMembers = [
  ['device_state', 'deviceState', 0],
  ['reserved', 'reserved', 4],
  ['pending_bytes', 'pendingBytes', 8],
  ['data_offset', 'dataOffset', 16],
  ['data_size', 'dataSize', 24],
] as const

const cases = [
  {
    name: 'vfio_device_state_ctl, no packing',
    codec: deviceStateCtlCodec,
    options: { parameters: { size: 72 } },
    size: 72,
    declaration: control('', ''),
    type: 'struct ctl',
    members: controlMembers(0, 4, 8, 16, 24, 32, 40, 48, 56, 64),
  },
  {
    name: 'vfio_device_state_ctl, outer structure packed',
    codec: deviceStateCtlCodec,
    size: 68,
    declaration: control(PACKED, ''),
    type: 'struct ctl',
    members: controlMembers(0, 4, 8, 12, 20, 28, 36, 44, 52, 60),
  },
  {
    name: 'vfio_device_state_ctl, all packed',
    codec: deviceStateCtlCodec,
    options: { parameters: { size: 60 } },
    size: 60,
    declaration: control(PACKED, PACKED),
    type: 'struct ctl',
    members: controlMembers(0, 4, 8, 12, 16, 24, 28, 36, 44, 52),
  },
  {
    name: 'dirty query',
    codec: dirtyQueryCodec,
    size: 16,
    declaration: 'struct query { u64 start_addr; u64 page_nr; };',
    type: 'struct query',
    members: [
      ['start_addr', 'startAddr', 0],
      ['page_nr', 'pageNr', 8],
    ],
  },
  {
    name: 'migration region, v8',
    codec: migrationRegionV8Codec,
    size: 64,
    declaration: `struct region { ${STATE} u64 start_pfn; u64 page_size; u64 total_pfns; u64 copied_pfns; } ${PACKED};`,
    type: 'struct region',
    members: [
      ...stateMembers,
      ['start_pfn', 'startPfn', 32],
      ['page_size', 'pageSize', 40],
      ['total_pfns', 'totalPfns', 48],
      ['copied_pfns', 'copiedPfns', 56],
    ],
  },
  {
    name: 'migration region, v4',
    codec: migrationRegionV4Codec,
    size: 32,
    declaration: `struct region { ${STATE} };`,
    type: 'struct region',
    members: stateMembers,
  },
  {
    name: 'DYNAMIC_TRAP_BAR_INFO',
    codec: dynamicTrapBarInfoCodec,
    size: 8,
    declaration: 'struct trap { u32 dt_fd; u32 trap; };',
    type: 'struct trap',
    members: [
      ['dt_fd', 'dtFd', 0],
      ['trap', 'trap', 4],
    ],
  },
  {
    name: 'mediate capabilities',
    codec: mediateCapabilitiesCodec,
    size: 8,
    declaration: 'struct caps { u64 caps; };',
    type: 'struct caps',
    members: [['caps', 'capabilities', 0]],
  },
  {
    name: 'sparse areas that can be disabled',
    codec: sparseMmapDisablableCodec,
    size: 64,
    declaration: `${HEADER} struct area { u64 offset; u64 size; u32 disablable; };
      struct sparse { struct header header; u32 nr_areas; u32 reserved; struct area areas[2]; };`,
    type: 'struct sparse',
    members: [
      ['header.next', 'header.next', 4],
      ['nr_areas', 'nrAreas', 8],
      ['areas[0].offset', 'areas.0.offset', 16],
      ['areas[0].size', 'areas.0.size', 24],
      ['areas[0].disablable', 'areas.0.disablable', 32],
      ['areas[1].offset', 'areas.1.offset', 40],
    ],
    bytes: [[8, 2]],
  },
  {
    name: 'irq info without an offset',
    codec: irqInfoFormat,
    size: 16,
    declaration: 'struct irq { u32 argsz; u32 flags; u32 index; u32 count; };',
    type: 'struct irq',
    members: [
      ['flags', 'flags', 4],
      ['index', 'index', 8],
      ['count', 'count', 12],
    ],
    bytes: [[0, 16]],
  },
  {
    name: 'irq info with a type capability',
    codec: irqInfoFormat,
    size: 36,
    declaration: `${HEADER} struct irq { u32 argsz; u32 flags; u32 index; u32 count; u32 cap_offset; };
      struct whole { struct irq info; struct header header; u32 type; u32 subtype; };`,
    type: 'struct whole',
    members: [
      ['info.cap_offset', 'capOffset', 16],
      ['header.id', 'capabilities.0.header.id', 20],
      ['header.next', 'capabilities.0.header.next', 24],
      ['type', 'capabilities.0.body.type', 28],
      ['subtype', 'capabilities.0.body.subtype', 32],
    ],
    bytes: [
      [0, 36],
      [4, 16],
      [16, 20],
      [20, 3],
    ],
  },
  {
    name: 'remap signal',
    codec: remapBarSignalCodec,
    size: 8,
    declaration: 'struct signal { u64 value; };',
    type: 'struct signal',
    members: [['value', 'bars', 0]],
  },
] as unknown as readonly Case[]

describe.each(cases)('$name', ({ codec, options, size, declaration, type, members, bytes = [] }) => {
  const input = new Uint8Array(size)
  for (const [offset, value] of bytes) input[offset] = value

  test('as the reference has it', () => {
    const fields = codec.fields(input, options)
    const offsetOf = (path: string) =>
      fields.find((field) => `${field.path.join('.')}.`.startsWith(`${path}.`))?.offset ?? -1
    expect(members.map(([, path]) => `${path} ${offsetOf(path)}`)).toEqual(
      members.map(([, path, at]) => `${path} ${at}`),
    )
    const last = fields.at(-1)
    expect((last?.offset ?? 0) + (last?.length ?? 0)).toBe(size)
    expect(codec.encode(codec.decode(input, options), options)).toEqual(input)
  })

  test.skipIf(!hasCompiler())('as a C compiler lays it out', () => {
    const expected = Object.fromEntries(members.map(([member, , at]) => [member, at]))
    expect(layoutInC(declaration, type, Object.keys(expected))).toEqual({ sizeof: size, ...expected })
  })
})
