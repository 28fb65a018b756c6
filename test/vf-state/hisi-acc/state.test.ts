import { describe, expect, test } from 'vitest'
import {
  hisiAccStateFormat as format,
  hisiAccCodes,
  hisiAccStateCodec,
  hisiQueueAddress,
} from '../../../src/vf-state/index.ts'
import { image } from '../../vfio/support.ts'
import { hasCompiler, offsetsInC } from '../c-struct.ts'
import { decodeErrorOf, findingsOf, uncovered } from '../support.ts'

// Offsets are typed from the reference's table.

const V1 = 0xcdcdcdcdfeedaaccn
const V2 = 0xaaccfeeddecadeden

type Part = readonly [number, number, number | bigint]

const match = (magic: bigint): Part[] => [
  [0, 8, magic],
  [8, 4, 256],
  [12, 4, 0xa256],
  [16, 4, 0x00ff00ff],
  [20, 4, 512],
  [28, 2, magic === V2 ? 1 : 0],
]
/** Registers with event queue addresses in words 1 and 2 of their contexts. */
const registers: readonly Part[] = [
  [40, 4, 0x11],
  [44, 4, 0x22],
  [48, 4, 0x33],
  [52, 4, 0x44],
  [56, 4, 0x55],
  [60, 4, 0x66],
  [64, 4, 0x000000e0],
  [68, 4, 0xfec00000],
  [72, 4, 0x00000001],
  [88, 4, 0x000000e6],
  [92, 4, 0x000000a0],
  [96, 4, 0xfed00000],
  [100, 4, 0x00000002],
  [116, 4, 0x000000a6],
  [160, 8, 0x3_0000_0000n],
  [168, 8, 0x4_0000_0000n],
]
const addresses: readonly Part[] = [
  [144, 8, 0x1_fec0_0000n],
  [152, 8, 0x2_fed0_0000n],
]
const wrongAddresses: readonly Part[] = [
  [144, 8, 0xfec00000_000000e0n],
  [152, 8, 0xfed00000_000000a0n],
]
const whole = (...more: readonly Part[]) => image(176, [...match(V2), ...registers, ...addresses, ...more])
const first = (...more: readonly Part[]) => image(176, [...match(V1), ...registers, ...wrongAddresses, ...more])

test('every field', () => {
  expect(findingsOf(format, whole())).toEqual([])
  expect(format.decode(whole())).toEqual({
    ...{ magic: V2, qpNum: 256, devId: 0xa256, queIsoCfg: 0x00ff00ff, qpBase: 512, vfQmState: 'ready' },
    ...{ majorVersion: 1, minorVersion: 0, reserved: new Uint8Array(8), leftover: new Uint8Array() },
    registers: {
      ...{ aeqIntMask: 0x11, eqIntMask: 0x22, ifcIntSource: 0x33, ifcIntMask: 0x44, ifcIntSet: 0x55, pageSize: 0x66 },
      eqcDw: [0xe0, 0xfec00000, 1, 0, 0, 0, 0xe6],
      aeqcDw: [0xa0, 0xfed00000, 2, 0, 0, 0, 0xa6],
      ...{ reserved: new Uint8Array(20), padding: new Uint8Array(4) },
      ...{ eqeDma: 0x1_fec0_0000n, aeqeDma: 0x2_fed0_0000n, sqcDma: 0x3_0000_0000n, cqcDma: 0x4_0000_0000n },
    },
  })
  expect(hisiQueueAddress([0xe0, 0xfec00000, 1, 0, 0, 0, 0xe6])).toBe(0x1_fec0_0000n)
})

test('detection by both magics', () => {
  for (const magic of [V1, V2]) expect(format.detect({ head: image(40, match(magic)) })).toBe(1)
  expect(format.detect({ head: image(40, match(V2 + 1n)) })).toBe(0)
  expect(format.detect({ head: image(7, []) })).toBe(0)
})

test.runIf(hasCompiler())('layout in C', () => {
  const source = `struct acc_vf_data { uint64_t acc_magic; uint32_t qp_num; uint32_t dev_id; uint32_t que_iso_cfg; uint32_t qp_base;
uint32_t vf_qm_state; uint16_t major_ver; uint16_t minor_ver; uint32_t qm_rsv_state[2];
uint32_t aeq_int_mask; uint32_t eq_int_mask; uint32_t ifc_int_source; uint32_t ifc_int_mask; uint32_t ifc_int_set; uint32_t page_size;
uint32_t qm_eqc_dw[7]; uint32_t qm_aeqc_dw[7]; uint32_t qm_reserved_data[5];
uint64_t eqe_dma; uint64_t aeqe_dma; uint64_t sqc_dma; uint64_t cqc_dma; };`
  const names = {
    ...{ acc_magic: 'magic', qp_num: 'qpNum', dev_id: 'devId', que_iso_cfg: 'queIsoCfg', qp_base: 'qpBase' },
    ...{ vf_qm_state: 'vfQmState', major_ver: 'majorVersion', minor_ver: 'minorVersion', qm_rsv_state: 'reserved' },
    ...{ aeq_int_mask: 'registers.aeqIntMask', eq_int_mask: 'registers.eqIntMask' },
    ...{ ifc_int_source: 'registers.ifcIntSource', ifc_int_mask: 'registers.ifcIntMask' },
    ...{ ifc_int_set: 'registers.ifcIntSet', page_size: 'registers.pageSize' },
    ...{ qm_eqc_dw: 'registers.eqcDw.0', qm_aeqc_dw: 'registers.aeqcDw.0', qm_reserved_data: 'registers.reserved' },
    ...{ eqe_dma: 'registers.eqeDma', aeqe_dma: 'registers.aeqeDma' },
    ...{ sqc_dma: 'registers.sqcDma', cqc_dma: 'registers.cqcDma' },
  }
  const offsets = offsetsInC(source, 'acc_vf_data', Object.keys(names))
  const fields = new Map(hisiAccStateCodec.fields(whole()).map(({ path, offset }) => [path.join('.'), offset]))
  for (const [theirs, ours] of Object.entries(names)) expect(fields.get(ours), theirs).toBe(offsets.get(theirs))
  expect(offsets.get('sizeof')).toBe(176)
})

const cases: readonly { name: string; bytes: Uint8Array; found: readonly string[] }[] = [
  { name: 'match data alone', bytes: image(40, match(V2)), found: ['info vf-state/hisi-match-only'] },
  { name: 'match data of the first driver', bytes: image(40, match(V1)), found: ['info vf-state/hisi-match-only'] },
  {
    name: 'not ready',
    bytes: image(40, [...match(V2), [24, 4, 1]]),
    found: ['info vf-state/hisi-match-only'],
  },
  {
    name: 'another magic',
    bytes: image(40, match(1n)),
    found: ['error vf-state/hisi-magic magic', 'info vf-state/hisi-match-only'],
  },
  {
    name: 'major version 2',
    bytes: image(40, [...match(V2), [28, 2, 2]]),
    found: ['error vf-state/hisi-version majorVersion', 'info vf-state/hisi-match-only'],
  },
  { name: '41 bytes', bytes: image(41, match(V2)), found: ['error vf-state/hisi-length leftover'] },
  { name: '175 bytes', bytes: whole().slice(0, 175), found: ['error vf-state/hisi-length leftover'] },
  {
    name: '177 bytes',
    bytes: image(177, [...match(V2), ...registers, ...addresses]),
    found: ['error vf-state/hisi-length leftover'],
  },
  {
    name: 'an unknown state',
    bytes: whole([24, 4, 2]),
    found: ['info layout/unknown-value vfQmState', 'warning vf-state/hisi-qm-state vfQmState'],
  },
  {
    name: 'registers of a device that is not ready',
    bytes: whole([24, 4, 1]),
    found: ['warning vf-state/hisi-not-ready vfQmState'],
  },
  {
    name: 'the first driver',
    bytes: first(),
    found: ['info vf-state/hisi-old-address registers.eqeDma', 'info vf-state/hisi-old-address registers.aeqeDma'],
  },
  {
    name: 'addresses that are not even those of the first driver',
    bytes: first([144, 8, 1]),
    found: ['warning vf-state/hisi-address registers.eqeDma', 'info vf-state/hisi-old-address registers.aeqeDma'],
  },
  {
    name: 'another address than in the context',
    bytes: whole([152, 8, 0x1000]),
    found: ['warning vf-state/hisi-address registers.aeqeDma'],
  },
  {
    name: 'an address of 0',
    bytes: whole([168, 8, 0]),
    found: ['warning vf-state/hisi-null-address registers.cqcDma'],
  },
  {
    name: 'an address of 0 that the context has, too',
    bytes: whole([68, 4, 0], [72, 4, 0], [144, 8, 0]),
    found: ['warning vf-state/hisi-null-address registers.eqeDma'],
  },
  {
    name: 'an address of 0 that the destination corrects',
    bytes: image(176, [...match(V1), ...registers, ...wrongAddresses, [64, 4, 0], [68, 4, 0], [144, 8, 0]]),
    found: ['info vf-state/hisi-old-address registers.eqeDma', 'info vf-state/hisi-old-address registers.aeqeDma'],
  },
]

test.each(cases)('$name', ({ bytes, found }) => {
  expect(findingsOf(format, bytes)).toEqual(found)
})

test('every code has a case', () => {
  expect(
    uncovered(
      hisiAccCodes.entries,
      'vf-state/hisi',
      cases.map(({ found }) => found),
    ),
  ).toEqual([])
})

test.each([0, 8, 39])('%i bytes are too few', (length) => {
  expect(decodeErrorOf(format as never, whole().subarray(0, length))).toMatch(/^layout\/ended-early .* needs more$/)
})

describe('what a destination refuses', () => {
  const refused = (given: Uint8Array, own: Uint8Array) =>
    format
      .refusals?.(format.decode(given), format.decode(own))
      .map(({ path, message }) => `${path.join('.')} ${message}`)

  test('nothing of an older driver', () => {
    expect(refused(first(), whole())).toEqual([])
    expect(refused(whole(), whole())).toEqual([])
  })
  test.each([
    ['newer to older', whole(), first(), /^magic .*EINVAL.*hisi_acc_vfio_pci\.c, vf_qm_check_match\.$/],
    ['an unknown magic', image(40, match(5n)), whole(), /^magic .*vf_qm_version_check\.$/],
    ['another version', whole([28, 2, 2]), whole(), /^majorVersion .*EINVAL.*vf_qm_version_check\.$/],
  ])('%s', (_, given, own, says) => {
    expect(refused(given, own)).toEqual([expect.stringMatching(says)])
  })
  test('fields that have to be equal', () => {
    const fields = format.fields(whole()).filter(({ type }) => type.agreement?.rule === 'equal')
    expect(fields.map(({ path }) => path.join('.'))).toEqual(['qpNum', 'devId', 'queIsoCfg'])
  })
})
