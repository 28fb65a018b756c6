import type { Finding } from '../../findings/index.ts'
import { isVfioSection, type QemuListener, type QemuSection } from '../../qemu/index.ts'
import type { Spool } from '../big/spool.ts'
import { Complaint } from '../complaint.ts'
import { channelStates } from './channels.ts'
import { fullName, isNamed, listed, onlyName } from './part.ts'
import { checkWhole, type QemuTaker } from './taker.ts'
import { channelStateOf } from './vfio-packets.ts'

interface Options {
  /** Name of the device; the only one where nobody says. */
  readonly device: string | undefined
  /** Files of multifd channels. */
  readonly channels: readonly string[]
}

/** Takes the own state of a VFIO device: the data of its records, then what came over multifd channels. */
export class VfioTaker implements QemuTaker {
  readonly #names = new Set<string>()
  #section: QemuSection | undefined
  #size = 0
  #hasConfig = false

  constructor(
    private readonly spool: Spool,
    private readonly options: Options,
  ) {}

  readonly listener: QemuListener = {
    section: (section) => {
      if (!isVfioSection(section.name)) return
      this.#names.add(fullName(section))
      const { device } = this.options
      if (this.#section !== undefined || (device !== undefined && !isNamed(section, device))) return
      this.#section = section
      this.spool.restart()
    },
    vfioData: (section, bytes) => {
      if (!this.#isOurs(section)) return
      this.spool.add(bytes)
      this.#size += bytes.length
    },
    vfioConfig: (section) => {
      if (this.#isOurs(section)) this.#hasConfig = true
    },
  }

  async finish(stop: Finding | undefined): Promise<void> {
    const section = this.#section
    const { device, channels } = this.options
    if (section === undefined) {
      if (this.#names.size === 0) throw new Complaint('The stream has no VFIO device.')
      throw new Complaint(`No VFIO device is called ${device}; there are ${listed(this.#names)}.`)
    }
    if (device === undefined) onlyName(this.#names, 'There are several VFIO devices', 'pick one with --device')
    const { name } = section
    if (channels.length > 0) await this.#addChannels(section)
    if (!this.#hasConfig) {
      checkWhole(name, stop)
      throw new Complaint(`The rest of the state of ${name} came over multifd channels; give them with --channel.`)
    }
    await this.spool.finish()
  }

  #isOurs(section: QemuSection): boolean {
    return section.sectionId === this.#section?.sectionId
  }

  async #addChannels({ name, instanceId = 0 }: QemuSection): Promise<void> {
    const { channels } = this.options
    const state = await channelStateOf(channels, { name, instanceId })
    if (state === undefined) return
    const places = new Map<number, number>()
    let at = this.#size
    for (const { index } of state.packets.state) {
      places.set(index, at)
      at += state.lengths.get(index) as number
    }
    for (const path of channels) {
      for await (const part of channelStates(path)) {
        const place = part.name === name && part.instanceId === instanceId ? places.get(part.index) : undefined
        if (place !== undefined) this.spool.put(part.data, place)
      }
    }
    this.#hasConfig ||= state.config !== undefined
  }
}
