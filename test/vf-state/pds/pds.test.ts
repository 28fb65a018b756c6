import { describe, expect, test } from 'vitest'
import type { Codec } from '../../../src/layout/index.ts'
import {
  pdsCommandFormat as commands,
  pdsCompletionFormat as completions,
  pdsCommandCodec,
  pdsCompletionCodec,
  pdsDirtyPages,
  pdsDirtyRegionCodec,
  pdsDirtyRegionFormat as regions,
  pdsStateFormat as state,
} from '../../../src/vf-state/index.ts'
import { hex, image } from '../../vfio/support.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { findingsOf, uncovered } from '../support.ts'

describe('the state', () => {
  const NOISE = Uint8Array.from({ length: 256 }, (_, at) => at)
  const CASES: readonly (readonly [what: string, bytes: Uint8Array, findings: readonly string[]])[] = [
    ['words', NOISE, []],
    ['the most that the header has room for', new Uint8Array(65536).fill(1), []],
    ['more than that', new Uint8Array(65540).fill(1), ['warning vf-state/pds-state-too-long bytes']],
    ['a part of a word', NOISE.subarray(0, 255), ['info vf-state/pds-state-words bytes']],
    ['zeros', new Uint8Array(64), ['warning vf-state/blob-zero bytes']],
    ['nothing', new Uint8Array(0), ['warning vf-state/blob-empty bytes']],
  ]
  test.each(CASES)('%s', (_, bytes, findings) => expect(findingsOf(state, bytes)).toEqual(findings))
  test('every code has its case', () => {
    const found = CASES.map(([, bytes]) => findingsOf(state, bytes))
    expect(uncovered(state.codes, 'vf-state/pds', found)).toEqual([])
  })
  test('says why it is opaque', () => {
    expect(state.decode(NOISE).profile).toMatchObject({
      length: 256,
      bitsPerByte: 8,
      reason: expect.stringContaining('firmware'),
    })
  })
})

describe('dirty pages', () => {
  test('are those of which the two bitmaps differ', () => {
    expect(pdsDirtyPages(hex('ff00 0f'), hex('fe01 0f'))).toEqual(hex('0101 00'))
    expect(() => pdsDirtyPages(hex('ff'), hex(''))).toThrow(RangeError)
  })

  const region = (base: bigint, pages: number, log2: number) =>
    image(16, [
      [0, 8, base],
      [8, 4, pages],
      [12, 1, log2],
    ])
  const CASES: readonly (readonly [what: string, bytes: Uint8Array, findings: readonly string[]])[] = [
    ['1 GiB of pages of 4 KiB', region(0x1_0000_0000n, 0x40000, 12), []],
    ['up to the end', region(0xffff_ffff_ffff_f000n, 1, 12), []],
    ['past the end', region(0xffff_ffff_ffff_f000n, 2, 12), ['error vf-state/pds-region-range pageCount']],
    ['pages of 2^255 bytes', region(0n, 1, 255), ['error vf-state/pds-region-range pageCount']],
    ['half a page', region(0x800n, 1, 12), ['warning vf-state/pds-region-misaligned dmaBase']],
    ['no pages', region(0n, 0, 12), ['warning vf-state/pds-region-empty pageCount']],
  ]
  test.each(CASES)('%s', (_, bytes, findings) => expect(findingsOf(regions, bytes)).toEqual(findings))
  test('every code has its case', () => {
    expect(
      uncovered(
        regions.codes,
        'vf-state/',
        CASES.map(([, bytes]) => findingsOf(regions, bytes)),
      ),
    ).toEqual([])
  })
})

/** Opcode and VF 3, then the fields, then zeros up to 64 bytes. */
const command = (opcode: string, fields: string) => {
  const bytes = new Uint8Array(64)
  bytes.set(hex(`${opcode} 00 0300 ${fields}`))
  return bytes
}

const COMMANDS: readonly (readonly [opcode: string, bytes: Uint8Array, body: object])[] = [
  ['HOST_VF_STATUS', command('01', '01'), { status: 'IN_PROGRESS' }],
  ['SUSPEND', command('12', '01'), { type: 'P2P' }],
  ['SUSPEND_STATUS', command('13', '00'), { type: 'FULL' }],
  ['RESUME', command('14', '00'), { type: 'FULL' }],
  ['SAVE', command('15', '00000000 0010000000000000 02000000'), { sglAddr: 0x1000n, numSge: 2 }],
  ['RESTORE', command('16', '00000000 0010000000000000 02000000'), { sglAddr: 0x1000n, numSge: 2 }],
  ['DIRTY_STATUS', command('20', '08 000000 0020000000000000'), { maxRegions: 8, regionsDma: 0x2000n }],
  [
    'DIRTY_ENABLE',
    command('21', '01 02 0000 0020000000000000'),
    { bmpType: 'SEQ_ACK', numRegions: 2, regionsDma: 0x2000n },
  ],
  [
    'DIRTY_READ_SEQ',
    command('23', '40000000 80000000 0100 0000 0030000000000000'),
    { offBytes: 64, lenBytes: 128, numSge: 1, sglAddr: 0x3000n },
  ],
  [
    'DIRTY_WRITE_ACK',
    command('24', '40000000 80000000 0100 0000 0030000000000000'),
    { offBytes: 64, lenBytes: 128, numSge: 1, sglAddr: 0x3000n },
  ],
]

describe('commands', () => {
  test.each(COMMANDS)('%s', (opcode, bytes, body) => {
    expect(findingsOf(commands, bytes)).toEqual([])
    expect(commands.decode(bytes)).toMatchObject({ opcode, vfId: 3, body })
  })
  test('without fields', () => {
    for (const [opcode, number] of [
      ['STATE_SIZE', '10'],
      ['DIRTY_DISABLE', '22'],
    ] as const) {
      expect(findingsOf(commands, command(number, ''))).toEqual([])
      expect(commands.decode(command(number, ''))).toMatchObject({ opcode, body: new Uint8Array(60) })
    }
  })
})

describe('completions', () => {
  test('of STATE_SIZE', () => {
    const bytes = hex('00 00 0700 0010000000000000 000000 80')
    expect(findingsOf(completions, bytes)).toEqual([])
    expect(completions.decode(bytes)).toMatchObject({ status: 0, compIndex: 7, body: { size: 4096n }, color: 0x80 })
  })
  test.each([32, 33, 34])('of opcode %d', (opcode) => {
    const bytes = hex('00 00 0700 08 02 01 00 02000000 000000 80')
    expect(findingsOf(completions, bytes, { opcode })).toEqual([])
    expect(completions.decode(bytes, { opcode })).toMatchObject({
      body: { maxRegions: 8, numRegions: 2, bmpType: 'SEQ_ACK', bmpTypeMask: 2 },
      color: 0x80,
    })
  })
  test('of others', () => {
    expect(completions.decode(new Uint8Array(16), { opcode: 21 })).toMatchObject({ body: new Uint8Array(11) })
  })
})

const C = `
#define P __attribute__((packed))
struct suspend { uint8_t opcode; uint8_t rsvd; uint16_t vf_id; uint8_t type; };
struct save { uint8_t opcode; uint8_t rsvd; uint16_t vf_id; uint8_t rsvd2[4]; uint64_t sgl_addr; uint32_t num_sge; } P;
struct dirty_status { uint8_t opcode; uint8_t rsvd; uint16_t vf_id; uint8_t max_regions; uint8_t rsvd2[3]; uint64_t regions_dma; } P;
struct dirty_enable { uint8_t opcode; uint8_t rsvd; uint16_t vf_id; uint8_t bmp_type; uint8_t num_regions; uint8_t rsvd2[2]; uint64_t regions_dma; } P;
struct seq_ack { uint8_t opcode; uint8_t rsvd; uint16_t vf_id; uint32_t off_bytes; uint32_t len_bytes; uint16_t num_sge; uint8_t rsvd2[2]; uint64_t sgl_addr; } P;
struct region { uint64_t dma_base; uint32_t page_count; uint8_t page_size_log2; uint8_t rsvd[3]; };
struct size_comp { uint8_t status; uint8_t rsvd; uint16_t comp_index; union { uint64_t size; uint8_t rsvd2[11]; } P; uint8_t color; };
struct dirty_comp { uint8_t status; uint8_t rsvd; uint16_t comp_index; uint8_t max_regions; uint8_t num_regions; uint8_t bmp_type; uint8_t rsvd2; uint32_t bmp_type_mask; uint8_t rsvd3[3]; uint8_t color; };
`

describe.skipIf(!hasCompiler())('offsets of the C structures', () => {
  const offsets = (
    codec: unknown,
    bytes: Uint8Array,
    names: readonly string[],
    parameters?: Record<string, number>,
  ) => {
    const fields = (codec as Codec).fields(bytes, parameters === undefined ? {} : { parameters })
    return names.map((name) => fields.find(({ path }) => path.join('.') === name)?.offset)
  }
  const inC = (struct: string, members: readonly string[]) => [...offsetsInC(C, struct, members).values()].slice(1)
  const at = (name: string) => COMMANDS.find(([opcode]) => opcode === name)?.[1] as Uint8Array

  test.each<[string, string, string[], string[]]>([
    ['suspend', 'SUSPEND', ['vf_id', 'type'], ['vfId', 'body.type']],
    ['save', 'SAVE', ['sgl_addr', 'num_sge'], ['body.sglAddr', 'body.numSge']],
    ['dirty_status', 'DIRTY_STATUS', ['max_regions', 'regions_dma'], ['body.maxRegions', 'body.regionsDma']],
    [
      'dirty_enable',
      'DIRTY_ENABLE',
      ['bmp_type', 'num_regions', 'regions_dma'],
      ['body.bmpType', 'body.numRegions', 'body.regionsDma'],
    ],
    [
      'seq_ack',
      'DIRTY_READ_SEQ',
      ['off_bytes', 'len_bytes', 'num_sge', 'sgl_addr'],
      ['body.offBytes', 'body.lenBytes', 'body.numSge', 'body.sglAddr'],
    ],
  ])('%s', (struct, opcode, members, names) => {
    expect(offsets(pdsCommandCodec, at(opcode), names)).toEqual(inC(struct, members))
  })

  test('regions and completions', () => {
    const names = ['dmaBase', 'pageCount', 'pageSizeLog2']
    expect(offsets(pdsDirtyRegionCodec, new Uint8Array(16), names)).toEqual(
      inC('region', ['dma_base', 'page_count', 'page_size_log2']),
    )
    expect(offsets(pdsCompletionCodec, new Uint8Array(16), ['compIndex', 'body.size', 'color'])).toEqual(
      inC('size_comp', ['comp_index', 'size', 'color']),
    )
    const dirty = ['body.maxRegions', 'body.numRegions', 'body.bmpType', 'body.bmpTypeMask', 'color']
    expect(offsets(pdsCompletionCodec, new Uint8Array(16), dirty, { opcode: 32 })).toEqual(
      inC('dirty_comp', ['max_regions', 'num_regions', 'bmp_type', 'bmp_type_mask', 'color']),
    )
    for (const struct of ['region', 'size_comp', 'dirty_comp']) expect(offsetsInC(C, struct, []).get('sizeof')).toBe(16)
  })
})
