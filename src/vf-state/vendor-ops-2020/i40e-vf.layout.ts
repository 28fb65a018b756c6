import {
  alignUp,
  array,
  bit,
  bits,
  bytes,
  choice,
  enumeration,
  framed,
  remaining,
  reserved,
  rest,
  struct,
  subtract,
  u16,
  u32,
  u64,
  upTo,
} from '../../layout/index.ts'

const SOURCE = 'proposed: the published i40e sample of 2020 saves no device state'
const facts = { source: SOURCE, evidence: 'proposed' } as const

/** "IV04", little-endian. */
const MAGIC = 0x34305649
export const I40E_VF_VERSION = 1
/** Bytes in front of the records. */
export const I40E_VF_HEADER = 16
/** Bytes of a record in front of its payload, and what records are padded to. */
export const RECORD_HEADER = 8

const identity = struct(
  'i40e-vf-identity',
  { vendor: u16.asHex(), device: u16.asHex(), revision: u16, queuePairs: u16 },
  { title: 'VF identity', ...facts },
)

const registers = struct(
  'i40e-vf-registers',
  {
    registers: array(
      struct('i40e-vf-register', { offset: u32.asHex(), value: u32.asHex() }, { title: 'Register', ...facts }),
      'to-end',
    ),
  },
  { title: 'MMIO registers', ...facts },
)

const queueContext = struct(
  'i40e-vf-queue',
  {
    queue: u16,
    reserved: reserved(2),
    count: u32.doc('descriptors of the ring'),
    base: u64.asHex().doc('guest physical address of the ring'),
    head: u32,
    tail: u32,
  },
  { title: 'Queue context', ...facts },
)

const queues = struct(
  'i40e-vf-queues',
  { queues: array(queueContext, 'to-end') },
  { title: 'Queue contexts', ...facts },
)

const adminQueue = struct(
  'i40e-vf-admin-queue',
  { send: queueContext, receive: queueContext },
  { title: 'Admin queue', ...facts },
)

const filters = struct(
  'i40e-vf-filters',
  { filters: array(struct('i40e-vf-filter', { mac: bytes(6), vlan: u16 }, { title: 'Filter', ...facts }), 'to-end') },
  { title: 'Filters', ...facts },
)

const statistics = struct('i40e-vf-statistics', { counters: array(u64, 'to-end') }, { title: 'Statistics', ...facts })

const padding = subtract(alignUp('length', RECORD_HEADER), 'length')

/** A record whose length runs past the end of the file has what is there. */
const record = struct(
  'i40e-vf-record',
  {
    type: enumeration(u16, {
      1: 'identity',
      2: 'config-space',
      3: 'registers',
      4: 'tx-queues',
      5: 'rx-queues',
      6: 'admin-queue',
      7: 'filters',
      8: 'statistics',
    }),
    flags: bits(u16, { mandatory: bit(0).doc('a reader that does not know the type refuses'), reserved: rest() }),
    length: u32.doc('bytes of payload, without padding'),
    payload: framed(
      upTo('length'),
      choice(
        'type',
        { 1: identity, 3: registers, 4: queues, 5: queues, 6: adminQueue, 7: filters, 8: statistics },
        bytes(remaining),
      ),
    ),
    padding: reserved(upTo(padding)),
  },
  { title: 'Record', ...facts },
)

/** State of an i40e VF as this project proposes it. */
export const i40eVfState = struct(
  'i40e-vf-state',
  {
    magic: u32.is(MAGIC),
    version: u16,
    recordCount: u16,
    totalLength: u32.doc('bytes of the file, this header included'),
    crc: u32.asHex().doc('CRC-32 of the records'),
    records: framed(subtract('totalLength', I40E_VF_HEADER), array(record, 'to-end')),
  },
  { title: 'i40e VF state records (proposed)', ...facts },
)
