import { describe, expect, test } from 'vitest'
import { isOpaque, type Json } from '../../../src/layout/index.ts'
import {
  type MultifdPacket,
  type MultifdPagesHeader,
  multifdChannelFormat,
  multifdDeviceState,
} from '../../../src/qemu/index.ts'
import { expectSame, facts, fixture } from '../fixture.ts'

interface Walked {
  readonly offset: number
  readonly magic: string
  readonly version: number
  readonly flags: string
  readonly pagesAlloc: number
  readonly normalPages: number
  readonly nextPacketSize: number
  readonly packetNum: number
  readonly zeroPages: number
  readonly block: string
  readonly headerLength: number
}

interface Init {
  readonly offset: number
  readonly type: 'INIT'
  readonly magic: string
  readonly version: number
  readonly uuid: string
  readonly id: number
}

interface End {
  readonly end: number
}

const COMPRESSIONS = { none: 0, zlib: 2, zstd: 4 }

/** A packet as the other program has it. */
function walked(one: MultifdPacket, offset: number, headerLength: number): Walked {
  if (isOpaque(one) || 'instanceId' in one.header) throw new TypeError('no packet with pages')
  const { magic, version, flags, pagesAllocated, normalPages, nextPacketSize, packetNumber, zeroPages, block } =
    one.header
  const word = (flags.sync ? 1 : 0) | COMPRESSIONS[flags.compression as keyof typeof COMPRESSIONS]
  return {
    offset,
    magic: `0x${magic.toString(16)}`,
    version,
    flags: `0x${word.toString(16)}`,
    pagesAlloc: pagesAllocated,
    normalPages,
    nextPacketSize,
    packetNum: Number(packetNumber),
    zeroPages,
    block,
    headerLength,
  }
}

const O4 = ['none', 'zlib', 'zstd'].flatMap((method) =>
  [1, 2, 3].map((at) => `qemu/o4-multifd-${method}-q10/stream.ch${at}`),
)

describe.each(O4)('%s', (path) => {
  const bytes = fixture(`${path}.bin.gz`)
  const { value, findings } = multifdChannelFormat.inspect(bytes)
  const { init, packets = [] } = value ?? {}

  test('has the packets that another program found, and nothing wrong', () => {
    expect(findings).toEqual([])
    const [start, ...others] = facts<readonly [Init, ...(Walked | End)[]]>(`${path}.walk.json`)
    expect(others.pop()).toEqual({ end: bytes.length, exact: true, fileSize: bytes.length })
    expect(start).toMatchObject({ magic: `0x${init?.magic.toString(16)}`, version: init?.version, id: init?.channelId })
    const places = multifdChannelFormat.fields(bytes)
    const offsets = packets.map((_, index) => places.find(({ path: [, at] }) => at === index)?.offset ?? 0)
    const lengths = packets.map((_, index) =>
      places
        .filter(({ path: [, at, part] }) => at === index && part === 'header')
        .filter(({ bits, path: [, , , , member] }) => bits === undefined || member === 'sync')
        .reduce((sum, { length }) => sum + length, 0),
    )
    expect(packets.map((one, index) => walked(one, offsets[index] as number, lengths[index] as number))).toEqual(others)
  })

  test('comes back from its value, and from its JSON', () => {
    expectSame(multifdChannelFormat.encode(value as never), bytes)
    const json = JSON.parse(JSON.stringify(multifdChannelFormat.toJson(value as never))) as Json
    expectSame(multifdChannelFormat.encode(multifdChannelFormat.fromJson(json)), bytes)
  })
})

interface Expected {
  readonly multifd_channels: readonly {
    readonly file: string
    readonly init: { readonly channel_id: number }
    readonly ram_packets: number
    readonly sync_flags: number
    readonly device_state_packets: readonly {
      readonly offset: number
      readonly idstr: string
      readonly instance_id: number
      readonly next_packet_size: number
      readonly idx_be32: number
      readonly flags_be32: number
      readonly data: string
    }[]
  }[]
  readonly device_state: Readonly<Record<string, { readonly hex: string }>>
  readonly multifd_config?: Readonly<Record<string, { readonly idx: number; readonly length: number }>>
}

const V2 = ['q100-multifd-devstate', 'q100-multifd-ram-only', 'q100-v-shortreads-multifd']
const START = 276 + 12

describe.each(V2)('%s', (name) => {
  const expected = facts<Expected>(`vfio-v2/expected/${name}.json`)
  const files = expected.multifd_channels.map((one) => ({ one, bytes: fixture(`vfio-v2/${one.file}`) }))

  test('has the packets that another program found, and nothing wrong', async () => {
    for (const { one, bytes } of files) {
      const { value, findings } = multifdChannelFormat.inspect(bytes)
      expect(findings).toEqual([])
      expect(value?.init.channelId).toBe(one.init.channel_id)
      const pages = value?.packets.filter((packet) => !isOpaque(packet) && !('instanceId' in packet.header)) ?? []
      expect(pages.length).toBe(one.ram_packets)
      const headers = pages.map((packet) => (packet as { readonly header: MultifdPagesHeader }).header)
      expect(headers.filter(({ flags }) => flags.sync).length).toBe(one.sync_flags)
      expectSame(multifdChannelFormat.encode(value as never), bytes)

      const parts = []
      for await (const part of multifdDeviceState(bytes)) parts.push(part)
      const found = parts.map(({ name: idstr, instanceId, index, isConfig, data, offset }) => ({
        offset: offset - START,
        idstr,
        instance_id: instanceId,
        next_packet_size: 12 + data.length,
        idx_be32: index,
        flags_be32: isConfig ? 1 : 0,
      }))
      const told = one.device_state_packets.map(
        ({ offset, idstr, instance_id, next_packet_size, idx_be32, flags_be32 }) => ({
          offset,
          idstr,
          instance_id,
          next_packet_size,
          idx_be32,
          flags_be32,
        }),
      )
      expect(found).toEqual(told)
    }
  })

  test('holds the state of each device, in the order of the parts', async () => {
    const parts = []
    for (const { bytes } of files) for await (const part of multifdDeviceState(bytes)) parts.push(part)
    parts.sort((a, b) => a.index - b.index)
    const devices = new Set(parts.map(({ name: device }) => device))
    expect(devices.size > 0).toBe(name !== 'q100-multifd-ram-only')
    for (const device of devices) {
      const own = parts.filter((part) => part.name === device)
      expect(own.map(({ index }) => index)).toEqual(own.map((_, at) => at))
      const state = own
        .filter(({ isConfig }) => !isConfig)
        .map(({ data }) => Buffer.from(data).toString('hex'))
        .join('')
      // What was sent before the guest stopped stands in the main channel.
      expect(expected.device_state[device]?.hex.endsWith(state)).toBe(true)
      expect(state).not.toBe('')
      const config = own.at(-1)
      expect(config?.isConfig).toBe(true)
      expect(config?.index).toBe(expected.multifd_config?.[device]?.idx)
    }
  })
})
