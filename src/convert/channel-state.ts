import type { ReadEvent, ValueEvent } from '../layout/index.ts'
import {
  DeviceState,
  DeviceStateRoom,
  decodeConfigState,
  isVfioSection,
  type MultifdDeviceState,
  type QemuVfioDevice,
  stateInOrder,
  VFIO_TAG_SIZE,
} from '../qemu/index.ts'

/** The next bytes of the state of a device that came over channels. */
export interface StateFact {
  readonly kind: 'state'
  readonly sectionId: number
  readonly bytes: Uint8Array
  /** In the channel. */
  readonly offset: number
}

interface Known {
  readonly name: string
  readonly instanceId: number
  readonly state: DeviceState
}

/** Joins what the main stream has of VFIO devices with what came over multifd channels. */
export class ChannelStates {
  readonly #devices = new Map<number, Known>()
  #section = 0

  /** @param channels gives the device state of each channel, once for each device */
  constructor(private readonly channels: () => readonly AsyncIterable<MultifdDeviceState>[]) {}

  /** Follows what the main stream says. */
  follow(event: ReadEvent): void {
    const [root, , part] = event.path
    if (root !== 'elements') return
    if (event.kind === 'value' && part === 'section') {
      const { sectionId, name, instanceId } = event.value as Section
      this.#section = sectionId
      if (name === undefined || !isVfioSection(name) || instanceId === undefined || this.#devices.has(sectionId)) return
      this.#devices.set(sectionId, { name, instanceId, state: new DeviceState(new DeviceStateRoom(0)) })
    } else if (event.kind === 'bytes' && part === 'vfio' && event.path.at(-1) === 'data') {
      this.#devices.get(this.#section)?.state.add(event.bytes, event.offset)
    }
  }

  /** What channels have of a device, and then the event about it, with its PCI state. @throws DecodeError */
  async *joined(event: ValueEvent): AsyncGenerator<StateFact | { readonly kind: 'event'; readonly event: ValueEvent }> {
    const value = event.value as QemuVfioDevice
    const { sectionId } = value
    const known = this.#devices.get(sectionId)
    let config: Uint8Array | undefined
    if (known !== undefined && value.configSpace === undefined) {
      for await (const { isConfig, data, offset } of stateInOrder(this.channels(), known)) {
        if (isConfig) config = data.slice(VFIO_TAG_SIZE, -VFIO_TAG_SIZE)
        else {
          known.state.add(data, offset)
          yield { kind: 'state', sectionId, bytes: data, offset }
        }
      }
    }
    const decoded = config === undefined ? undefined : decodeConfigState(config, { length: config.length })
    if (known === undefined || decoded === undefined) {
      yield { kind: 'event', event }
      return
    }
    const { configSpace } = decoded.value
    const vendorId = 'header' in configSpace ? configSpace.header?.vendorId : undefined
    const { format, size, sha256 } = known.state.finish({ vendorId })
    const whole: QemuVfioDevice = { ...value, ...decoded.value, deviceState: { format, size, sha256 } }
    yield { kind: 'event', event: { ...event, value: whole, fields: () => decoded.fields() } }
  }
}

interface Section {
  readonly sectionId: number
  readonly name?: string
  readonly instanceId?: number
}
