import type fc from 'fast-check'
import { type ByteOrder, completeOptions, type Format, joined, type OptionValues } from '../layout/index.ts'
import {
  deviceInfoSpec,
  type InfoSpec,
  irqInfoSpec,
  regionInfoSpec,
  VFIO_USER_COMMANDS,
  type VfioUserHeader,
  type VfioUserMessages,
  vfioUserHeaderCodec,
  vfioUserMessagesFormat,
  vfioUserPayloadFormats,
} from '../vfio/index.ts'
import { makeValue } from './arbitrary.ts'
import { type Tape, tapes } from './tape.ts'
import { makeInfo } from './vfio-info.ts'

const CHOICES = 600
const COMMANDS = Object.values(VFIO_USER_COMMANDS)
const HEADER_SIZE = 16
/** Answers with capabilities: how they follow each other is not in their descriptions. */
const INFORMATION: readonly InfoSpec[] = [deviceInfoSpec, regionInfoSpec, irqInfoSpec]

/** Messages of any commands, now and then with a payload that is none, and with a part of one at the end. */
export function arbitraryVfioUserMessages(given?: OptionValues): fc.Arbitrary<VfioUserMessages> {
  const options = completeOptions(vfioUserMessagesFormat.options, given)
  const order = { byteOrder: options.byteOrder as ByteOrder }
  return tapes(CHOICES).map((tape) => {
    const messages = Array.from({ length: 1 + tape.below(4) }, () => makeMessage(tape, order))
    if (tape.rarely(4)) messages.push(makePart(tape, order))
    return vfioUserMessagesFormat.decode(joined(messages), options)
  })
}

interface Order {
  readonly byteOrder: ByteOrder
}

function makeMessage(tape: Tape, order: Order): Uint8Array {
  const header: VfioUserHeader = {
    messageId: tape.below(1 << 16),
    command: tape.rarely(8) ? 19 + tape.below(100) : tape.pick(COMMANDS),
    messageSize: 0,
    flags: {
      type: tape.rarely(8) ? 2 + tape.below(14) : tape.pick(['command', 'reply'] as const),
      noReply: tape.rarely(6),
      error: tape.rarely(8),
      reserved: tape.rarely(8) ? 0x40 << tape.below(20) : 0,
    },
    errno: tape.rarely(6) ? tape.below(134) : 0,
  }
  const payload = makePayload(tape, header, order)
  const messageSize = HEADER_SIZE + payload.length
  return joined([vfioUserHeaderCodec.encode({ ...header, messageSize }, order), payload])
}

function makePayload(tape: Tape, header: VfioUserHeader, order: Order): Uint8Array {
  const formats = vfioUserPayloadFormats(header)
  if (formats.length === 0 || tape.rarely(8)) return tape.rarely(2) ? tape.bytes(tape.below(40)) : new Uint8Array(0)
  return encodedPayload(tape, tape.pick(formats), order)
}

function encodedPayload(tape: Tape, format: Format, order: Order): Uint8Array {
  const info = INFORMATION.find(({ name }) => name === format.name)
  if (info !== undefined) return makeInfo(info, tape, order)
  const [codec] = format.structures
  if (codec === undefined) throw new TypeError(`There are no values of ${format.name}.`)
  return codec.encode(makeValue(codec.type, tape), order)
}

/** The start of a message: a header that says more than there is, or some of one. */
function makePart(tape: Tape, order: Order): Uint8Array {
  const message = makeMessage(tape, order)
  return message.subarray(0, 1 + tape.below(message.length - 1))
}
