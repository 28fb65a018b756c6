import { bit, bits, rest, span, struct, u16, u32, u64 } from '../../layout/index.ts'

const SOURCE = 'linux drivers/net/ethernet/intel/ixgbevf/defines.h, union ixgbe_adv_tx_desc and ixgbe_adv_rx_desc'

/** Types of a transmit descriptor, bits 20 to 23 of its third word. */
export const TX_TYPES = { 0: 'none', 2: 'context', 3: 'data' } as const

const commandTypeLength = bits(u32, {
  length: span(0, 15).doc('bytes of the buffer'),
  reserved: rest(),
  type: span(20, 23, TX_TYPES),
  endOfPacket: bit(24),
  insertFcs: bit(25),
  reportStatus: bit(27).doc('write back when done'),
  extension: bit(29).doc('1: not a legacy descriptor'),
  vlan: bit(30).doc('insert the VLAN tag of the context'),
  segmentation: bit(31),
})

/** A transmit descriptor as the driver writes it. */
export const txRead = struct(
  'ixgbevf-tx-read',
  {
    bufferAddress: u64.asHex(),
    cmdTypeLen: commandTypeLength,
    olinfoStatus: bits(u32, {
      done: bit(0).doc('DD; 0 as the driver writes it'),
      reserved: rest(),
      contextIndex: span(4, 6),
      checkContext: bit(7),
      packetOptions: span(8, 13).asHex().doc('bit 0: IP checksum, bit 1: TCP or UDP checksum, bit 2: IPsec'),
      payloadLength: span(14, 31).doc('bytes of the packet'),
    }),
  },
  { title: 'ixgbevf transmit descriptor, as the driver writes it', source: SOURCE },
)

/** A transmit descriptor that sets offloads up and points to no buffer. */
export const txContext = struct(
  'ixgbevf-tx-context',
  {
    vlanMacipLens: u32.asHex(),
    fceofSaidx: u32.asHex(),
    typeTucmdMlhl: bits(u32, {
      command: span(0, 19).asHex(),
      type: span(20, 23, TX_TYPES),
      reserved: rest(),
      extension: bit(29),
    }),
    mssL4lenIdx: u32.asHex(),
  },
  { title: 'ixgbevf transmit context descriptor', source: `${SOURCE}; struct ixgbe_adv_tx_context_desc` },
)

/** A transmit descriptor after the device has sent it. */
export const txWriteBack = struct(
  'ixgbevf-tx-write-back',
  {
    reserved0: u64.asHex(),
    nxtseqSeed: u32.asHex(),
    status: bits(u32, { done: bit(0).doc('DD'), reserved: rest() }),
  },
  { title: 'ixgbevf transmit descriptor, as the device writes it back', source: SOURCE },
)

/** A receive descriptor as the driver writes it. */
export const rxRead = struct(
  'ixgbevf-rx-read',
  {
    packetAddress: u64.asHex(),
    headerAddress: u64.asHex().doc('where split headers go; bit 0 is DD once it is written back'),
  },
  { title: 'ixgbevf receive descriptor, as the driver writes it', source: SOURCE },
)

/** A receive descriptor after the device has filled its buffer. */
export const rxWriteBack = struct(
  'ixgbevf-rx-write-back',
  {
    info: bits(u32, {
      rssType: span(0, 3, {
        0: 'none',
        1: 'ipv4-tcp',
        2: 'ipv4',
        3: 'ipv6-tcp',
        4: 'ipv6-ex',
        5: 'ipv6',
        6: 'ipv6-tcp-ex',
        7: 'ipv4-udp',
        8: 'ipv6-udp',
        9: 'ipv6-udp-ex',
      }),
      packetType: span(4, 16).asHex(),
      coalesced: span(17, 20).doc('packets coalesced'),
      headerLength: span(21, 30).doc('bytes of the header'),
      splitHeader: bit(31),
    }),
    rss: u32.asHex().doc('hash; or IP identification and checksum'),
    statusError: bits(u32, {
      done: bit(0).doc('DD'),
      endOfPacket: bit(1).doc('EOP'),
      status: span(2, 19).asHex(),
      errors: span(20, 31).asHex(),
    }),
    length: u16.doc('bytes in the buffer'),
    vlan: u16.asHex().doc('VLAN tag'),
  },
  { title: 'ixgbevf receive descriptor, as the device writes it back', source: SOURCE },
)
