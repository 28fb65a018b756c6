import type { Finding } from '../../findings/index.ts'
import { channelsCodes } from '../multifd/channels-codes.ts'
import type { PlacedPacket } from '../multifd/read.ts'
import { type DevicePacket, reassembleDevicePackets } from '../vfio/device-packets.ts'
import { deviceKey, type MainStream } from './main-stream.ts'

const NOTHING = new Uint8Array(0)

/** Device state on the channels of a migration, judged when all packets are known. */
export class DeviceStates {
  readonly #packets: DevicePacket[] = []
  readonly #strangers = new Set<string>()

  constructor(
    private readonly main: MainStream,
    private readonly tell: (finding: Finding, channel: number | undefined) => void,
  ) {}

  add({ header, part, path, offset, length }: PlacedPacket, channel: number): void {
    if (!('instanceId' in header) || part === undefined) return
    const { name, instanceId, nextPacketSize } = header
    const key = deviceKey(name, instanceId)
    if (!this.main.devices.has(key)) {
      if (this.#strangers.has(key)) return
      this.#strangers.add(key)
      const message = `The main stream has no device ${JSON.stringify(name)} of instance ${instanceId}.`
      const place = { offset, length, path: [...path, 'name'] }
      this.tell(channelsCodes.finding('qemu/vfio-packet-device', message, place), channel)
      return
    }
    const { index, flags } = part
    // What reassembles knows of no channels: the path says which it is.
    const place = { offset: offset + length, length: nextPacketSize, path: [channel, ...path.slice(0, -1), 'part'] }
    this.#packets.push({ name, instanceId, index, isConfig: flags.config, data: NOTHING, ...place })
  }

  /** @param isWhole whether all streams were read to their end */
  finish(isWhole: boolean): void {
    const found = new Set<string>()
    const states = reassembleDevicePackets(this.#packets, ({ path, ...finding }) => {
      const [channel, ...own] = path
      this.tell({ ...finding, path: own }, Number(channel))
    })
    for (const { name, instanceId } of states) found.add(deviceKey(name, instanceId))
    if (!isWhole) return
    for (const [key, { name, isOver, hasConfig }] of this.main.devices) {
      if (!isOver || hasConfig || found.has(key)) continue
      const message = `No channel has state of ${name}, and the main stream neither.`
      const place = { offset: 0, length: 0, path: ['vfio'] }
      this.tell(channelsCodes.finding('qemu/vfio-packets-missing', message, place), undefined)
    }
  }
}
