import { MigrationStreamWriter, type RecordInput } from '../../stream/index.ts'
import { refuseInputs } from '../same-file.ts'
import { type KnownDevice, type KnownPart, knownDevices } from './known-parts.ts'
import { useNodeHashes } from './native-hashes.ts'
import { compressed, uuidOf } from './packed-record.ts'
import { bitmapRecords } from './part-bitmap.ts'
import { identity, lengthOf } from './part-identity.ts'
import { type PackedRegion, pageRecords, regionOf, regionRecord } from './part-memory.ts'
import { recordsOf } from './part-records.ts'
import { devicesOf } from './part-words.ts'

interface PartsOptions {
  readonly device: string | undefined
  /** Name of the design; behind a colon its variant. */
  readonly design: string | undefined
  readonly uuid: string | undefined
  /** Bytes of a page of memory, and that a bit of a bitmap stands for. */
  readonly pageSize: number | undefined
  /** name=value of the formats of states. */
  readonly settings: readonly string[]
  readonly isDeflated: boolean
  /** File that is written: none of the parts may be it. */
  readonly output: string | undefined
}

/** The stream that files make, piece by piece. @throws Complaint, DecodeError or a system error */
export async function* partsToStream(words: readonly string[], options: PartsOptions): AsyncGenerator<Uint8Array> {
  const said = devicesOf(words, options.device)
  const uuid = uuidOf(options.uuid)
  refuseInputs(
    options.output,
    said.flatMap(({ facts, parts }) => [
      ...parts.map(({ path }) => path),
      ...(facts.pf === undefined ? [] : [facts.pf]),
    ]),
  )
  const devices = await knownDevices(said, options.settings)
  useNodeHashes()
  const writer = new MigrationStreamWriter({ uuid })
  yield writer.begin()
  for await (const record of recordsOfAll(devices, options)) {
    yield* writer.record(options.isDeflated ? await compressed(record) : record)
  }
  yield* writer.end()
}

const DEFAULT_PAGE = 4096

async function* recordsOfAll(devices: readonly KnownDevice[], options: PartsOptions): AsyncGenerator<RecordInput> {
  const { pageSize, design: name } = options
  const all = devices.flatMap(({ parts }) => parts)
  for (const part of all.filter(({ role }) => role === 'note')) yield* recordsOf(part)
  // Bitmaps are about memory, so it comes first.
  const memory: { readonly part: KnownPart; readonly region: PackedRegion }[] = []
  for (const part of all.filter(({ role }) => role === 'memory')) {
    memory.push({ part, region: await regionOf(part, memory.length, pageSize ?? DEFAULT_PAGE) })
  }
  for (const { part, region } of memory) yield regionRecord(region, part.detail ?? '')
  const regions = memory.map(({ region }) => region)
  for (const [device, { facts, parts }] of devices.entries()) {
    // What is of the migration as a whole makes no device.
    if (parts.length > 0 && parts.every(({ role }) => role === 'memory' || role === 'note')) {
      if (Object.keys(facts).length === 0) continue
    }
    const space = parts.find(({ role }) => role === 'config-space')
    yield { type: 'device', device, payload: await identity(facts, space?.path) }
    if (name !== undefined) yield { type: 'design', device, payload: design(name) }
    for (const part of parts) {
      if (part.role === 'memory' || part.role === 'note') continue
      const records = part.role === 'dirty-bitmap' ? bitmapRecords(part, { pageSize, regions }) : recordsOf(part)
      for await (const record of records) yield { ...record, device }
    }
  }
  for (const { part, region } of memory) yield* pageRecords(part, region)
}

function design(text: string): RecordInput['payload'] {
  const [name = '', variant = ''] = text.split(/:(.*)/s)
  const nameLength = lengthOf(name, 0xff, '--design')
  return { nameLength, variantLength: lengthOf(variant, 0xff, '--design'), name, variant }
}
