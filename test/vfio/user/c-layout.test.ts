import { describe, expect, test } from 'vitest'
import type { Located } from '../../../src/layout/index.ts'
import { vfioUserMessagesFormat } from '../../../src/vfio/index.ts'
import { hasCompiler, layoutInC } from '../c-structs.ts'
import { CMD, feature, GET, message, reply, SET, u32s, u64s, version, zeros } from './support.ts'

// Offsets and sizes against a C compiler, which lays out structures typed from the tables of the specification.

const HEADER = 'struct header { u16 msg_id; u16 cmd; u32 msg_size; u32 flags; u32 error_no; };'
const PACKED = '__attribute__((packed))'

interface Case {
  readonly what: string
  /** Members of the payload; the header stands before them. */
  readonly members: string
  readonly bytes: Uint8Array
  /** C member and our path below the payload. */
  readonly paths: Readonly<Record<string, string>>
}

const cases: readonly Case[] = [
  {
    what: 'version',
    members: 'u16 major; u16 minor; char data[3];',
    bytes: message(CMD.version, version('{}\0')),
    paths: { major: 'major', minor: 'minor', data: 'data' },
  },
  {
    what: 'DMA map',
    members: 'u32 argsz; u32 flags; u64 offset; u64 addr; u64 size;',
    bytes: message(CMD.dmaMap, [...u32s(32, 3), ...u64s(0, 0, 0)]),
    paths: { argsz: 'argsz', flags: 'flags', offset: 'offset', addr: 'address', size: 'size' },
  },
  {
    what: 'DMA unmap with bitmap',
    members: 'u32 argsz; u32 flags; u64 addr; u64 size; struct { u64 pgsize; u64 size; char data[8]; } bitmap;',
    bytes: reply(CMD.dmaUnmap, [...u32s(48, 1), ...u64s(0, 1, 1, 8), ...zeros(8)]),
    paths: {
      addr: 'address',
      size: 'size',
      'bitmap.pgsize': 'bitmap.pageSize',
      'bitmap.size': 'bitmap.size',
      'bitmap.data': 'bitmap.data',
    },
  },
  {
    what: 'region access',
    members: 'u64 offset; u32 region; u32 count; char data[1];',
    bytes: reply(CMD.regionRead, [...u64s(0), ...u32s(0, 1), 1]),
    paths: { offset: 'offset', region: 'region', count: 'count', data: 'data' },
  },
  {
    what: 'DMA access',
    members: 'u64 addr; u64 count; char data[1];',
    bytes: message(CMD.dmaWrite, [...u64s(0, 1), 1]),
    paths: { addr: 'address', count: 'count', data: 'data' },
  },
  {
    what: 'several writes',
    members: 'u64 wr_cnt; struct { u64 offset; u32 region; u32 count; char data[8]; } wrs[2];',
    bytes: message(CMD.writeMulti, [...u64s(2), ...zeros(48)]),
    paths: { wr_cnt: 'count', 'wrs[0].region': 'writes.0.region', 'wrs[1].data': 'writes.1.data' },
  },
  {
    what: 'sub-region of the specification',
    members: `u32 argsz; u32 flags; u32 index; u32 count;
      struct { u64 offset; u64 size; u32 fd_index; u32 type; u32 flags; u32 padding; u64 datamatch; } sub[1];`,
    bytes: reply(CMD.ioFds, [...u32s(56, 0, 0, 1), ...zeros(40)]),
    paths: {
      index: 'index',
      count: 'count',
      'sub[0].fd_index': 'subRegions.0.fdIndex',
      'sub[0].type': 'subRegions.0.type',
      'sub[0].padding': 'subRegions.0.padding',
      'sub[0].datamatch': 'subRegions.0.datamatch',
    },
  },
  {
    what: 'sub-region of libvfio-user',
    members: `u32 argsz; u32 flags; u32 index; u32 count; struct { u64 gpa_offset; u64 size; u32 fd_index; u32 type;
      u32 flags; u32 shadow_mem_fd_index; u64 shadow_offset; u64 datamatch; } sub[1];`,
    bytes: reply(CMD.ioFds, [...u32s(64, 0, 0, 1), ...zeros(48)]),
    paths: {
      'sub[0].shadow_mem_fd_index': 'shadowSubRegions.0.shadowMemFdIndex',
      'sub[0].shadow_offset': 'shadowSubRegions.0.shadowOffset',
      'sub[0].datamatch': 'shadowSubRegions.0.datamatch',
    },
  },
  {
    what: 'DMA logging control',
    members: 'u32 argsz; u32 flags; u64 page_size; u32 num; u32 reserved; struct { u64 iova; u64 length; } r[1];',
    bytes: message(CMD.feature, feature(6 | SET, [...u64s(0x1000), ...u32s(1, 0), ...u64s(0, 0x1000)])),
    paths: {
      page_size: 'data.pageSize',
      num: 'data.numRanges',
      'r[0].iova': 'data.ranges.0.iova',
      'r[0].length': 'data.ranges.0.length',
    },
  },
  {
    what: 'DMA logging report',
    members: 'u32 argsz; u32 flags; u64 iova; u64 length; u64 page_size; char bitmap[8];',
    bytes: reply(CMD.feature, feature(8 | GET, [...u64s(0, 0x1000, 0x1000), ...zeros(8)])),
    paths: { iova: 'data.iova', length: 'data.length', page_size: 'data.pageSize', bitmap: 'data.bitmap' },
  },
  {
    what: 'migration data',
    members: 'u32 argsz; u32 size; char data[1];',
    bytes: message(CMD.migWrite, [...u32s(9, 1), 7]),
    paths: { argsz: 'argsz', size: 'size', data: 'data' },
  },
]

describe.skipIf(!hasCompiler())('structures as a C compiler lays them out', () => {
  test.each(cases)('$what', ({ members, bytes, paths }) => {
    const whole = `struct whole { struct header header; struct { ${members} } ${PACKED} payload; } ${PACKED};`
    const names = Object.keys(paths).map((name) => `payload.${name}`)
    const theirs = layoutInC(`${HEADER} ${whole}`, 'struct whole', [...names, 'header.flags', 'header.error_no'])
    expect(vfioUserMessagesFormat.decode(bytes).trailing).toBeUndefined()
    const fields = vfioUserMessagesFormat.fields(bytes)
    for (const [name, path] of Object.entries(paths)) {
      expect(offsetOf(fields, `messages.0.payload.${path}`), name).toBe(theirs[`payload.${name}`])
    }
    expect(offsetOf(fields, 'messages.0.header.flags')).toBe(theirs['header.flags'])
    expect(offsetOf(fields, 'messages.0.header.errno')).toBe(theirs['header.error_no'])
    expect(bytes.length).toBe(theirs.sizeof)
  })
})

function offsetOf(fields: readonly Located[], path: string): number | undefined {
  return fields.find((field) => `${field.path.join('.')}.`.startsWith(`${path}.`))?.offset
}
