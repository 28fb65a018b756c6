import { DecodeError } from '../../findings/index.ts'
import {
  byteOrderOf,
  byteOrderOption,
  type CodeEntries,
  type DerivedSpace,
  errorFinding,
  type Format,
  movedFields,
  runField,
  toBytes,
  toJsonSchema,
} from '../../layout/index.ts'
import { messageCodes } from './codes.ts'
import { conversationCodes } from './conversation/codes.ts'
import { detectMessages } from './detect.ts'
import { vfioUserHeaderCodec } from './header.ts'
import { messagesFromJson, messagesSchema, messagesToJson } from './json.ts'
import { judgeMessages } from './judge.ts'
import type { VfioUserMessages } from './message.ts'
import { migrationPieces } from './migration-pieces.ts'
import { allPayloadFormats } from './payloads.ts'
import { type MessagesReading, messageFields, messagesOf, readMessages } from './read.ts'
import { writeMessages } from './write.ts'

const structures = [vfioUserHeaderCodec, ...allPayloadFormats.flatMap((format) => format.structures)]

/** Messages of one direction of a connection, back to back. */
export const vfioUserMessagesFormat: Format<VfioUserMessages> = {
  name: 'vfio-user-messages',
  title: 'vfio-user messages of one direction',
  source: vfioUserHeaderCodec.type.facts.source,
  evidence: 'verified',
  options: byteOrderOption,
  ksy: 'parts',
  structures: [...new Set(structures)],
  codes: Object.assign(
    {},
    ...allPayloadFormats.map((format) => format.codes),
    messageCodes.entries,
    conversationCodes.entries,
  ) as CodeEntries,
  automatic: true,
  detect: detectMessages,
  decode: (input, given) => messagesOf(readMessages(toBytes(input), byteOrderOf(given))),
  encode: (value, given) => writeMessages(value, byteOrderOf(given)),
  inspect(input, given) {
    const bytes = toBytes(input)
    try {
      const reading = readMessages(bytes, byteOrderOf(given))
      return { value: messagesOf(reading), findings: judgeMessages(reading) }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields: (input, given) => fieldsOf(readMessages(toBytes(input), byteOrderOf(given))),
  spaces: (input, given) => spacesOf(readMessages(toBytes(input), byteOrderOf(given))),
  toJson: messagesToJson,
  fromJson: (json, given) => messagesFromJson(json, byteOrderOf(given)),
  schema: () => messagesSchema(toJsonSchema(vfioUserHeaderCodec.type)),
}

function fieldsOf({ bytes, byteOrder, messages, end }: MessagesReading) {
  const fields = messages.flatMap((framed, index) => {
    const { offset, header } = framed
    const message = bytes.subarray(offset, offset + header.messageSize)
    return movedFields(messageFields(framed, message, byteOrder), offset, ['messages', index])
  })
  if (end < bytes.length) fields.push(runField(['trailing'], end, bytes.subarray(end)))
  return fields
}

/** Migration data of the direction, joined: what the device said of itself, or what it was told. */
function spacesOf({ messages, byteOrder }: MessagesReading): DerivedSpace[] {
  const pieces = migrationPieces(messages, byteOrder)
  return pieces.length === 0 ? [] : [{ name: 'deviceState', path: ['messages'], pieces }]
}
