import { array, bit, bits, rest, span, struct, u32 } from '../../layout/index.ts'

/** The message that the series adds; mainline later gave the number to UPDATE_XCAST_MODE. From memory. */
export const NOTIFY_RESUME = 0x0c

const SOURCE =
  'linux drivers/net/ethernet/intel/ixgbevf/mbx.h; notify-resume: RFC Patch 02/12 of October 2015, from memory'

/** What a message is about, and whether it was answered. */
const word = bits(u32, {
  message: span(0, 15, {
    1: 'vf-reset',
    2: 'set-mac-addr',
    3: 'set-multicast',
    4: 'set-vlan',
    5: 'set-lpe',
    6: 'set-macvlan',
    8: 'api-negotiate',
    9: 'get-queues',
    10: 'get-reta',
    11: 'get-rss-key',
    [NOTIFY_RESUME]: 'notify-resume',
    256: 'pf-control-msg',
  })
    .doc('message ID; notify-resume is remembered, the others are read')
    .known('recalled'),
  info: span(16, 23).doc('depends on the message: a count, or an add flag'),
  reserved: rest(),
  clearToSend: bit(29).doc('CTS'),
  failure: bit(30).doc('NACK'),
  success: bit(31).doc('ACK'),
})

/** First word of a message between VF and PF. */
export const mailboxWord = struct(
  'ixgbevf-mailbox-word',
  { word },
  { title: 'Word 0 of an ixgbevf mailbox message', source: SOURCE },
)

/** Words of the mailbox memory. */
export const MAILBOX_WORDS = 16

/** The mailbox memory: 16 words. How many of them a message uses depends on it. */
export const mailboxMessage = struct(
  'ixgbevf-mailbox-message',
  {
    word,
    data: array(u32.asHex(), MAILBOX_WORDS - 1).doc('words 1 to 15'),
  },
  { title: 'ixgbevf mailbox memory', source: SOURCE },
)
