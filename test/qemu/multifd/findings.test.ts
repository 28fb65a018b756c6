import { describe, expect, test } from 'vitest'
import { joined } from '../../../src/layout/index.ts'
import { multifdChannelFormat } from '../../../src/qemu/index.ts'
import { expectSame } from '../fixture.ts'
import { channel, devicePacket, pagesHeader, pagesPacket } from './sample.ts'

const PAGE = new Uint8Array(4096)
const EMPTY = new Uint8Array(0)

/** Findings as `severity code offset length: message`, without the area. */
function found(bytes: Uint8Array, options?: Record<string, string>): string[] {
  const { value, findings } = multifdChannelFormat.inspect(bytes, options)
  if (value !== undefined) expectSame(multifdChannelFormat.encode(value, options), bytes)
  return findings.map(({ severity, code, offset, length, message }) => {
    return `${severity} ${code.replace('qemu/multifd-', '')} ${offset} ${length}: ${message}`
  })
}

const LONG = 'x'.repeat(256)
/** A packet of a channel with pages of 64 KiB, which is short. */
const big = (numbers: object) => pagesHeader({ capacity: 8, ...numbers })

describe('what is wrong is found', () => {
  test.each<[string, Uint8Array, string[]]>([
    ['nothing', channel(pagesPacket(PAGE), devicePacket(PAGE)), []],
    [
      'a cut first packet',
      channel().subarray(0, 63),
      ['error layout/ended-early 25 38: Expected 39 bytes, found only 38.'],
    ],
    [
      'a cut header',
      channel(big({}).subarray(0, 20)),
      ['error truncated 64 20: The channel ends 20 bytes into a packet.'],
    ],
    [
      'a cut page',
      channel(pagesPacket(PAGE).subarray(0, -1)),
      ['error truncated 64 5439: The channel ends 1 byte before the end of the packet.'],
    ],
    [
      'a cut part of device state',
      channel(devicePacket(PAGE).subarray(0, 280)),
      ['error truncated 64 280: The channel ends 4104 bytes before the end of the packet.'],
    ],
    [
      'a wrong magic',
      channel(big({ magic: 0x11223345 }), big({})),
      ['error bytes-skipped 64 384: 384 bytes are no packet.'],
    ],
    ['a wrong version', channel(big({ version: 2 })), ['error bytes-skipped 64 384: 384 bytes are no packet.']],
    [
      'more room than there is',
      channel(big({}), big({ pagesAllocated: 9 })),
      ['error page-count 448 384: The packet has room for 8 pages, not 9.'],
    ],
    [
      'more pages than there is room for',
      channel(big({ pagesAllocated: 8, normalPages: 9 })),
      ['error page-count 64 384: The packet counts 9 pages in room for 8.'],
    ],
    [
      'more zero pages than there is room for',
      channel(big({ zeroPages: 9 })),
      ['error page-count 64 384: The packet counts 9 zero pages in room for 8.'],
    ],
    ['no block', channel(big({ zeroPages: 1, block: '' })), ['error name 64 384: The pages are of no block.']],
    [
      'a block without end',
      channel(big({ zeroPages: 1, block: LONG })),
      ['error name 64 384: The name of the block has no end.'],
    ],
    [
      'a page that is not aligned',
      channel(big({ zeroPages: 2, offsets: [0x10000, 0x11000] })),
      ['warning offset 64 384: 1 offset is no multiple of 65536, the first 0x11000.'],
    ],
    [
      'another size than that of the pages',
      channel(pagesPacket(PAGE, { nextPacketSize: 4097 })),
      ['warning size 64 1344: Pages of 4096 bytes take 4096 bytes in all, not 4097.'],
    ],
    [
      'compressed pages without bytes',
      channel(pagesPacket(EMPTY, { flags: 2 })),
      ['warning size 64 1344: Pages take more than no bytes.'],
    ],
    [
      'an unknown compression',
      channel(pagesPacket(PAGE, { flags: 6 })),
      [
        'info layout/unknown-value 72 4: The value 3 has no name.',
        'error compression 64 1344: Compression 3 is unknown.',
      ],
    ],
    [
      'another compression than before',
      channel(big({ zeroPages: 1, flags: 2 }), big({ zeroPages: 1, flags: 4 })),
      ['error compression 448 384: The pages say zstd, those before zlib.'],
    ],
    ['no device', channel(devicePacket(PAGE, { name: '' })), ['error name 64 276: The state is of no device.']],
    [
      'a device without end',
      channel(devicePacket(PAGE, { name: LONG })),
      ['error name 64 276: The name of the device has no end.'],
    ],
    [
      'device state that synchronises',
      channel(devicePacket(PAGE, { flags: 0x41 })),
      ['error device-packet 64 276: A packet with device state does not synchronise.'],
    ],
    [
      'device state without a part',
      channel(devicePacket(EMPTY, { part: [] })),
      ['error device-packet 64 276: The part has 0 bytes, fewer than its header.'],
    ],
    [
      'a part of another version',
      channel(devicePacket(EMPTY, { part: [1, 0, 0] })),
      ['error device-packet 64 276: The part is of version 1, not 0.'],
    ],
    [
      'a part without a number',
      channel(devicePacket(EMPTY, { part: [0, 0xffffffff, 0] })),
      ['error device-packet 64 276: The index of the part is 0xffffffff.'],
    ],
    [
      'a part that comes twice',
      channel(devicePacket(EMPTY), devicePacket(EMPTY)),
      ['error device-order 352 276: Part 0 follows part 0.'],
    ],
    [
      'a part that comes late',
      channel(devicePacket(EMPTY, { part: [0, 2, 0] }), devicePacket(EMPTY, { part: [0, 1, 0] })),
      ['warning device-order 352 276: Part 1 follows part 2.'],
    ],
    [
      'a part behind the PCI state',
      channel(devicePacket(EMPTY, { part: [0, 1, 1] }), devicePacket(EMPTY, { part: [0, 2, 0] })),
      ['error device-order 352 276: Part 2 follows the PCI state, which is part 1 or one before.'],
    ],
  ])('%s', (_, bytes, expected) => expect(found(bytes)).toEqual(expected))
})

describe('what is healthy is silent', () => {
  test.each<[string, Uint8Array]>([
    ['a size that an earlier packet left behind', channel(big({ nextPacketSize: 65536 }), big({}))],
    [
      'parts of two devices',
      channel(devicePacket(PAGE), devicePacket(PAGE, { name: 'b' }), devicePacket(PAGE, { instanceId: 1 })),
    ],
    ['uncompressed flags where no page is', channel(big({ zeroPages: 1, flags: 2 }), big({ flags: 1 }))],
    ['pages in a packet that synchronises', channel(pagesPacket(PAGE, { flags: 1 }))],
  ])('%s', (_, bytes) => expect(found(bytes)).toEqual([]))
})

describe('the size of a page', () => {
  const sync = (capacity: number) => pagesHeader({ capacity, pagesAllocated: 0, flags: 1, block: '' })
  const counts = (bytes: Uint8Array, options?: Record<string, string>) =>
    multifdChannelFormat
      .decode(bytes, options)
      .packets.map((one) => ('header' in one && 'offsets' in one.header ? one.header.offsets.length : -1))

  test('follows from where the next packet begins, or the channel ends', () => {
    for (const capacity of [8, 16, 32, 64, 128, 256, 512]) {
      expect(counts(channel(sync(capacity), sync(capacity)))).toEqual([capacity, capacity])
      expect(counts(channel(sync(capacity)))).toEqual([capacity])
    }
  })

  test('can be given', () => {
    const bytes = channel(sync(32), joined([sync(32), PAGE]))
    expect(counts(bytes)).toEqual([32, 32, -1])
    expect(counts(bytes, { pageSize: '16384' })).toEqual([32, 32, -1])
    expect(found(bytes, { pageSize: '4096' })).not.toEqual(found(bytes))
  })
})
