import { defineCodes, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/self-emulation-2015/mailbox.js'
import { codec, placeOf, type Rule, type StructType, structureFormat, type Value } from '../../layout/index.ts'
import { mailboxMessage, mailboxWord } from './mailbox.layout.ts'

export const mailboxWordCodec = codec(mailboxWord, generated.mailboxWord)
export const mailboxMessageCodec = codec(mailboxMessage, generated.mailboxMessage)
export type MailboxWord = Value<typeof mailboxWord>
export type MailboxMessage = Value<typeof mailboxMessage>

const SOURCE = 'linux drivers/net/ethernet/intel/ixgbevf/mbx.h and vf.c; RFC Patch 02/12 of October 2015'

export const mailboxCodes = defineCodes({
  'vf-state/mailbox-verdict': {
    severity: 'error',
    title: 'a mailbox message is both accepted and refused',
    explanation: 'ACK and NACK exclude each other; who reads only one of them goes on as if the other were clear.',
    source: SOURCE,
  },
  'vf-state/mailbox-resume-or-xcast': {
    severity: 'info',
    title: 'message 0x0c carries data, which the resume event does not have',
    explanation:
      'The series of 2015 uses 0x0c for its resume event of one word. Mainline gave the number to UPDATE_XCAST_MODE, with the mode in word 1. A PF of either kind takes the message for its own. The word may also be left over from a longer message.',
    source: SOURCE,
  },
})

type Body = MailboxWord & { readonly data?: readonly number[] }

const rule =
  (type: StructType): Rule<Body> =>
  ({ word, data }, report) => {
    const say = (code: keyof typeof mailboxCodes.entries, message: string, path: Path) => {
      const place = placeOf(type, path) ?? { offset: 0, length: 0 }
      report(mailboxCodes.finding(code, message, { ...place, path }))
    }
    if (word.success && word.failure) say('vf-state/mailbox-verdict', 'ACK and NACK are both set.', ['word'])
    const [first = 0] = data ?? []
    if (word.message === 'notify-resume' && first !== 0) {
      const message = `Word 1 of the message is 0x${first.toString(16)}; a resume event has no word 1.`
      say('vf-state/mailbox-resume-or-xcast', message, ['data', 0])
    }
  }

export const mailboxWordFormat = structureFormat({
  codec: mailboxWordCodec,
  codes: mailboxCodes.entries,
  rule: rule(mailboxWord),
})
export const mailboxMessageFormat = structureFormat({
  codec: mailboxMessageCodec,
  codes: mailboxCodes.entries,
  rule: rule(mailboxMessage),
})
