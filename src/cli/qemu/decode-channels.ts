import { ChannelStates } from '../../convert/index.ts'
import { counted, type Finding } from '../../findings/index.ts'
import { type Json, type ReadEvent, readEvents, toHex, type ValueEvent } from '../../layout/index.ts'
import { multifdReader, type QemuVfioDevice, vfioConfigStateFormat } from '../../qemu/index.ts'
import { Complaint } from '../complaint.ts'
import { naming } from '../open.ts'
import { printable } from '../render/printable.ts'
import { ANSWERED, channelChunks, channelStates } from './channels.ts'
import { checkChannels } from './check-channels.ts'

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

  /** Whether the channels have what is said to be missing from the main stream. */
  answers({ code }: Finding): boolean {
    return ANSWERED.has(code)
  }

  /** Reads the channels; one that is damaged, or has not all parts of a state, is a problem that is told. */
  async read(): Promise<ChannelsSummary> {
    const problems: string[] = []
    const told = async (where: string, step: () => Promise<void>) => {
      try {
        await step()
      } catch (error) {
        if (!(error instanceof Complaint)) throw error
        problems.push(`${where}${error.message}`)
      }
    }
    const files: ChannelFile[] = []
    for (const path of this.paths) {
      await told('', () => naming(path, async () => void files.push(await fileOf(path, problems))))
    }
    const vfio: QemuVfioDevice[] = []
    for (const device of this.#devices) {
      const { name } = device.value as QemuVfioDevice
      await told(`What the channels have of ${name} cannot be told: `, () =>
        naming(name, async () => {
          for await (const fact of this.#states.joined(device)) {
            if (fact.kind === 'event' && fact.event !== device) vfio.push(fact.event.value as QemuVfioDevice)
          }
        }),
      )
    }
    return { files, vfio, problems }
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
  /** What of the channels could not be read, in sentences. */
  readonly problems: readonly string[]
}

/** @param problems takes the first error in the channel; vfmig validate tells of all */
async function fileOf(path: string, problems: string[]): Promise<ChannelFile> {
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
  let isDamaged = false
  for await (const event of readEvents(reader, channelChunks(path))) {
    if (event.kind !== 'finding' || event.finding.severity !== 'error' || isDamaged) continue
    isDamaged = true
    problems.push(`${path}: ${event.finding.message}`)
  }
  return { path, channelId, uuid, packets, pages, zeroPages, syncs, deviceStates }
}

/** The member `channels` of what `decode --json` prints. */
export function channelsJson({ files, vfio, problems }: ChannelsSummary): Json {
  const devices = vfio.map(({ name, sectionId, records: _, deviceState, ...config }) => ({
    ...{ name, sectionId, deviceState: { ...deviceState } },
    ...(vfioConfigStateFormat.toJson(config as never) as { [name: string]: Json }),
  }))
  return { files: files.map((file) => ({ ...file })), vfio: devices, problems: [...problems] } as unknown as Json
}

/** The same for people. */
export function* channelsLines({ files, vfio, problems }: ChannelsSummary): Generator<string> {
  yield ''
  for (const { path, channelId, packets, pages, zeroPages, syncs, deviceStates } of files) {
    const states = deviceStates === 0 ? '' : `, ${counted(deviceStates, 'part')} of device state`
    yield `channel ${channelId} (${printable(path)}): ${counted(packets, 'packet')}, ${counted(pages, 'page')}, ${counted(zeroPages, 'zero page')}, ${counted(syncs, 'synchronisation')}${states}`
  }
  for (const { name, deviceState } of vfio) {
    const { format, size, sha256 } = deviceState
    yield `${printable(name)}, with the channels: ${counted(size, 'byte')} of state, ${format ?? 'format not known'}, sha256 ${sha256}`
  }
  for (const problem of problems) yield printable(problem)
}

/** @throws Complaint where the input is no migration stream of QEMU */
export async function channelsOf(format: string | undefined, path: string, paths: readonly string[]) {
  if (format !== 'qemu-migration')
    throw new Complaint(
      `--channel is for migration streams of QEMU; ${path} is none: give the main stream as the input.`,
    )
  await checkChannels(path, paths, { again: true })
  return new DecodedChannels(paths)
}
