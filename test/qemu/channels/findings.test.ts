import { describe, expect, it } from 'vitest'
import { joined } from '../../../src/layout/index.ts'
import * as qemu from '../judge/stream.ts'
import { devicePacket, initPacket, type Numbers, pagesHeader, pagesPacket } from '../multifd/sample.ts'
import { codesOf, judged } from './support.ts'

const BLOCKS = [['pc.ram', 0x4000]] as const
const main = (...more: (readonly number[])[]) =>
  Uint8Array.from(
    qemu.stream(
      qemu.start(1, 'ram', [...qemu.blocks(...BLOCKS), ...qemu.flush, ...qemu.eos], { version: 4 }),
      ...more,
      qemu.end(1, [...qemu.flush, ...qemu.eos]),
    ),
  )

/** The next numbers of packets, from 0 on. */
let number = 0
const sync = (numbers: Numbers = {}) =>
  pagesHeader({ flags: 1, pagesAllocated: 0, block: '', capacity: 128, packetNumber: number++, ...numbers })
const zeros = (offsets: readonly number[], numbers: Numbers = {}) =>
  pagesHeader({ zeroPages: offsets.length, offsets, capacity: 128, packetNumber: number++, ...numbers })
const page = (offset: number, numbers: Numbers = {}) =>
  pagesPacket(new Uint8Array(4096), { offsets: [offset], packetNumber: number++, ...numbers })
const channel = (id: number, ...packets: readonly Uint8Array[]) => joined([initPacket(id), ...packets])

/** Packets of the first channel between its synchronisations, and of the second. */
function pair(first: () => Uint8Array[], second: () => Uint8Array[] = () => []): Uint8Array[] {
  number = 0
  return [channel(0, sync(), ...first(), sync()), channel(1, sync(), ...second(), sync())]
}
const all = () => zeros([0, 0x1000, 0x2000, 0x3000])

const cases: Readonly<
  Record<string, readonly [channels: () => Uint8Array[], expected: string[][], main?: Uint8Array]>
> = {
  'nothing is wrong': [() => pair(() => [all()]), [[], [], []]],
  'the same number twice': [
    () => {
      const [first, second] = pair(() => [all()]) as [Uint8Array, Uint8Array]
      second[24] = 0
      return [first, second]
    },
    [[], [], ['qemu/multifd-channel-twice']],
  ],
  'a number is missing': [
    () => {
      const [first, second] = pair(() => [all()]) as [Uint8Array, Uint8Array]
      second[24] = 2
      return [first, second]
    },
    [['qemu/multifd-channel-missing'], [], []],
  ],
  'another machine': [
    () => {
      const [first, second] = pair(() => [all()]) as [Uint8Array, Uint8Array]
      second[8] = 1
      return [first, second]
    },
    [[], [], ['qemu/multifd-uuid']],
  ],
  'another way of compression': [
    () =>
      pair(
        () => [zeros([0, 0x1000])],
        () => [zeros([0x2000, 0x3000], { flags: 4 })],
      ),
    [[], [], ['qemu/multifd-methods']],
  ],
  'a block that is not listed': [
    () => pair(() => [all(), page(0, { block: 'pc.rom' })]),
    [[], ['qemu/multifd-block'], []],
  ],
  'a page behind the end of its block': [() => pair(() => [all(), page(0x4000)]), [[], ['qemu/multifd-outside'], []]],
  'pages of another size': [
    () => {
      number = 0
      return [channel(0, sync({ capacity: 32 }), zeros([0], { capacity: 32 }), sync({ capacity: 32 }))]
    },
    [['qemu/ram-not-complete'], ['qemu/multifd-page-size']],
  ],
  'a page on two channels': [
    () =>
      pair(
        () => [all()],
        () => [page(0x1000)],
      ),
    [[], [], ['qemu/multifd-unordered']],
  ],
  'a page twice on one channel': [() => pair(() => [all(), page(0x1000)]), [[], [], []]],
  'a page on two channels with a synchronisation between': [
    () => {
      number = 0
      return [channel(0, sync(), all(), sync()), channel(1, sync(), sync(), page(0x1000))]
    },
    [[], [], []],
  ],
  'too few synchronisations': [
    () => {
      number = 0
      return [channel(0, sync(), all(), sync()), channel(1, sync())]
    },
    [[], [], ['qemu/multifd-sync-count']],
  ],
  'a packet is missing': [
    () =>
      pair(() => {
        const packets = [all()]
        number += 2
        return packets
      }),
    [['qemu/multifd-packet-numbers'], [], []],
  ],
  'a page is missing': [() => pair(() => [zeros([0, 0x1000, 0x2000])]), [['qemu/ram-not-complete'], [], []]],
  'a page is in the main stream': [
    () => pair(() => [zeros([0, 0x1000, 0x2000])]),
    [[], [], []],
    main(qemu.part(1, [...qemu.zero('pc.ram', 0x3000), ...qemu.eos])),
  ],
  'a page is missing that a balloon may have taken': [
    () => pair(() => [zeros([0])]),
    [['qemu/ram-not-complete'], [], []],
    main(qemu.full(7, '0000:00:05.0/virtio-balloon', [])),
  ],
  'a device that is not there': [
    () =>
      pair(
        () => [all()],
        () => [0, 1].map((index) => devicePacket(new Uint8Array(4), { part: [0, index, 0] })),
      ),
    [[], [], ['qemu/vfio-packet-device']],
  ],
}

describe('channels of a migration, judged together', () => {
  it.each(Object.entries(cases))('%s', async (_, [channels, expected, stream = main()]) => {
    expect(codesOf(await judged(stream, channels()))).toEqual(expected)
  })

  it('say nothing of what is missing where a stream is cut', async () => {
    const [first] = pair(() => [zeros([0])]) as [Uint8Array]
    expect(codesOf(await judged(main().subarray(0, 60), [first]))[0]).toEqual([])
    expect(codesOf(await judged(main(), [first.subarray(0, -1)]))).toEqual([[], ['qemu/multifd-truncated']])
    expect(codesOf(await judged(main(), [first.subarray(0, 10)]))).toEqual([[], ['layout/ended-early']])
  })

  it('name no more than eight channels that are missing', async () => {
    const [first, second] = pair(() => [all()]) as [Uint8Array, Uint8Array]
    second[24] = 255
    const [own] = await judged(main(), [first, second])
    expect(own?.[0]?.message).toBe('The channels 1, 2, 3, 4, 5, 6, 7, 8 and 246 more are missing.')
  })

  it('say where it is', async () => {
    const [, , second] = await judged(
      main(),
      pair(
        () => [all()],
        () => [page(0x1000)],
      ),
    )
    expect(second).toMatchObject([
      { severity: 'warning', offset: 64 + 1344, length: 1344, path: ['packets', 1, 'header', 'offsets'] },
    ])
  })
})

const VFIO = '0000:00:02.0/vfio'
const tags = (...low: number[]) =>
  low.flatMap((tag) => qemu.be64(0).map((_, at) => [255, 255, 255, 255, 0xef, 0x10, 0, tag][at] as number))
/** A main stream of which the device's END and FULL are empty. */
const empty = main(qemu.start(9, VFIO, tags(3, 1)), qemu.end(9, tags(1)), qemu.full(9, VFIO, tags(1)))
const state = (index: number, isConfig = false) =>
  devicePacket(new Uint8Array(4), { part: [0, index, isConfig ? 1 : 0] })

describe('device state on the channels of a migration', () => {
  it.each([
    ['is whole', [[state(1, true)], [state(0)]], [[], [], []]],
    ['lacks a part', [[state(2, true)], [state(0)]], [[], ['qemu/vfio-packet-gap'], []]],
    ['has a part twice', [[state(0), state(1, true)], [state(0)]], [[], [], ['qemu/vfio-packet-duplicate']]],
    ['lacks the config state', [[state(1)], [state(0)]], [[], ['qemu/vfio-packet-config-missing'], []]],
    ['is not there', [[], []], [['qemu/vfio-packets-missing'], [], []]],
  ] as const)('%s', async (_, [first, second], expected) => {
    const channels = pair(
      () => [all(), ...first],
      () => [...second],
    )
    expect(codesOf(await judged(empty, channels))).toEqual(expected)
  })
})
