import { ChannelStates } from '../../convert/index.ts'
import { counted } from '../../findings/index.ts'
import { type Json, type ReadEvent, readEvents, toHex, type ValueEvent } from '../../layout/index.ts'
import { multifdReader, type QemuVfioDevice, vfioConfigStateFormat } from '../../qemu/index.ts'
import { Complaint } from '../complaint.ts'
import { naming } from '../open.ts'
import { printable } from '../render/printable.ts'
import { channelChunks, channelStates } from './channels.ts'

/** What the multifd channels of a migration carry, told behind its main stream. */
export class DecodedChannels {
  readonly #states: ChannelStates
  readonly #devices: ValueEvent[] = []

  constructor(private readonly paths: readonly string[]) {
    this.#states = new ChannelStates(() => paths.map(channelStates))
  }

  /** Follows what the main stream says. */
  follow(event: ReadEvent): void {
    this.#states.follow(event)
    if (event.kind === 'value' && event.path[0] === 'vfio') this.#devices.push(event)
  }

  /** Reads the channels. @throws Complaint for one that is none, or has not all parts of a state */
  async read(): Promise<ChannelsSummary> {
    const files = []
    for (const path of this.paths) files.push(await naming(path, () => fileOf(path)))
    const vfio: QemuVfioDevice[] = []
    for (const device of this.#devices) {
      for await (const fact of this.#states.joined(device)) {
        if (fact.kind === 'event' && fact.event !== device) vfio.push(fact.event.value as QemuVfioDevice)
      }
    }
    return { files, vfio }
  }
}

interface ChannelFile {
  readonly path: string
  readonly channelId: number
  readonly uuid: string
  readonly packets: number
  readonly pages: number
  readonly zeroPages: number
  /** Packets that synchronise. */
  readonly syncs: number
  /** Packets with state of a device. */
  readonly deviceStates: number
}

interface ChannelsSummary {
  readonly files: readonly ChannelFile[]
  /** Devices of which the state, or its end, came over channels; as members of `vfio` of the main stream. */
  readonly vfio: readonly QemuVfioDevice[]
}

async function fileOf(path: string): Promise<ChannelFile> {
  let [packets, pages, zeroPages, syncs, deviceStates, channelId, uuid] = [0, 0, 0, 0, 0, 0, '']
  const reader = multifdReader({
    wanted: 'findings',
    onInit: (init) => {
      channelId = init.channelId
      uuid = toHex(init.uuid)
    },
    onPacket: ({ header }) => {
      packets += 1
      if (header.flags.sync) syncs += 1
      if ('instanceId' in header) deviceStates += 1
      else {
        pages += header.normalPages
        zeroPages += header.zeroPages
      }
    },
  })
  // What is found in it, vfmig validate says.
  for await (const _ of readEvents(reader, channelChunks(path)));
  return { path, channelId, uuid, packets, pages, zeroPages, syncs, deviceStates }
}

/** The member `channels` of what `decode --json` prints. */
export function channelsJson({ files, vfio }: ChannelsSummary): Json {
  const devices = vfio.map(({ name, sectionId, records: _, deviceState, ...config }) => ({
    ...{ name, sectionId, deviceState: { ...deviceState } },
    ...(vfioConfigStateFormat.toJson(config as never) as { [name: string]: Json }),
  }))
  return { files: files.map((file) => ({ ...file })), vfio: devices } as unknown as Json
}

/** The same for people. */
export function* channelsLines({ files, vfio }: ChannelsSummary): Generator<string> {
  yield ''
  for (const { path, channelId, packets, pages, zeroPages, syncs, deviceStates } of files) {
    const states = deviceStates === 0 ? '' : `, ${counted(deviceStates, 'part')} of device state`
    yield `channel ${channelId} (${printable(path)}): ${counted(packets, 'packet')}, ${counted(pages, 'page')}, ${counted(zeroPages, 'zero page')}, ${counted(syncs, 'synchronisation')}${states}`
  }
  for (const { name, deviceState } of vfio) {
    const { format, size, sha256 } = deviceState
    yield `${printable(name)}, with the channels: ${counted(size, 'byte')} of state, ${format ?? 'format not known'}, sha256 ${sha256}`
  }
}

/** @throws Complaint where the input is no migration stream of QEMU */
export function channelsOf(format: string | undefined, path: string, paths: readonly string[]) {
  if (paths.length === 0) return undefined
  if (format !== 'qemu-migration') throw new Complaint(`--channel is for migration streams of QEMU; ${path} is none.`)
  return new DecodedChannels(paths)
}
