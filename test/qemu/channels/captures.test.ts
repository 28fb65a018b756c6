import { describe, expect, it } from 'vitest'
import { facts, fixture } from '../fixture.ts'
import { codesOf, judged } from './support.ts'

interface Migration {
  readonly main: string
  readonly channels: readonly string[]
}

const o4 = (method: string): Migration => ({
  main: `qemu/o4-multifd-${method}-q10/stream.ch0.bin.gz`,
  channels: [1, 2, 3].map((number) => `qemu/o4-multifd-${method}-q10/stream.ch${number}.bin.gz`),
})
const migrations: Readonly<Record<string, Migration>> = {
  none: o4('none'),
  zlib: o4('zlib'),
  zstd: o4('zstd'),
  devices: {
    main: 'vfio-v2/streams/q100-multifd-devstate.mig.gz',
    channels: [1, 2].map((number) => `vfio-v2/streams/q100-multifd-devstate.chan${number}.bin.gz`),
  },
}
const open = ({ main, channels }: Migration) => ({ main: fixture(main), channels: channels.map(fixture) })
const without = <T>(all: readonly T[], index: number) => all.filter((_, at) => at !== index)

describe('the connections of a real migration', () => {
  it.each(Object.entries(migrations))('%s have nothing against each other, in any order', async (_, migration) => {
    const { main, channels } = open(migration)
    expect(codesOf(await judged(main, channels))).toEqual([[], ...channels.map(() => [])])
    expect(codesOf(await judged(main, channels.toReversed()))).toEqual([[], ...channels.map(() => [])])
  })

  it('of QEMU 7.2 only have the pages that it sends twice', async () => {
    const name = 'qemu/multifd-zlib-q7'
    const channels = [1, 2].map((number) => fixture(`${name}/stream.ch${number}.bin.gz`))
    const [own, first, second] = await judged(fixture(`${name}/stream.ch0.bin.gz`), channels)
    expect([own, first]).toEqual([[], []])
    expect(new Set(second?.map(({ code, severity }) => `${code} ${severity}`))).toEqual(
      new Set(['qemu/multifd-unordered info']),
    )
    // The last page of a full packet of the first channel is the first of a packet of the second, or the other way round.
    type Packets = Readonly<
      Record<string, { packets: { offset: number; first?: number; last?: number; block: string }[] }>
    >
    const { packets } = facts<Packets>(`${name}/packets.json`)['stream.ch2.bin'] as Packets[string]
    const [one, two] = second?.map(({ offset }) => packets.find((packet) => packet.offset === offset)) ?? []
    expect(second).toHaveLength(2)
    expect(one).toMatchObject({ block: 'pc.ram', last: 0x7ff000 })
    expect(two).toMatchObject({ block: 'pc.ram', first: 0x17f000 })
  })

  it.each(['none', 'zlib', 'zstd'])('%s without one of the channels are not whole', async (name) => {
    const { main, channels } = open(migrations[name] as Migration)
    for (const index of channels.keys()) {
      const [own, ...others] = codesOf(await judged(main, without(channels, index)))
      // Behind the last one no number shows it.
      const number = index === channels.length - 1 ? [] : ['qemu/multifd-channel-missing']
      expect(own).toEqual([...number, 'qemu/multifd-packet-numbers', 'qemu/ram-not-complete'])
      expect(others).toEqual([[], []])
    }
  })

  it('without the channel that has a part of the device state say which part is missing', async () => {
    const { main, channels } = open(migrations.devices as Migration)
    const [own, first] = await judged(main, [channels[0] as Uint8Array])
    expect(codesOf([own ?? []])).toEqual([['qemu/multifd-packet-numbers', 'qemu/ram-not-complete']])
    expect(first?.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'qemu/vfio-packet-gap: Index 0 is missing of 0000:00:02.0/vfio.',
      'qemu/vfio-packet-gap: Index 0 is missing of 0000:00:03.0/vfio.',
    ])
    const [, second] = await judged(main, [channels[1] as Uint8Array])
    expect(codesOf([second ?? []])).toEqual([['qemu/vfio-packet-config-missing']])
  })

  it('one of which is cut say so', async () => {
    const { main, channels } = open(migrations.none as Migration)
    const [first, ...others] = channels as [Uint8Array, ...Uint8Array[]]
    // Inside a packet, and behind one: the last one of a channel is 1344 bytes long.
    expect(codesOf(await judged(main, [first.subarray(0, -1), ...others]))[1]).toEqual(['qemu/multifd-truncated'])
    const [own, cut] = codesOf(await judged(main, [first.subarray(0, -1344), ...others]))
    expect(own).toEqual(['qemu/multifd-packet-numbers'])
    expect(cut).toEqual(['qemu/multifd-sync-count'])
  })

  it('one of which is given twice, or is of another migration, say so', async () => {
    const { main, channels } = open(migrations.none as Migration)
    const [first, second, third] = channels as [Uint8Array, Uint8Array, Uint8Array]
    const twice = codesOf(await judged(main, [first, second, third, third]))
    expect(twice[0]).toEqual(['qemu/multifd-packet-numbers'])
    expect(twice[4]).toEqual(['qemu/multifd-unordered', 'qemu/multifd-channel-twice'])
    const other = open(migrations.zlib as Migration).channels[1] as Uint8Array
    const swapped = codesOf(await judged(main, [first, other, third]))
    expect(swapped[0]).toEqual(['qemu/multifd-packet-numbers', 'qemu/ram-not-complete'])
    expect(swapped[2]).toContain('qemu/multifd-methods')
  })

  it('with the main stream of another machine say what it does not have', async () => {
    const { channels } = open(migrations.devices as Migration)
    const { main } = open(migrations.none as Migration)
    const [, first, second] = codesOf(await judged(main, channels))
    expect(first).toContain('qemu/vfio-packet-device')
    expect(second).toContain('qemu/vfio-packet-device')
  })
})
