import { blockBitmapCodes } from '../../dirty-bitmap/index.ts'
import { DecodeError, EncodeError, type Finding } from '../../findings/index.ts'
import {
  aheadOf,
  type BytesInput,
  collected,
  collectedFields,
  completeOptions,
  type DerivedSpace,
  EventJson,
  type Format,
  inspected,
  type Json,
  joined,
  noReferences,
  type OptionMap,
  type OptionValues,
  runField,
  toBytes,
} from '../../layout/index.ts'
import { containerCodes, type SaveImage, saveHeaderCodec, saveImageCodec } from '../container/index.ts'
import {
  commandCodec,
  configurationCodec,
  configurationPartCodec,
  descriptionHeaderCodec,
  endOfStreamCodec,
  ramBlockCodec,
  ramRecordWordCodec,
  sectionFooterCodec,
  sectionHeaderCodec,
  streamHeaderCodec,
} from '../frame.ts'
import { judgeCodes } from '../judge/index.ts'
import { ramCodes } from '../ram/codes.ts'
import { tellerCodes } from '../teller.ts'
import { vfioConfigStateFormat, vfioRecordHeadCodec, vfioStreamCodes } from '../vfio/index.ts'
import { bodyCodes, descriptionCodes } from '../vmdesc/index.ts'
import { qemuStreamCodes } from './codes.ts'
import { descriptionAhead } from './description-ahead.ts'
import { detectMigration } from './detect.ts'
import type { QemuDevice } from './held-devices.ts'
import { qemuStreamReader } from './read.ts'
import { streamSchema } from './schema.ts'
import type { ListedSection } from './section-list.ts'
import type { QemuVfioDevice } from './vfio-device.ts'
import { treeJsonPieces, treePieces } from './write.ts'

/** A QEMU migration stream that is in memory. */
export interface QemuMigration {
  /** What stands before the stream. */
  readonly leading?: Uint8Array
  /** What libvirt wrote in front of it. */
  readonly saveImage?: SaveImage
  /** Everything between header and trailing bytes, in order, without loss. */
  readonly elements: readonly Readonly<Record<string, unknown>>[]
  /** Machine type of the source. */
  readonly machine?: string
  readonly sections: readonly ListedSection[]
  /** Devices with a state of their own: what FULL sections refer to. */
  readonly devices: readonly QemuDevice[]
  readonly vfio?: readonly QemuVfioDevice[]
}

const options = {
  offset: {
    kind: 'number',
    default: 0,
    meaning: 'where the stream begins in its file; zero bytes before it are passed over by themselves',
  },
} as const satisfies OptionMap

const reader: NonNullable<Format['reader']> = (given, wanted = 'all', ahead) => {
  const offset = offsetIn(given)
  return qemuStreamReader({ wanted, offset, description: ahead && descriptionAhead(ahead) })
}

function decoded(input: BytesInput, given?: OptionValues) {
  const bytes = toBytes(input)
  return collected(reader(given, 'all', aheadOf(bytes)), bytes) as { value: QemuMigration; findings: Finding[] }
}

/** Migration streams of QEMU, whatever devices are in them. */
export const qemuMigrationFormat: Format<QemuMigration> = {
  name: 'qemu-migration',
  title: 'Migration stream of QEMU',
  source: 'QEMU migration/savevm.c, migration/ram.c, hw/vfio/migration.c',
  evidence: 'verified',
  options,
  ksy: 'parts',
  structures: [
    saveHeaderCodec,
    saveImageCodec,
    streamHeaderCodec,
    configurationCodec,
    configurationPartCodec,
    sectionHeaderCodec,
    sectionFooterCodec,
    commandCodec,
    ramRecordWordCodec,
    ramBlockCodec,
    vfioRecordHeadCodec,
    endOfStreamCodec,
    descriptionHeaderCodec,
  ],
  codes: {
    ...containerCodes.entries,
    ...tellerCodes.entries,
    ...qemuStreamCodes.entries,
    ...ramCodes.entries,
    ...judgeCodes,
    ...descriptionCodes.entries,
    ...bodyCodes.entries,
    ...blockBitmapCodes.entries,
    ...vfioConfigStateFormat.codes,
    ...vfioStreamCodes.entries,
  },
  automatic: true,
  detect: detectMigration,
  reader,
  decode: (input, given) => decoded(input, given).value,
  encode: (value) => joined([...treePieces(value)]),
  inspect: (input, given) => inspected(input, (bytes) => decoded(bytes, given)),
  fields(input, given) {
    const bytes = toBytes(input)
    return collectedFields(reader(given, 'all', aheadOf(bytes)), bytes, runField)
  },
  spaces(input, given) {
    const bytes = toBytes(input)
    let spaces: readonly DerivedSpace[] = []
    const onSpaces = (all: readonly DerivedSpace[]) => {
      spaces = all
    }
    const description = descriptionAhead(aheadOf(bytes))
    collected(qemuStreamReader({ wanted: 'findings', offset: offsetIn(given), description, onSpaces }), bytes)
    return [...spaces]
  },
  toJson: (value) => jsonOf(joined([...treePieces(value)]), value.leading?.length ?? 0),
  fromJson(json, given) {
    try {
      return decoded(joined([...treeJsonPieces(json, noReferences, offsetIn(given))]), given).value
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      const { path, expected, found } = error
      throw new EncodeError({ code: 'layout/wrong-type', path: ['header', ...path], expected, found })
    }
  },
  encodeJson: (json, resolve, given) => treeJsonPieces(json, resolve, offsetIn(given)),
  schema: streamSchema,
}

const offsetIn = (given?: OptionValues) => completeOptions(options, given).offset as number

function jsonOf(bytes: Uint8Array, offset: number): Json {
  const own = reader({ offset }, 'all', aheadOf(bytes))
  const json = new EventJson({ longest: Number.POSITIVE_INFINITY })
  let text = ''
  for (const event of [...own.push(bytes), ...own.end()]) text += json.text(event)
  return JSON.parse(text + json.end())
}
