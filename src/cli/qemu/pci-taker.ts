import type { Finding } from '../../findings/index.ts'
import {
  configStateParts,
  isVfioSection,
  type PciBytes,
  pciBytes,
  type QemuListener,
  type QemuSection,
  readVmDescription,
} from '../../qemu/index.ts'
import type { Spool } from '../big/spool.ts'
import { Complaint } from '../complaint.ts'
import { fullName, isNamed, listed, onlyName } from './part.ts'
import { checkWhole, type QemuTaker } from './taker.ts'
import { channelStateOf } from './vfio-packets.ts'

interface Options {
  readonly kind: 'config-space' | 'msix'
  /** Name of the device; the only VFIO device where nobody says. */
  readonly device: string | undefined
  /** Files of multifd channels. */
  readonly channels: readonly string[]
}

/** Names of PCI devices begin with their path: domain, bus, device and function. */
const PCI_NAME = /^[0-9a-f]{4}:/

/** Longest state of a device that is looked through. */
const LONGEST = 2 ** 24

/** Takes the config space, or the MSI-X table and pending bits, of a VFIO device or of any PCI device. */
export class PciTaker implements QemuTaker {
  /** Devices that can be named: VFIO devices, or where there are none, all. */
  readonly #vfio = new Set<string>()
  readonly #all = new Set<string>()
  readonly #matching = new Set<string>()
  #section: QemuSection | undefined
  /** Place of the section among all FULL sections, as the description lists them. */
  #place = 0
  #fulls = 0
  #payload: Uint8Array | undefined
  readonly #body: Uint8Array[] = []
  #bodySize = 0
  #description: Uint8Array | undefined

  constructor(
    private readonly spool: Spool,
    private readonly options: Options,
  ) {}

  readonly listener: QemuListener = {
    section: (section) => {
      const isVfio = isVfioSection(section.name)
      const place = section.kind === 'FULL' ? this.#fulls++ : this.#fulls
      if (isVfio) this.#vfio.add(fullName(section))
      if (section.kind !== 'FULL') return
      this.#all.add(fullName(section))
      const { device } = this.options
      if (device === undefined ? !isVfio || this.#section !== undefined : !isNamed(section, device)) return
      this.#matching.add(fullName(section))
      this.#section = section
      this.#place = place
    },
    body: (section, bytes) => {
      if (section !== this.#section || this.#bodySize > LONGEST) return
      this.#body.push(bytes.slice())
      this.#bodySize += bytes.length
    },
    vfioConfig: (section, bytes) => {
      if (section === this.#section) this.#payload = bytes.slice()
    },
    description: (json) => {
      this.#description = json.slice()
    },
  }

  async finish(stop: Finding | undefined): Promise<void> {
    const { device, kind } = this.options
    if (device === undefined && this.#vfio.size !== 1) {
      const [what, names] =
        this.#vfio.size > 1
          ? ['There are several VFIO devices', this.#vfio]
          : ['There is no VFIO device', new Set([...this.#all].filter((name) => PCI_NAME.test(name)))]
      throw new Complaint(`${what}; name a device with --device: ${listed(names)}.`)
    }
    const section = this.#section
    if (section === undefined) {
      checkWhole('The stream', stop)
      throw new Complaint(`No device is called ${device}; there are ${listed(this.#all)}.`)
    }
    onlyName(this.#matching, `Several devices are called ${device}`, 'pick one')
    const { configSpace, msix } = await this.#parts(section, stop)
    const bytes = kind === 'msix' ? msix : configSpace
    if (bytes === undefined) {
      const what = kind === 'msix' ? 'MSI-X table' : 'config space'
      throw new Complaint(`The state of ${section.name} has no ${what} that its description names.`)
    }
    this.spool.restart()
    this.spool.add(bytes)
    await this.spool.finish()
  }

  async #parts(section: QemuSection, stop: Finding | undefined): Promise<PciBytes> {
    const { name, instanceId = 0 } = section
    if (!isVfioSection(name)) return this.#described(section, stop)
    const { channels } = this.options
    const payload = this.#payload ?? (await channelStateOf(channels, { name, instanceId }))?.config
    if (payload === undefined) {
      checkWhole(name, stop)
      throw new Complaint(`The PCI state of ${name} came over multifd channels; give them with --channel.`)
    }
    return configStateParts(payload) ?? { configSpace: undefined, msix: undefined }
  }

  #described({ name, instanceId }: QemuSection, stop: Finding | undefined): PciBytes {
    checkWhole(name, stop)
    const json = this.#description
    const described = json && readVmDescription(json).description?.devices[this.#place]
    if (described === undefined || described.name !== name || described.instanceId !== instanceId) {
      throw new Complaint(`The stream does not describe ${name}, so that the parts of its state are not known.`)
    }
    if (this.#bodySize > LONGEST) throw new Complaint(`The state of ${name} is longer than ${LONGEST} bytes.`)
    return pciBytes(Buffer.concat(this.#body), described)
  }
}
