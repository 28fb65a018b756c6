import { ConversionError, qemuRecords } from '../../convert/index.ts'
import { MigrationStreamWriter } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'
import { qemuChannels } from '../qemu/channels.ts'
import type { Source } from '../source.ts'
import { inflatePage } from './inflate-page.ts'
import { compressed, uuidOf } from './packed-record.ts'
import { openStream } from './stream.ts'

interface QemuOptions {
  readonly isDeflated: boolean
  readonly allDevices: boolean
  readonly uuid: string | undefined
  /** name=value of the format of the stream. */
  readonly set: readonly string[]
  readonly snapshot: string | undefined
  /** Files of multifd channels. */
  readonly channels: readonly string[]
}

/** The migration stream that a stream of QEMU becomes, piece by piece. @throws Complaint, DecodeError or a system error */
export async function* qemuToStream(source: Source, options: QemuOptions): AsyncGenerator<Uint8Array> {
  const { isDeflated, allDevices, uuid, set, snapshot } = options
  const writer = new MigrationStreamWriter({ uuid: uuidOf(uuid) })
  const stream = await openStream(source, { set, ...(snapshot === undefined ? {} : { snapshot }) })
  if (stream?.format.name !== 'qemu-migration') throw new Complaint(`${source.path} holds no migration stream of QEMU.`)
  const offset = stream.options.offset as number
  const origin = source.path === '-' ? 'standard input' : source.name
  const channels = qemuChannels(options.channels)
  const own = { offset, ahead: stream.ahead, inflate: inflatePage, origin, allDevices, channels }
  yield writer.begin()
  try {
    for await (const record of qemuRecords(stream.chunks(), own)) {
      yield* writer.record(isDeflated ? await compressed(record) : record)
    }
  } catch (error) {
    throw error instanceof ConversionError ? new Complaint(`${source.path}: ${error.message}`) : error
  }
  yield* writer.end()
}
