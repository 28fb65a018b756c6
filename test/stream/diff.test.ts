import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DirtyBitmap, encodeRoaring } from '../../src/dirty-bitmap/index.ts'
import { readEvents } from '../../src/layout/index.ts'
import { findFormat } from '../../src/registry/index.ts'
import {
  compareMigrations,
  Migration,
  type MigrationDifference,
  type RecordInput,
  streamParts,
  streamReader,
} from '../../src/stream/index.ts'
import { bytesOf, VF } from '../cli/support.ts'
import { ALL_RECORDS, deflated, LARGE_RECORDS, noise, streamOf } from './sample.ts'

/** What is kept of a stream that comes in pieces. */
function migrationOf(stream: Uint8Array, piece = 4000): Promise<Migration> {
  async function* pieces() {
    for (let at = 0; at < stream.length; at += piece) yield stream.subarray(at, at + piece)
  }
  return Migration.of(streamParts(readEvents(streamReader({ digest: false }), pieces())))
}

async function compared(a: Uint8Array, b: Uint8Array) {
  const all = [...compareMigrations(await migrationOf(a), await migrationOf(b, 1 << 20), { known: findFormat })]
  return {
    differences: all.filter((each): each is MigrationDifference => each.kind === 'difference'),
    notes: all.filter(({ kind }) => kind === 'note'),
  }
}

/** Each difference in one line. */
function line({ device, record, key, a, b, bytes, pages }: MigrationDifference): string {
  const values = pages ? `0x${pages.address.toString(16)}+${pages.bytes} ${pages.in}` : bytes ? `${bytes.first}` : ''
  const fields = pages || bytes || key.startsWith('only') ? '' : `${a?.value} -> ${b?.value}`
  return `${device ?? '-'} ${record} ${key} ${values}${fields}`.trim()
}

async function lines(a: readonly RecordInput[], b: readonly RecordInput[]): Promise<string[]> {
  return (await compared(streamOf(a), streamOf(b, false))).differences.map(line)
}

const blob = (data: Uint8Array, format = '') => ({
  formatLength: format.length,
  optionsLength: 0,
  format,
  options: '',
  data,
})
const note = (text: string): RecordInput => ({ type: 'note', payload: { note: text } })
const state = (data: Uint8Array, device = 0): RecordInput => ({ type: 'device-state', device, payload: blob(data) })
const identity = (device: number, address: string, deviceId = 0x10ed): RecordInput => ({
  type: 'device',
  device,
  payload: {
    ...{ vendorId: 0x8086, deviceId, subsystemVendorId: 0, subsystemId: 0, classCode: 0x20000, revisionId: 1 },
    ...{
      addressLength: address.length,
      driverLength: 0,
      compatibilityLength: 0,
      address,
      driver: '',
      compatibility: '',
    },
  },
})
const region = (name = 'pc.ram', pageSize = 4096, base = 0x10000n): RecordInput => ({
  type: 'memory-region',
  payload: { region: 0, pageSize, base, length: 0x100000n, nameLength: name.length, name },
})
const pages = (firstPage: number, data: Uint8Array, count = data.length / 4096): RecordInput => ({
  type: 'memory-pages',
  payload: {
    ...{ region: 0, round: 1, firstPage: BigInt(firstPage), pages: count, reserved: new Uint8Array(3), data },
    content: data.length === 1 ? 'fill' : 'data',
  },
})
const page = (fill: number) => new Uint8Array(4096).fill(fill)
const bitmap = (encoding: string, data: Uint8Array, round = 1): RecordInput => ({
  type: 'dirty-bitmap',
  payload: { base: 0x1000n, pages: 64n, pageSize: 4096, round, encodingLength: encoding.length, encoding, data },
})
const roaring = (...dirty: number[]) =>
  encodeRoaring(DirtyBitmap.fromPages(dirty, { base: 0n, pageSize: 4096, length: 64 }))
const transition = (to: number, time = 5n, result = 0): RecordInput => ({
  type: 'state-transition',
  device: 0,
  payload: {
    ...{ time, side: 'source', interface: 'vfio-v2', reserved: new Uint8Array(2), from: 2, to, result },
  },
})
const space = bytesOf(VF)
const changedSpace = space.slice()
changedSpace[44] = 0

describe('pairs', () => {
  it.each<{ what: string; a: RecordInput[]; b: RecordInput[]; says: string[] }>([
    { what: 'nothing', a: [], b: [], says: [] },
    {
      what: 'a record is inserted',
      a: [state(noise(50, 1)), state(noise(50, 2)), transition(3)],
      b: [state(noise(50, 3)), state(noise(50, 1)), state(noise(50, 2)), transition(3)],
      says: ['device 0 device-state[0] only in b'],
    },
    {
      what: 'a record is inserted and another changed',
      a: [transition(3), transition(4), transition(5)],
      b: [transition(1), transition(3), transition(4, 9n, -5), transition(5)],
      says: ['device 0 state-transition[0] only in b', 'device 0 state-transition[1] result 0 -> -5'],
    },
    {
      what: 'devices are swapped',
      a: [identity(0, '0000:01:10.0'), state(noise(9, 1), 0), identity(1, '0000:01:10.2'), state(noise(9, 2), 1)],
      b: [identity(0, '0000:01:10.2'), state(noise(9, 2), 0), identity(1, '0000:01:10.0'), state(noise(8, 1), 1)],
      says: ['0000:01:10.0 device-state bytes 8'],
    },
    {
      what: 'a device has another address',
      a: [identity(0, '0000:01:10.0'), state(noise(9, 1))],
      b: [identity(0, '0000:02:10.0'), state(noise(9, 1))],
      says: ['0000:01:10.0 device address 0000:01:10.0 -> 0000:02:10.0'],
    },
    {
      what: 'another device',
      a: [identity(0, '0000:01:10.0')],
      b: [identity(0, '0000:02:10.0', 0x154c)],
      says: ['0000:01:10.0 device only in a', '0000:02:10.0 device only in b'],
    },
    {
      what: 'a page changed',
      a: [region(), pages(0, Buffer.concat([page(1), noise(4096), page(3)]))],
      b: [region(), pages(0, Buffer.concat([page(1), noise(4096, 2), page(3)]))],
      says: ['- memory-pages pc.ram 0x11000+4096 both'],
    },
    {
      what: 'a page was sent twice',
      a: [region(), pages(1, page(9)), pages(1, page(7))],
      b: [region(), pages(1, page(7))],
      says: [],
    },
    {
      what: 'a page was sent twice, and the first is the same',
      a: [region(), pages(1, page(7)), pages(1, page(9))],
      b: [region(), pages(1, page(7))],
      says: ['- memory-pages pc.ram 0x11000+4096 both'],
    },
    {
      what: 'zero pages, pages of one side, and runs of one byte',
      a: [
        region(),
        pages(0, Uint8Array.of(0), 100),
        pages(4, page(1)),
        pages(40, Uint8Array.of(5), 30),
        pages(50, page(6)),
      ],
      b: [region(), pages(40, Uint8Array.of(5), 9), pages(49, Uint8Array.of(5), 21), pages(5, page(2))],
      says: [
        '- memory-pages pc.ram 0x14000+4096 a',
        '- memory-pages pc.ram 0x15000+4096 both',
        '- memory-pages pc.ram 0x42000+4096 both',
      ],
    },
    {
      what: 'page sizes differ',
      a: [region('pc.ram', 4096), pages(0, Buffer.concat([page(1), page(2)]))],
      b: [region('pc.ram', 8192), { ...pages(0, Buffer.concat([page(1), page(2)]), 1) }],
      says: ['- memory-region[pc.ram] pageSize 4096 -> 8192'],
    },
    {
      what: 'a bitmap in two encodings',
      a: [bitmap('raw', Uint8Array.of(0x0e, 1))],
      b: [bitmap('roaring', roaring(1, 2, 3, 8))],
      says: [],
    },
    {
      what: 'other bits in two encodings',
      a: [bitmap('raw', Uint8Array.of(0x0e, 0, 0, 0, 1)), bitmap('raw', Uint8Array.of(1), 2)],
      b: [bitmap('roaring', roaring(1, 5)), bitmap('raw', Uint8Array.of(1), 2)],
      says: [
        '- dirty-bitmap[0] pages 0x3000+8192 a',
        '- dirty-bitmap[0] pages 0x6000+4096 b',
        '- dirty-bitmap[0] pages 0x21000+4096 a',
      ],
    },
    {
      what: 'a field of a config space',
      a: [{ type: 'config-space', device: 0, payload: space }],
      b: [{ type: 'config-space', device: 0, payload: changedSpace }],
      says: [`device 0 config-space header.subsystemVendorId ${0x1af4} -> ${0x1a00}`],
    },
    {
      what: 'an entry of an MSI-X table',
      a: [{ type: 'msix-table', device: 0, payload: new Uint8Array(32) }],
      b: [{ type: 'msix-table', device: 0, payload: new Uint8Array(32).fill(7, 24, 25) }],
      says: ['device 0 msix-table entries[1].data 0 -> 7'],
    },
    {
      what: 'deflated and stored, whole and in chunks',
      a: [{ type: 'device-state', device: 0, payload: blob(noise(3000)) }],
      b: [
        { type: 'device-state', device: 0, payload: blob(noise(3000).subarray(0, 1000)), goesOn: true },
        { type: 'device-state', device: 0, payload: deflated(noise(3000).subarray(1000)), isDeflated: true },
      ],
      says: [],
    },
  ])('$what', async ({ a, b, says }) => {
    expect(await lines(a, b)).toEqual(says)
  })

  it('what is stored in another way is a note', async () => {
    const a = [bitmap('raw', Uint8Array.of(0x0e, 1)), state(noise(300))]
    const b = [
      bitmap('roaring', roaring(1, 2, 3, 8)),
      { ...state(noise(300)), payload: deflated(Buffer.concat([new Uint8Array(3), noise(300)])), isDeflated: true },
    ]
    const { differences, notes } = await compared(streamOf(a), streamOf(b))
    expect(differences).toEqual([])
    expect(notes).toEqual([{ kind: 'note', message: '2 parts have the same content, stored in another way.' }])
  })

  it('the times of events are a note', async () => {
    const event = (at: number, more = '') => `{"at":${at},"side":"source","kind":"irq"${more}}`
    const line = (text: string): RecordInput => ({ type: 'trace-event', payload: { line: text } })
    const a = [transition(3), transition(4, 6n), line(event(1)), line(event(2)), line('no JSON')]
    const b = [transition(3, 7n), transition(4, 8n), line(event(9)), line(event(2)), line('no JSON')]
    const { differences, notes } = await compared(streamOf(a), streamOf(b))
    expect(differences).toEqual([])
    expect(notes).toEqual([{ kind: 'note', message: '3 events are the same, at other times.' }])
    expect(await lines(a, [...b.slice(0, 2), line(event(9, ',"vector":1')), ...b.slice(3)])).toEqual([
      '- trace-event[0] line {"side":"source","kind":"irq"} -> {"side":"source","kind":"irq","vector":1}',
    ])
  })

  it('memory stands below the other records of the migration', async () => {
    const device = state(noise(9, 1))
    const a = [note('a'), device, region(), pages(0, page(1))]
    const b = [note('b'), state(noise(9, 2)), region(), pages(0, page(2))]
    const { differences } = await compared(streamOf(a), streamOf(b))
    expect(differences.map((each) => each.device)).toEqual([undefined, undefined, 'device 0'])
  })

  it('regions whose pages are not compared as pages are compared as bytes', async () => {
    const small = [region('r', 256), pages(0, page(1), 16)]
    expect(await lines(small, [region('r', 256), pages(0, page(2), 16)])).toEqual(['- memory-pages bytes 0'])
    expect(await lines([pages(0, page(1))], [pages(1, page(1))])).toEqual(['- memory-pages firstPage 0 -> 1'])
  })

  it('of a part that is too long to be kept the block is told', async () => {
    const chunk = noise(2 ** 23)
    const chunks = (last: Uint8Array): RecordInput[] => [
      { type: 'device-state', device: 0, payload: blob(chunk), goesOn: true },
      { type: 'device-state', device: 0, payload: chunk, goesOn: true },
      { type: 'device-state', device: 0, payload: last },
    ]
    const last = noise(10_000, 7)
    const changed = last.slice()
    changed[9000] = (changed[9000] as number) ^ 1
    const { differences } = await compared(streamOf(chunks(last)), streamOf(chunks(changed)))
    expect(differences).toMatchObject([{ bytes: { first: 2 ** 24 + 8192, isExact: false, a: 2 ** 24 + 10_000 } }])
  })
})

/** Records with content that one byte changes. */
const content: fc.Arbitrary<RecordInput> = fc.oneof(
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(2)).map(([data, device]) => state(data, device)),
  fc.string({ unit: 'binary-ascii', maxLength: 8 }).map(note),
  fc.nat(9).map((to) => transition(to)),
  fc.nat(40).chain((at) => fc.nat(255).map((byte) => pages(at, page(byte)))),
  fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 40 }), fc.nat(255)).map(([at, count, byte]) => {
    return pages(at, Uint8Array.of(byte), count)
  }),
)
const streams = fc.array(content, { maxLength: 12 }).map((records) => [region(), ...records])

describe('properties', () => {
  it('a stream is as itself', async () => {
    for (const records of [ALL_RECORDS, LARGE_RECORDS]) expect(await lines(records, records)).toEqual([])
    await fc.assert(
      fc.asyncProperty(streams, async (records) => {
        expect(await lines(records, records)).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('a record that is inserted is found, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(streams, fc.nat(12), async (records, place) => {
        const at = 1 + (place % records.length)
        const more: RecordInput = { type: 'vendor-private', payload: { vendorId: 1, subtype: 2, data: noise(5) } }
        const told = await lines(records, [...records.slice(0, at), more, ...records.slice(at)])
        expect(told).toEqual(['- vendor-private only in b'])
        const state3 = state(noise(70), 1)
        const other = await lines([...records.slice(0, at), state3, ...records.slice(at)], records)
        expect(other).toHaveLength(1)
        expect(other[0]).toMatch(/^device 1 device-state(\[\d+\])? only in a$/)
      }),
      { numRuns: 40 },
    )
  })

  it('memory is what a plain image of it is', async () => {
    const image = (records: readonly RecordInput[]) => {
      const content = new Map<number, number>()
      for (const { payload } of records) {
        if (!('firstPage' in payload)) continue
        const { firstPage, pages: count, data } = payload as { firstPage: bigint; pages: number; data: Uint8Array }
        for (let at = 0; at < count; at++) content.set(Number(firstPage) + at, data[0] as number)
      }
      return content
    }
    await fc.assert(
      fc.asyncProperty(streams, streams, async (a, b) => {
        const [mine, other] = [image(a), image(b)]
        const expected = Array.from({ length: 64 }, (_, at) => at).filter(
          (at) => (mine.get(at) ?? 0) !== (other.get(at) ?? 0),
        )
        const { differences } = await compared(streamOf(a), streamOf(b))
        const found = differences.flatMap(({ pages: range }) => {
          if (range === undefined) return []
          const first = Number(range.address - 0x10000n) / 4096
          return Array.from({ length: Number(range.bytes) / 4096 }, (_, at) => first + at)
        })
        expect(found).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })

  it('any damage ends in differences and notes, and is as itself', async () => {
    const whole = streamOf(ALL_RECORDS)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 65),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, bits, cut) => {
          const damaged = cut ? whole.slice(0, 64 + at) : whole.slice()
          if (!cut) damaged[64 + at] = (damaged[64 + at] as number) ^ bits
          expect((await compared(damaged, damaged)).differences).toEqual([])
          const { notes } = await compared(whole, damaged)
          expect(notes.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 80 },
    )
  })
})
