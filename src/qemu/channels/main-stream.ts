import type { RamListener } from '../ram/blocks.ts'
import { SentPages } from '../ram/sent-pages.ts'
import { isVfioSection, mayLeavePagesOut } from '../section.ts'
import type { QemuListener } from '../stream/listener.ts'

/** A VFIO device of a main stream. */
interface MainDevice {
  readonly name: string
  readonly instanceId: number
  /** Whether its FULL section has come. */
  isOver: boolean
  /** Whether its PCI state is in the main stream. */
  hasConfig: boolean
}

/** What the main stream of a migration says that its channels have to agree with: gathered while it is read. */
export class MainStream {
  /** Lengths of the RAM blocks that are listed, in bytes. */
  readonly blocks = new Map<string, number>()
  /** Bytes of a page. */
  pageSize = 4096
  /** Pages that the main stream has itself. */
  readonly sent = new SentPages()
  /** VFIO devices by instance and name. */
  readonly devices = new Map<string, MainDevice>()
  /** Whether a device may have told QEMU to leave pages of memory out. */
  leavesOut = false
  /** Whether memory comes in another way, too, so that what never came is not known. */
  isOpenEnded = false
  #flushes = 0
  #sections = 0

  /** How many times every channel has to synchronise. */
  get syncs(): number {
    return this.#flushes > 0 ? this.#flushes : this.#sections
  }

  readonly listener: QemuListener = {
    section: ({ name, kind, instanceId = 0 }) => {
      if (mayLeavePagesOut(name)) this.leavesOut = true
      if (!isVfioSection(name)) return
      const key = deviceKey(name, instanceId)
      const device = this.devices.get(key)
      if (device === undefined) this.devices.set(key, { name, instanceId, isOver: kind === 'FULL', hasConfig: false })
      else device.isOver ||= kind === 'FULL'
    },
    vfioConfig: ({ name, instanceId = 0 }) => {
      const device = this.devices.get(deviceKey(name, instanceId))
      if (device !== undefined) device.hasConfig = true
    },
  }

  readonly ram: RamListener = {
    section: (_kind, _offset, pageSize) => {
      this.#sections += 1
      this.pageSize = pageSize
    },
    sync: () => {
      this.#flushes += 1
    },
    block: ({ name, usedLength, mappedRam }) => {
      this.blocks.set(name, Number(usedLength))
      this.isOpenEnded ||= mappedRam !== undefined
    },
    page: (block, address) => {
      this.sent.add(block, Math.floor(address / this.pageSize))
    },
  }
}

/** Tells a device from all others. */
export const deviceKey = (name: string, instanceId: number) => `${instanceId} ${name}`
