import { DecodeError } from '../../findings/index.ts'
import type { MultifdDeviceState } from '../multifd/device-state.ts'

/**
 * The device state of one device out of all channels, in the order of its parts, the config state last. Holds one part of
 * each channel: along a channel parts rise, as sources send them.
 *
 * @throws DecodeError where a part is missing or comes twice
 */
export async function* stateInOrder(
  channels: readonly AsyncIterable<MultifdDeviceState>[],
  { name, instanceId }: { readonly name: string; readonly instanceId: number },
): AsyncGenerator<MultifdDeviceState> {
  const own = channels.map((channel) => of(channel, name, instanceId))
  const heads = await Promise.all(own.map((channel) => channel.next()))
  for (let index = 0; heads.some(({ done }) => !done); index++) {
    const at = heads.findIndex(({ value }) => value?.index === index)
    if (at < 0) {
      const found = heads.flatMap(({ value }) => (value === undefined ? [] : [value.index])).join(' and ')
      const place = { path: ['packets'], offset: heads.find(({ value }) => value)?.value.offset ?? 0 }
      throw new DecodeError({
        ...{ code: 'qemu/vfio-packet-gap', ...place },
        ...{ expected: `part ${index} of ${name}`, found: `part ${found}` },
      })
    }
    yield heads[at]?.value
    heads[at] = await (own[at] as (typeof own)[number]).next()
  }
}

async function* of(
  channel: AsyncIterable<MultifdDeviceState>,
  name: string,
  instanceId: number,
): AsyncGenerator<MultifdDeviceState> {
  for await (const part of channel) if (part.name === name && part.instanceId === instanceId) yield part
}
