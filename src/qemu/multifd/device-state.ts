import { type ByteSource, DEFAULT_MAX_BYTES } from '../../layout/index.ts'
import { wholePackets } from './packets.ts'

/** A part of the state of a device. */
export interface MultifdDeviceState {
  /** idstr of the device, such as 0000:00:02.0/vfio. */
  readonly name: string
  readonly instanceId: number
  /** Place among the parts of the device, from 0 on. */
  readonly index: number
  /** Whether the data is the PCI state, between DEV_CONFIG_STATE and END_OF_STATE, rather than the device's own. */
  readonly isConfig: boolean
  readonly data: Uint8Array
  /** First byte of the data in the channel. */
  readonly offset: number
}

/**
 * The device state that a multifd channel carries, in the order in which it stands there. The parts of a device are
 * spread over all channels: put in the order of their index, without the PCI state, they are its data.
 *
 * @throws DecodeError for another format, for damage, and for a part of more than `maxBytes` (default 256 MiB)
 */
export async function* multifdDeviceState(
  source: ByteSource,
  { maxBytes = DEFAULT_MAX_BYTES }: { readonly maxBytes?: number } = {},
): AsyncGenerator<MultifdDeviceState> {
  for await (const { header, part, payload, payloadOffset } of wholePackets(source, { maxBytes })) {
    if (!('instanceId' in header) || part === undefined) continue
    const { name, instanceId } = header
    yield { name, instanceId, index: part.index, isConfig: part.flags.config, data: payload, offset: payloadOffset }
  }
}
