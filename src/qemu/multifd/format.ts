import {
  completeOptions,
  type Format,
  type JsonSchema,
  type OptionMap,
  type OptionValues,
  RUN_SCHEMA,
  toJsonSchema,
} from '../../layout/index.ts'
import { channelFormat, OPAQUE_SCHEMA, objectSchema } from '../channel-format.ts'
import { tellerCodes } from '../teller.ts'
import { channelsCodes } from './channels-codes.ts'
import { multifdCodes } from './codes.ts'
import { detectMultifd } from './detect.ts'
import * as layouts from './packet.layout.ts'
import * as packet from './packet.ts'
import { multifdReader } from './read.ts'
import { multifdJsonPieces, multifdPieces, multifdToJson } from './write.ts'

const STATED = 'auto'

const options = {
  pageSize: {
    kind: 'choice',
    values: [STATED, ...packet.PAGE_SIZES.map(String)],
    default: STATED,
    meaning: 'bytes of a page of the guest; auto: as the packets say',
  },
} as const satisfies OptionMap

/** The size of a page that options give. @throws OptionError */
function pageSizeIn(given: OptionValues | undefined): number | undefined {
  const { pageSize } = completeOptions(options, given)
  return pageSize === STATED ? undefined : Number(pageSize)
}

/** Multifd channels: what every connection but the first carries from the source of a migration to its destination. */
export const multifdChannelFormat: Format<packet.MultifdChannel> = channelFormat({
  name: 'qemu-multifd-channel',
  title: 'Multifd channel of a QEMU migration',
  source: layouts.multifdInit.facts.source,
  options,
  structures: [
    packet.multifdInitCodec,
    packet.multifdPagesHeaderCodec,
    packet.multifdDeviceHeaderCodec,
    packet.multifdDevicePartCodec,
  ],
  codes: { ...tellerCodes.entries, ...multifdCodes.entries, ...channelsCodes.entries },
  automatic: true,
  detect: detectMultifd,
  reader: (given, wanted) => multifdReader({ wanted, pageSize: pageSizeIn(given) }),
  pieces: multifdPieces,
  jsonPieces: multifdJsonPieces,
  toJson: multifdToJson,
  schema: () =>
    objectSchema({
      init: toJsonSchema(layouts.multifdInit),
      packets: { type: 'array', items: { anyOf: [PAGES, DEVICE, OPAQUE_SCHEMA] } },
    }),
})

const PAGES: JsonSchema = objectSchema({ header: toJsonSchema(layouts.multifdPagesHeader), payload: RUN_SCHEMA }, [
  'payload',
])
const DEVICE: JsonSchema = objectSchema(
  {
    header: toJsonSchema(layouts.multifdDeviceHeader),
    part: toJsonSchema(layouts.multifdDevicePart),
    payload: RUN_SCHEMA,
  },
  ['part', 'payload'],
)
