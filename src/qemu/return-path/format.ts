import { type Format, RUN_SCHEMA, toJsonSchema } from '../../layout/index.ts'
import { channelFormat, OPAQUE_SCHEMA, objectSchema } from '../channel-format.ts'
import { tellerCodes } from '../teller.ts'
import { returnPathCodes } from './codes.ts'
import { bitmapEnd, bitmapStart, returnPathMessage } from './message.layout.ts'
import { bitmapEndCodec, bitmapStartCodec, type ReturnPath, returnPathMessageCodec } from './message.ts'
import { returnPathReader } from './read.ts'
import { returnPathJsonPieces, returnPathPieces, returnPathToJson } from './write.ts'

/** What the destination of a migration sends to its source. It has no magic, so only its name chooses it. */
export const returnPathFormat: Format<ReturnPath> = channelFormat({
  name: 'qemu-return-path',
  title: 'Return path of a QEMU migration',
  source: returnPathMessage.facts.source,
  options: {},
  structures: [returnPathMessageCodec, bitmapStartCodec, bitmapEndCodec],
  codes: { ...tellerCodes.entries, ...returnPathCodes.entries },
  automatic: false,
  detect: () => 0,
  reader: (_, wanted) => returnPathReader(wanted),
  pieces: returnPathPieces,
  jsonPieces: returnPathJsonPieces,
  toJson: returnPathToJson,
  schema() {
    const received = objectSchema(
      {
        size: toJsonSchema(bitmapStart.fields.size),
        bitmap: RUN_SCHEMA,
        endMark: toJsonSchema(bitmapEnd.fields.endMark),
      },
      ['endMark'],
    )
    const entry = objectSchema({ message: toJsonSchema(returnPathMessage), received }, ['received'])
    return objectSchema({ messages: { type: 'array', items: { anyOf: [entry, OPAQUE_SCHEMA] } } })
  },
})
