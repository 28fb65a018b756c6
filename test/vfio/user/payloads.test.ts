import { describe, expect, test } from 'vitest'
import { type VfioUserMessages, vfioUserMessagesFormat } from '../../../src/vfio/index.ts'
import { le } from '../support.ts'
import { CMD, feature, GET, message, reply, SET, u32s, u64s, version, zeros } from './support.ts'

const format = vfioUserMessagesFormat

interface Case {
  readonly what: string
  readonly bytes: Uint8Array
  readonly payload: object | undefined
}

const bytes = (...values: number[]) => Uint8Array.from(values)
const EMPTY = bytes()

const SUB_40 = [...u64s(0x1000, 4), ...u32s(2, 0, 1, 0), ...u64s(7)]
const SUB_48 = [...u64s(0x1000, 4), ...u32s(2, 2, 1, 3), ...u64s(0x20, 7)]

const cases: readonly Case[] = [
  {
    what: 'version',
    bytes: message(CMD.version, version('{}\0')),
    payload: { major: 0, minor: 2, data: '{}\0' },
  },
  { what: 'version without a text', bytes: reply(CMD.version, version('')), payload: { data: '' } },
  {
    what: 'DMA map',
    bytes: message(CMD.dmaMap, [...u32s(32, 0b1011), ...u64s(1, 2, 3)]),
    payload: {
      argsz: 32,
      flags: { readable: true, writable: true, mappable: false, fileIo: true, reserved: 0 },
      offset: 1n,
      address: 2n,
      size: 3n,
    },
  },
  { what: 'reply to a DMA map', bytes: reply(CMD.dmaMap), payload: undefined },
  {
    what: 'DMA unmap',
    bytes: message(CMD.dmaUnmap, [...u32s(24, 0), ...u64s(0x1000, 0x2000)]),
    payload: { address: 0x1000n, size: 0x2000n, bitmap: undefined },
  },
  {
    what: 'DMA unmap with bitmap',
    bytes: reply(CMD.dmaUnmap, [...u32s(48, 1), ...u64s(0x1000, 0x2000, 0x1000, 8), 3, ...zeros(7)]),
    payload: { bitmap: { pageSize: 0x1000n, size: 8n, data: bytes(3, 0, 0, 0, 0, 0, 0, 0) } },
  },
  {
    what: 'device info',
    bytes: reply(CMD.getInfo, u32s(16, 3, 9, 5)),
    payload: { argsz: 16, flags: { reset: true, pci: true }, numRegions: 9, numIrqs: 5, capabilities: [] },
  },
  {
    what: 'region info with areas',
    bytes: reply(CMD.regionInfo, [
      ...u32s(64, 0xf, 1, 32),
      ...u64s(0x3000, 0),
      ...[...le(1, 2), ...le(1, 2), ...u32s(0, 1, 0), ...u64s(0x1000, 0x1000)],
    ]),
    payload: {
      index: 1,
      capabilities: [{ offset: 32, body: { nrAreas: 1, areas: [{ offset: 0x1000n, size: 0x1000n }] } }],
    },
  },
  {
    what: 'region file descriptors, asked',
    bytes: message(CMD.ioFds, u32s(16, 0, 2, 0)),
    payload: { argsz: 16, index: 2, count: 0, subRegions: undefined, shadowSubRegions: undefined },
  },
  {
    what: 'region file descriptors of 40 bytes',
    bytes: reply(CMD.ioFds, [...u32s(56, 0, 2, 1), ...SUB_40]),
    payload: {
      subRegions: [{ offset: 0x1000n, size: 4n, fdIndex: 2, type: 'ioeventfd', flags: 1, datamatch: 7n }],
      shadowSubRegions: undefined,
    },
  },
  {
    what: 'region file descriptors of 48 bytes',
    bytes: reply(CMD.ioFds, [...u32s(64, 0, 2, 1), ...SUB_48]),
    payload: {
      subRegions: undefined,
      shadowSubRegions: [{ type: 'ioeventfd-shadow', shadowMemFdIndex: 3, shadowOffset: 0x20n, datamatch: 7n }],
    },
  },
  {
    what: '240 bytes of file descriptors, six',
    bytes: reply(CMD.ioFds, [...u32s(256, 0, 2, 6), ...Array.from({ length: 6 }, () => SUB_40).flat()]),
    payload: { count: 6, subRegions: new Array(6).fill(expect.anything()), shadowSubRegions: undefined },
  },
  {
    what: '240 bytes of file descriptors, five',
    bytes: reply(CMD.ioFds, [...u32s(256, 0, 2, 5), ...Array.from({ length: 5 }, () => SUB_48).flat()]),
    payload: { count: 5, subRegions: undefined, shadowSubRegions: new Array(5).fill(expect.anything()) },
  },
  {
    what: 'interrupt info',
    bytes: reply(CMD.irqInfo, u32s(16, 1, 4, 1)),
    payload: { flags: { eventfd: true }, index: 4, count: 1 },
  },
  {
    what: 'interrupts, their descriptors beside the message',
    bytes: message(CMD.setIrqs, u32s(20, 0x24, 0, 0, 1)),
    payload: { flags: { dataEventfd: true, actionTrigger: true }, count: 1, data: undefined },
  },
  {
    what: 'interrupts with a byte each',
    bytes: message(CMD.setIrqs, [...u32s(22, 0x22, 2, 0, 2), 1, 0]),
    payload: { data: [1, 0] },
  },
  {
    what: 'region read',
    bytes: message(CMD.regionRead, [...u64s(0x10), ...u32s(7, 4)]),
    payload: { offset: 0x10n, region: 7, count: 4, data: EMPTY },
  },
  {
    what: 'reply to a region read',
    bytes: reply(CMD.regionRead, [...u64s(0x10), ...u32s(7, 4), 1, 2, 3, 4]),
    payload: { count: 4, data: bytes(1, 2, 3, 4) },
  },
  {
    what: 'DMA read, count of 64 bits',
    bytes: message(CMD.dmaRead, u64s(0x1000, 4)),
    payload: { address: 0x1000n, count: 4n, data: EMPTY },
  },
  {
    what: 'DMA read, count of 32 bits',
    bytes: message(CMD.dmaRead, [...u64s(0x1000), ...u32s(4)]),
    payload: { address: 0x1000n, count32: 4, data: EMPTY },
  },
  {
    what: 'reply to a DMA read, 16 bytes before the data',
    bytes: reply(CMD.dmaRead, [...u64s(0x1000, 4), 1, 2, 3, 4]),
    payload: { count: 4n, data: bytes(1, 2, 3, 4) },
  },
  {
    what: 'reply to a DMA read, 12 bytes before the data',
    bytes: reply(CMD.dmaRead, [...u64s(0x1000), ...u32s(4), 1, 2, 3, 4]),
    payload: { count32: 4, data: bytes(1, 2, 3, 4) },
  },
  {
    what: 'reply to a DMA write as the specification has it',
    bytes: reply(CMD.dmaWrite, [...u64s(0x1000), ...u32s(4)]),
    payload: { address: 0x1000n, count32: 4, data: EMPTY },
  },
  { what: 'device reset', bytes: message(CMD.reset), payload: undefined },
  {
    what: 'start of dirty page tracking',
    bytes: message(CMD.dirtyPages, u32s(8, 1)),
    payload: { flags: { start: true, stop: false, getBitmap: false }, range: undefined },
  },
  {
    what: 'dirty pages',
    bytes: reply(CMD.dirtyPages, [...u32s(48, 4), ...u64s(0, 0x1000, 0x1000, 8), 1, ...zeros(7)]),
    payload: { range: { iova: 0n, size: 0x1000n, bitmap: { size: 8n } } },
  },
  {
    what: 'two writes in one',
    bytes: message(CMD.writeMulti, [
      ...u64s(2),
      ...[...u64s(0x10), ...u32s(0, 4), 1, 2, 3, 4, 0, 0, 0, 0],
      ...[...u64s(0x18), ...u32s(0, 8), 1, 2, 3, 4, 5, 6, 7, 8],
    ]),
    payload: { count: 2n, writes: [{ offset: 0x10n, count: 4 }, { data: bytes(1, 2, 3, 4, 5, 6, 7, 8) }] },
  },
  { what: 'reply to writes', bytes: reply(CMD.writeMulti, u64s(2)), payload: { count: 2n } },
  {
    what: 'migration flags, asked',
    bytes: message(CMD.feature, feature(1 | GET)),
    payload: { flags: { feature: 'migration', get: true }, data: undefined },
  },
  {
    what: 'migration flags',
    bytes: reply(CMD.feature, feature(1 | GET, u64s(5))),
    payload: { data: { flags: { stopCopy: true, p2p: false, preCopy: true, reserved: 0n } } },
  },
  {
    what: 'migration state',
    bytes: message(CMD.feature, feature(2 | SET, u32s(3, 0xffffffff))),
    payload: { data: { deviceState: 'STOP_COPY', dataFd: -1 } },
  },
  {
    what: 'start of DMA logging, ranges inline',
    bytes: message(CMD.feature, feature(6 | SET, [...u64s(0x1000), ...u32s(1, 0), ...u64s(0x2000, 0x3000)])),
    payload: { data: { pageSize: 0x1000n, numRanges: 1, ranges: [{ iova: 0x2000n, length: 0x3000n }] } },
  },
  {
    what: 'end of DMA logging',
    bytes: message(CMD.feature, feature(7 | SET)),
    payload: { flags: { feature: 'dma-logging-stop' }, data: undefined },
  },
  {
    what: 'DMA log, bitmap inline',
    bytes: reply(CMD.feature, feature(8 | GET, [...u64s(0, 0x41000, 0x1000), 1, ...zeros(15)])),
    payload: { data: { length: 0x41000n, pageSize: 0x1000n, bitmap: bytes(1, ...zeros(15)) } },
  },
  {
    what: 'migration data, asked',
    bytes: message(CMD.migRead, u32s(1032, 1024)),
    payload: { argsz: 1032, size: 1024 },
  },
  {
    what: 'migration data, less than there was room for',
    bytes: reply(CMD.migRead, [...u32s(9, 1), 5, 0, 0]),
    payload: { size: 1, data: bytes(5), following: bytes(0, 0) },
  },
  {
    what: 'migration data, written',
    bytes: message(CMD.migWrite, [...u32s(10, 2), 5, 6]),
    payload: { size: 2, data: bytes(5, 6), following: EMPTY },
  },
  { what: 'reply to migration data', bytes: reply(CMD.migWrite), payload: undefined },
  { what: 'error', bytes: message(CMD.regionRead, [], { flags: 0x21, errno: 22 }), payload: undefined },
]

describe('payloads, byte by byte', () => {
  test.each(cases)('$what', ({ bytes: input, payload }) => {
    const { messages } = format.decode(input)
    expect(messages.length).toBe(1)
    if (payload === undefined) expect(messages[0]).not.toHaveProperty('payload')
    else expect(messages[0]?.payload).toMatchObject(payload)
    expect(format.encode({ messages })).toEqual(input)
    expect(format.inspect(input).findings).toEqual([])
  })
})

test('the header, byte by byte', () => {
  const [first] = format.decode(message(CMD.reset, [], { id: 0x1234, flags: 0x31, errno: 5 })).messages
  expect(first?.header).toEqual({
    messageId: 0x1234,
    command: 'device-reset',
    messageSize: 16,
    flags: { type: 'reply', noReply: true, error: true, reserved: 0 },
    errno: 5,
  })
})

test('the same in the other byte order', () => {
  const input = Uint8Array.from([0, 7, 0, 11, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, ...zeros(7), 9, ...zeros(7), 4])
  const options = { byteOrder: 'big' }
  const { messages } = format.decode(input, options)
  expect(messages).toMatchObject([
    { header: { messageId: 7, command: 'dma-read' }, payload: { address: 9n, count: 4n } },
  ])
  expect(format.encode({ messages }, options)).toEqual(input)
})

describe('what does not agree is not written', () => {
  const whole = format.decode(message(CMD.dmaWrite, [...u64s(0, 4), 1, 2, 3, 4]))
  const changed = (change: object): VfioUserMessages => {
    const [first] = whole.messages
    if (first === undefined) throw new Error('There is no message.')
    return { messages: [{ ...first, ...change }] }
  }
  const { header } = whole.messages[0] as VfioUserMessages['messages'][number]
  test.each([
    ['a size', changed({ header: { ...header, messageSize: 40 } }), /messages\[0\]\.header\.messageSize/],
    // 20 bytes of which the first four were a count of 32 bits for the rest.
    ['a width', changed({ payload: { address: 0n, count: 8n, data: bytes(1, 2, 3, 4) } }), /messages\[0\]\.payload/],
    ['no message', { messages: [] }, /messages/],
    ['a whole message at the end', { ...whole, trailing: message(CMD.reset) }, /trailing/],
    ['a strange member', changed({ other: 1 }), /messages\[0\]\.other/],
  ])('%s', (_, value, path) => {
    expect(() => format.encode(value as VfioUserMessages)).toThrow(path)
  })
})
