import { type DevicePackets, reassembleDevicePackets, VFIO_TAG_SIZE } from '../../qemu/index.ts'
import { Complaint } from '../complaint.ts'
import { channelStates } from './channels.ts'

/** State of one device that came over multifd channels. */
export interface ChannelState {
  /** Packets in their order; their data is read again when it is wanted. */
  readonly packets: DevicePackets
  /** Bytes of each packet, by its index. */
  readonly lengths: ReadonlyMap<number, number>
  /** The PCI state without its tags. */
  readonly config: Uint8Array | undefined
}

/** What channels have of a device; undefined where that is nothing. @throws Complaint where packets are missing */
export async function channelStateOf(
  channels: readonly string[],
  device: { readonly name: string; readonly instanceId: number },
): Promise<ChannelState | undefined> {
  const nothing = new Uint8Array(0)
  const lengths = new Map<number, number>()
  const found = []
  let config: Uint8Array | undefined
  for (const path of channels) {
    for await (const state of channelStates(path)) {
      if (state.name !== device.name || state.instanceId !== device.instanceId) continue
      lengths.set(state.index, state.data.length)
      if (state.isConfig) config = state.data.slice(VFIO_TAG_SIZE, -VFIO_TAG_SIZE)
      found.push({ ...state, data: nothing })
    }
  }
  const [packets] = reassembleDevicePackets(found, ({ severity, message }) => {
    if (severity === 'error') throw new Complaint(`The state of ${device.name} is not whole: ${message}`)
  })
  return packets && { packets, lengths, config }
}
