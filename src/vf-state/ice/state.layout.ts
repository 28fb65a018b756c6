import {
  type AnyType,
  array,
  bytes,
  choice,
  enumeration,
  equals,
  framed,
  optional,
  remaining,
  struct,
  u16,
  u32,
  u64,
  upTo,
} from '../../layout/index.ts'
import { iceMagic } from './magic.layout.ts'
import {
  ICE_SOURCE,
  iceHeader,
  iceMacFilters,
  iceMailboxRegisters,
  iceMsixRegisters,
  iceRss,
  iceRxQueue,
  iceStatistics,
  iceTxQueue,
  iceVlanFilters,
} from './tlv.layout.ts'
import { iceVfInfo } from './vf-info.layout.ts'

/** Bytes of type and length. */
export const ICE_TLV_HEADER = 4
/** Lengths that types with fixed content have, padding included. */
export const ICE_LENGTHS = {
  end: 0,
  header: 8,
  'tx-queue': 20,
  'rx-queue': 28,
  'msix-regs': 28,
  'mbx-regs': 40,
  stats: 96,
} as const

export const ICE_TYPES = {
  0: 'end',
  1: 'header',
  2: 'vf-info',
  3: 'tx-queue',
  4: 'rx-queue',
  5: 'msix-regs',
  6: 'mbx-regs',
  7: 'stats',
  8: 'rss',
  9: 'vlan-filters',
  10: 'mac-filters',
} as const
/** Types that the driver of the series knows are below this. */
export const ICE_KNOWN_TYPES = 11

/** Content of a fixed length; bytes where the length is another. */
const fixed = <const T extends AnyType>(length: number, type: T) =>
  choice('length', { [length]: type }, bytes(remaining))

const tlv = struct(
  'ice-tlv',
  {
    type: enumeration(u16, ICE_TYPES),
    length: u16.doc('bytes of data, a multiple of 4'),
    data: framed(
      upTo('length'),
      choice(
        'type',
        {
          1: fixed(ICE_LENGTHS.header, iceHeader),
          2: iceVfInfo,
          3: fixed(ICE_LENGTHS['tx-queue'], iceTxQueue),
          4: fixed(ICE_LENGTHS['rx-queue'], iceRxQueue),
          5: fixed(ICE_LENGTHS['msix-regs'], iceMsixRegisters),
          6: fixed(ICE_LENGTHS['mbx-regs'], iceMailboxRegisters),
          7: fixed(ICE_LENGTHS.stats, iceStatistics),
          8: iceRss,
          9: iceVlanFilters,
          10: iceMacFilters,
        },
        bytes(remaining),
      ),
    ),
    after: optional(equals('type', 0), bytes(remaining)).doc('bytes behind the end'),
  },
  { title: 'Type, length and data of an ice VF', source: ICE_SOURCE },
)

/** State of an Intel E800 VF as proposed in 2025: parts with type and length, from a header to an end. */
export const iceState = struct(
  'ice-state',
  { tlvs: framed(remaining, array(tlv, 'to-end')) },
  { title: 'State of an Intel ice VF (E800, proposed 2025)', source: ICE_SOURCE },
)

/** State of the series of 2023, as far as all its revisions have the same fields. */
export const iceState2023 = struct(
  'ice-state-2023',
  {
    magic: iceMagic,
    version: u32.doc('1'),
    totalSize: u64.doc('bytes of the state'),
    vfCaps: u32.asHex().doc('VIRTCHNL_VF_OFFLOAD_* bits that the VF driver has asked for'),
    numTxQueues: u16,
    numRxQueues: u16,
    rest: bytes(remaining).doc('queue heads and recorded virtchnl messages; each revision of the series has others'),
  },
  {
    title: 'State of an Intel ice VF (E800, proposed 2023)',
    source:
      'Lingyu Liu and Yahui Cao, Add E800 live migration driver, 2023 (not merged), struct ice_migration_dev_state',
  },
)
