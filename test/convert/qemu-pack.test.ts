import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { packQemu, type QemuPackOptions, qemuRecords, sharedParts } from '../../src/convert/index.ts'
import { aheadOf, joined } from '../../src/layout/index.ts'
import { findFormat } from '../../src/registry/index.ts'
import { type RecordInput, type StreamRecord, streamParts, streamReader } from '../../src/stream/index.ts'
import { expectSame, facts, fixture } from '../qemu/fixture.ts'
import { inspect, noise, UUID } from '../stream/sample.ts'
import { allOf, compared, partsOf, piecesOf } from './compared.ts'
import * as made from './stream-builder.ts'

const vfio = (name: string) => fixture(`vfio-v2/streams/${name}.mig.gz`)
const qemu = (name: string) => fixture(`qemu/${name}/stream.bin.gz`)

const packed = async (bytes: Uint8Array, options: QemuPackOptions = {}) =>
  joined(await allOf(packQemu(piecesOf(bytes), { uuid: UUID, ahead: aheadOf(bytes), ...options })))

/** The records of a packed stream, read back. */
function recordsOf(stream: Uint8Array): StreamRecord[] {
  return (inspect(stream).value?.records ?? []) as StreamRecord[]
}

/** What the registry's format finds, which `vfmig validate` prints. */
const findingsOf = (stream: Uint8Array) =>
  findFormat('migration-stream')
    ?.inspect(stream)
    .findings.map(({ code }) => code)

interface Expected {
  readonly device_state: Readonly<Record<string, { readonly sha256: string }>>
  readonly vfio_sections: readonly {
    readonly idstr: string
    readonly records: readonly {
      readonly flag: string
      readonly length?: number
      readonly data?: string
      readonly offset: number
    }[]
  }[]
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** The state of each device by its address, chunks put together. */
function statesOf(stream: Uint8Array): Map<string, { format: string; bytes: Uint8Array }> {
  const addresses = new Map<number, string>()
  const states = new Map<string, { format: string; bytes: Uint8Array }>()
  for (const { header, payload } of recordsOf(stream)) {
    if ('address' in payload) addresses.set(header.device, payload.address)
    if (header.kind.type !== 'device-state') continue
    const address = addresses.get(header.device) ?? ''
    const before = states.get(address)
    const data = payload instanceof Uint8Array ? payload : 'data' in payload ? payload.data : new Uint8Array(0)
    const format = 'format' in payload ? payload.format : (before?.format ?? '')
    states.set(address, { format, bytes: joined([before?.bytes ?? new Uint8Array(0), data]) })
  }
  return states
}

describe('VFIO devices', () => {
  it.each([
    ['q100-1port', 'mtty-state'],
    ['q100-2dev-live', 'mtty-state'],
    ['q100-2dev-live-ack', 'mtty-state'],
    ['q100-paused', 'mtty-state'],
    ['q100-rootport', 'mtty-state'],
    ['q100-v-cfg256', 'mtty-state'],
    ['q100-v-msix256', 'mtty-state'],
    ['q100-v-msix4096-ack', 'mtty-state'],
    ['q100-v-shortreads', 'mtty-state'],
  ])('%s: the state is what others took out of the stream', async (name, format) => {
    const stream = await packed(vfio(name))
    const expected = facts<Expected>(`vfio-v2/expected/${name}.json`).device_state
    const found = Array.from(statesOf(stream), ([address, state]) => [address, state.format, sha256(state.bytes)])
    const wanted = Object.entries(expected).map(([path, state]) => [path.replace('/vfio', ''), format, state.sha256])
    expect(found).toEqual(wanted)
    expect(findingsOf(stream)).toEqual([])
  })

  it('a state that is not whole is in no format', async () => {
    const stream = await packed(vfio('q100-v-shortreads-nop2p'))
    expect(statesOf(stream).get('0000:00:02.0')).toMatchObject({ format: '', bytes: { length: 24 } })
    expect(findingsOf(stream)).toEqual(['stream/config-space-missing'])
  })

  it('config space, MSI-X table and pending bits are those of the record', async () => {
    for (const name of ['q100-1port', 'q100-v-cfg256', 'q100-v-msix256', 'q100-v-msix4096-ack']) {
      const input = vfio(name)
      const records = facts<Expected>(`vfio-v2/expected/${name}.json`).vfio_sections.flatMap(({ records }) => records)
      const at = (records.find(({ flag }) => flag === 'DEV_CONFIG_STATE')?.offset ?? 0) + 8
      const size = name.endsWith('256') ? 256 : 4096
      const vectors = name.includes('msix') ? 4 : 0
      const tableAt = at + 4 + size + 16
      const expected = [
        ['config-space', input.subarray(at + 4, at + 4 + size)],
        ['msix-table', input.subarray(tableAt, tableAt + 16 * vectors)],
        ['msix-pba', input.subarray(tableAt + 16 * vectors, tableAt + 16 * vectors + 1)],
      ] as const
      const found = recordsOf(await packed(input))
      for (const [type, bytes] of expected.slice(0, vectors === 0 ? 1 : 3)) {
        const record = found.find(({ header }) => header.kind.type === type)
        expectSame(record?.payload as Uint8Array, bytes)
      }
      if (vectors === 0) expect(found.some(({ header }) => header.kind.type === 'msix-table')).toBe(false)
    }
  })

  it('are who their config space says, migrated by vfio-v2', async () => {
    const records = recordsOf(await packed(vfio('q100-rootport')))
    const about = records.flatMap(({ payload }) => ('driver' in payload || 'variant' in payload ? [payload] : []))
    expect(about).toMatchObject([
      { vendorId: 0x4348, deviceId: 0x3253, address: '0000:00:05.0:00.0', driver: '', compatibility: '' },
      { name: 'vfio-v2' },
      { address: '0000:00:06.0:00.0' },
      { name: 'vfio-v2' },
    ])
  })

  it('a packed stream has no differences from the one that it came from', async () => {
    for (const name of ['q100-2dev-live-ack', 'q100-v-msix256', 'q100-rootport']) {
      const input = vfio(name)
      const reader = streamReader()
      const stream = await packed(input)
      const events = [...reader.push(stream), ...reader.end()]
      expect((await compared(sharedParts(partsOf(input)), sharedParts(streamParts(events)))).differences).toEqual([])
    }
  })
})

describe('memory', () => {
  interface Blocks {
    readonly ramBlocks: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>
  }

  it.each(['o2-e1000e-vnet-16m-q7', 'o2-e1000e-vnet-16m-q10', 'o13-pba-pending-q10'])(
    '%s: regions have the content that another reader found',
    async (name) => {
      const regions = new Map<number, { name: string; bytes: Uint8Array }>()
      for await (const { payload } of qemuRecords(piecesOf(qemu(name)))) {
        if ('base' in payload && 'name' in payload) {
          regions.set(payload.region, { name: payload.name, bytes: new Uint8Array(Number(payload.length)) })
        } else if ('firstPage' in payload) {
          const { bytes = new Uint8Array(0) } = regions.get(payload.region) ?? {}
          const at = 4096 * Number(payload.firstPage)
          if (payload.content === 'fill') bytes.fill(payload.data[0] as number, at, at + 4096 * payload.pages)
          else bytes.set(payload.data, at)
        }
      }
      const found = Array.from(regions.values(), ({ name: own, bytes }) => [own.replace(/^\//, ''), sha256(bytes)])
      const { ramBlocks } = facts<Blocks>(`qemu/${name}/stream.sections.json`)
      expect(Object.fromEntries(found)).toEqual(
        Object.fromEntries(Object.entries(ramBlocks).map(([own, { sha256: sum }]) => [own, sum])),
      )
    },
  )

  it('pages come in the order in which they were sent', async () => {
    const [one, two] = [noise(4096, 1), noise(4096, 2)]
    const stream = made.streamOf(
      made.head(),
      made.ramStart('pc.ram', 8),
      made.ram('PART', [
        ...[0, 1].map((at) => made.page('pc.ram', at, one)),
        ...[4, 5, 6].map((at) => made.page('pc.ram', at, 0)),
        made.page('pc.ram', 0, two),
      ]),
      made.ram('END', []),
      made.end(),
    )
    const records: RecordInput[] = await allOf(qemuRecords([stream]))
    expect(records.slice(2).map(({ payload }) => payload)).toMatchObject([
      { firstPage: 0n, pages: 2, content: 'data' },
      { firstPage: 4n, pages: 3, content: 'fill', data: Uint8Array.of(0) },
      { firstPage: 0n, pages: 1, content: 'data' },
    ])
  })
})

describe('a state that is too long to be held', () => {
  const MIB = 1 << 20
  const pieces = Array.from({ length: 5 }, (_, at) => noise(4 * MIB + at, at + 1))
  const space = new Uint8Array(256)
  space.set([0x86, 0x80, 0xca, 0x10])
  const stream = made.streamOf(
    made.head(),
    made.ramStart('pc.ram', 16),
    made.section({ kind: 'START', id: 2, name: '0000:00:02.0/vfio' }, ...made.setup()),
    ...pieces.map((piece, at) => [
      ...made.section({ kind: 'PART', id: 2 }, ...made.data(piece), made.endOfState()),
      ...made.ram('PART', [made.page('pc.ram', 2 * at, piece.subarray(0, 4096))]),
    ]),
    made.section({ kind: 'END', id: 2 }, made.endOfState()),
    made.section({ kind: 'FULL', id: 2, name: '0000:00:02.0/vfio' }, ...made.config(space)),
    made.end(),
  )

  it('is written between the pages, under a device without IDs', async () => {
    const result = await packed(stream)
    const { format, bytes } = statesOf(result).get('0000:00:02.0') ?? { format: '?', bytes: new Uint8Array(0) }
    expect(format).toBe('')
    expect(sha256(bytes)).toBe(sha256(joined(pieces)))
    expect(inspect(result).findings).toEqual([])
    const types = recordsOf(result).map(({ header }) => header.kind.type)
    expect(types.lastIndexOf('memory-pages')).toBeGreaterThan(types.indexOf('device-state'))
    expect(types.indexOf('memory-pages')).toBeLessThan(types.indexOf('device-state'))
  })
})

describe('emulated devices', () => {
  it('are packed where they are asked for, with the config space that the harness read', async () => {
    const records = recordsOf(await packed(qemu('o13-pba-pending-q10'), { allDevices: true }))
    const devices = records.flatMap(({ payload }) => ('driver' in payload ? [payload] : []))
    expect(devices.map(({ address, vendorId, deviceId }) => [address, vendorId, deviceId])).toContainEqual([
      '0000:00:02.0:00.0',
      0x8086,
      0x10c9,
    ])
    expect(devices.length).toBeGreaterThan(5)
  })

  it('are left out otherwise', async () => {
    const records = recordsOf(await packed(qemu('o13-pba-pending-q10')))
    expect(records.some(({ header }) => header.kind.type === 'device')).toBe(false)
    expect(findingsOf(await packed(qemu('o13-pba-pending-q10')))).toEqual([])
  })
})

it('the design is the first interface where the stream shows it', async () => {
  const stream = (data: Uint8Array) =>
    made.streamOf(
      made.head(),
      made.section({ kind: 'START', id: 2, name: '0000:00:02.0/vfio' }, ...made.setup()),
      made.section({ kind: 'END', id: 2 }, ...made.data(data), made.endOfState()),
      made.end(),
    )
  const designs = async (bytes: Uint8Array) =>
    (await allOf(qemuRecords([bytes]))).flatMap(({ payload }) => ('variant' in payload ? [payload.name] : []))
  expect(await designs(stream(new Uint8Array(0)))).toEqual(['vfio-v1'])
  expect(await designs(stream(new Uint8Array(1)))).toEqual(['vfio-v2'])
})
