import { array, bit, bits, bytes, remaining, reserved, rest, struct, u8, u16, u32, u64 } from '../../layout/index.ts'

const SERIES = 'Jacob Keller, ice: add support for live migration, 2025 (not merged)'
export const ICE_SOURCE = `${SERIES}, drivers/net/ethernet/intel/ice/virt/migration_tlv.h`
const facts = (title: string) => ({ title, source: ICE_SOURCE })
const VALIDATE = 'drivers/net/ethernet/intel/ice/virt/migration.c, ice_migration_validate_tlvs'

export const ICE_VERSION = 1

export const iceHeader = struct(
  'ice-header',
  {
    magic: u32.asHex().doc('0xe8000001'),
    version: u16
      .doc('1')
      .agrees('equal', `The destination driver refuses another version than its own (EPROTONOSUPPORT): ${VALIDATE}.`),
    numSupportedTlvs: u16.doc('types that the source knows are below this'),
  },
  facts('Header of an ice VF state'),
)

export const iceTxQueue = struct(
  'ice-tx-queue',
  {
    dma: u64.asHex().doc('guest address of the ring'),
    count: u16.doc('descriptors of the ring'),
    head: u16,
    queueId: u16.doc('within the VF'),
    vectorId: u16.doc('MSI-X vector, that of the mailbox not counted'),
    state: bits(u8, { vectorValid: bit(0), enabled: bit(1), reserved: rest() }),
    padding: reserved(3),
  },
  facts('Transmit queue of an ice VF'),
)

export const iceRxQueue = struct(
  'ice-rx-queue',
  {
    dma: u64.asHex().doc('guest address of the ring'),
    maxFrame: u16.doc('bytes'),
    rxBufLen: u16.doc('bytes of a buffer'),
    rxdid: u32.doc('form of the descriptors'),
    count: u16.doc('descriptors of the ring'),
    head: u16,
    tail: u16,
    queueId: u16.doc('within the VF'),
    vectorId: u16.doc('MSI-X vector, that of the mailbox not counted'),
    state: bits(u8, { vectorValid: bit(0), crcStrip: bit(1), enabled: bit(2), reserved: rest() }),
    padding: reserved(1),
  },
  facts('Receive queue of an ice VF'),
)

export const iceMsixRegisters = struct(
  'ice-msix-registers',
  {
    intDynCtl: u32.asHex().doc('GLINT_DYN_CTL'),
    intItr: array(u32.asHex(), 4).doc('GLINT_ITR, interrupt throttling'),
    txItrIdx: u16,
    rxItrIdx: u16,
    vectorId: u16.doc('MSI-X vector, 0 being that of the mailbox'),
    padding: reserved(2),
  },
  facts('Registers of an MSI-X vector of an ice VF'),
)

const mailboxQueue = (queue: string) =>
  struct(
    `ice-${queue}`,
    { head: u32, tail: u32, baseLow: u32.asHex(), baseHigh: u32.asHex(), length: u32.asHex() },
    facts(`Mailbox queue ${queue} of an ice VF`),
  )

export const iceMailboxRegisters = struct(
  'ice-mailbox-registers',
  { atq: mailboxQueue('atq').doc('from the VF'), arq: mailboxQueue('arq').doc('to the VF') },
  facts('Mailbox registers of an ice VF'),
)

export const iceStatistics = struct(
  'ice-statistics',
  {
    rxBytes: u64,
    rxUnicast: u64,
    rxMulticast: u64,
    rxBroadcast: u64,
    rxDiscards: u64,
    rxUnknownProtocol: u64,
    txBytes: u64,
    txUnicast: u64,
    txMulticast: u64,
    txBroadcast: u64,
    txDiscards: u64,
    txErrors: u64,
  },
  facts('Counters of an ice VF'),
)

export const iceRss = struct(
  'ice-rss',
  {
    hashConfig: u64.asHex().doc('packet types that are hashed'),
    key: bytes(40),
    extendedKey: bytes(12),
    lutSize: u16.doc('bytes of the look-up table; 64'),
    hashFunction: u8,
    lut: bytes('lutSize').doc('queue for each hash'),
    padding: reserved(remaining),
  },
  { ...facts('Receive side scaling of an ice VF'), evidence: 'derived' },
)

export const iceVlanFilters = struct(
  'ice-vlan-filters',
  {
    count: u16,
    vlans: array(struct('ice-vlan-filter', { tpid: u16.asHex(), vid: u16 }, facts('VLAN filter')), 'count'),
    padding: reserved(remaining),
  },
  facts('VLAN filters of an ice VF'),
)

export const iceMacFilters = struct(
  'ice-mac-filters',
  { count: u16, macs: array(bytes(6), 'count'), padding: reserved(remaining) },
  facts('MAC filters of an ice VF'),
)
