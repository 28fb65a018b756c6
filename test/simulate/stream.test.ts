import { describe, expect, test } from 'vitest'
import { isOpaque, joined, parseOptions } from '../../src/layout/index.ts'
import { designs, eventLine } from '../../src/protocol/index.ts'
import { findFormat } from '../../src/registry/index.ts'
import { RAM_PAGES } from '../../src/simulate/guest/memory-map.ts'
import { PAGE, Ram } from '../../src/simulate/guest/ram.ts'
import { simulate } from '../../src/simulate/index.ts'
import { readStream } from '../../src/simulate/stream/reader.ts'
import { decodeRecords } from '../../src/simulate/vfio/records.ts'
import { type MigrationStream, NO_DEVICE, type StreamRecord, streamCodes } from '../../src/stream/index.ts'

const format = findFormat('migration-stream')
if (format === undefined) throw new Error('There is no format migration-stream.')

const names = designs.map(({ name }) => name)
const everyRun = names.flatMap((name) => [1, 2].map((seed) => ({ name, seed })))
const faults = designs.flatMap(({ name, faults }) => Object.keys(faults).map((fault) => ({ name, fault })))

/** The records of a stream that has nothing wrong in its framing and is written back as it was. */
function recordsOf(bytes: Uint8Array): StreamRecord[] {
  const { value, findings } = format?.inspect(bytes) ?? { value: undefined, findings: [] }
  const framing = findings.filter(
    ({ code, severity }) => severity === 'error' && Object.hasOwn(streamCodes.entries, code),
  )
  expect(framing).toEqual([])
  expect(Buffer.compare(format?.encode(value) ?? new Uint8Array(), bytes)).toBe(0)
  return (value as MigrationStream).records.map((record) => {
    if (isOpaque(record)) throw new Error('Bytes are in no record.')
    return record
  })
}

type Payload = Record<string, never> & {
  [name: string]: string | number | bigint | Uint8Array
}

/** Payloads of the records of a type, as far as they begin a part. */
const payloads = (records: readonly StreamRecord[], type: string) =>
  records
    .filter(({ header }) => header.kind.type === type && header.chunk === 0)
    .map(({ payload }) => payload as unknown as Payload)

/** The states of devices: format, options, and the data of all chunks. */
function statesOf(records: readonly StreamRecord[]) {
  const states: { format: string; options: string; data: Uint8Array }[] = []
  for (const { header, payload } of records) {
    if (header.kind.type !== 'device-state') continue
    const last = states.at(-1)
    if (header.chunk === 0) states.push({ ...(payload as unknown as (typeof states)[number]) })
    else if (last !== undefined) last.data = joined([last.data, payload as Uint8Array])
  }
  return states
}

/** Memory that has nothing in it but the pages of a stream. */
function replayed(records: readonly StreamRecord[]): Ram {
  const [region] = payloads(records, 'memory-region')
  const ram = new Ram(Number(region?.length) / Number(region?.pageSize))
  for (const { firstPage, pages, content, data } of payloads(records, 'memory-pages')) {
    for (let index = 0; index < Number(pages); index++) {
      const bytes = data as unknown as Uint8Array
      const page = ram.page(Number(firstPage) + index)
      if (String(content) === 'fill') page.fill(bytes[0] as number)
      else page.set(bytes.subarray(index * PAGE, (index + 1) * PAGE))
    }
  }
  return ram
}

const HOLD_RECORDS = ['vendor-ops', 'vfio-v1', 'vfio-v2']

describe.each(everyRun)('$name, seed $seed', ({ name, seed }) => {
  const run = simulate(name, seed)
  const bytes = run.migrationStream()
  const records = recordsOf(bytes)

  test('every event is there, in its order', () => {
    expect(payloads(records, 'trace-event').map(({ line }) => line)).toEqual(run.events.map(eventLine))
  })

  test('memory and state are those of the stream of QEMU', () => {
    const states = statesOf(records)
    const ram = new Ram(RAM_PAGES)
    const data: Uint8Array[] = []
    let section = 0
    readStream(run.stream, ram, (_, body) => {
      if (HOLD_RECORDS.includes(name)) {
        const { records, length } = decodeRecords(body)
        for (const record of records) if (record.tag === 'DEV_DATA_STATE') data.push(record.data)
        return length
      }
      const state = states[section++]?.data ?? new Uint8Array()
      expect(Buffer.compare(body.subarray(0, state.length), state)).toBe(0)
      return state.length
    })
    expect(Buffer.compare(replayed(records).bytes, ram.bytes)).toBe(0)
    if (HOLD_RECORDS.includes(name)) {
      expect(states).toHaveLength(1)
      expect(Buffer.compare(joined(data), states[0]?.data ?? new Uint8Array())).toBe(0)
    } else expect(section).toBe(states.length)
  })

  test('what the source gave up is what it was stopped with', () => {
    const [config, table, pba] = ['config-space', 'msix-table', 'msix-pba'].map(
      (type) => payloads(records, type)[0] as unknown as Uint8Array,
    )
    expect([config?.length, table?.length, pba?.length]).toEqual([4096, 48, 8])
    expect(pba?.every((byte) => byte === 0)).toBe(true)
    for (const [type, of] of Object.entries({ 'pci-config-space': config, 'msix-table': table, 'msix-pba': pba })) {
      const { findings } = findFormat(type)?.inspect(of ?? new Uint8Array()) ?? { findings: undefined }
      expect(findings?.filter(({ severity }) => severity === 'error')).toEqual([])
    }
    const [device] = payloads(records, 'device')
    // A device says that it is of those whose driver frames its state.
    const [vendorId, deviceId] = name === 'vfio-v2' ? [0x15b3, 0x101e] : [0x8086, 0x10ed]
    expect(device).toMatchObject({ vendorId, deviceId, subsystemVendorId: vendorId, subsystemId: 3 })
    expect(device).toMatchObject({ classCode: 0x020000, revisionId: 1 })
    expect(payloads(records, 'design')).toMatchObject([{ name }])
    expect(payloads(records, 'note')).toEqual([{ note: `vfmig simulate ${name} --seed ${seed}` }])
  })

  test('the state is read without a finding by the format that it names', () => {
    for (const { format: named, options, data } of statesOf(records)) {
      if (named === '') continue
      const found = findFormat(named)
      expect(found, named).toBeDefined()
      const values = parseOptions(found?.options ?? {}, options === '' ? [] : options.split('\n'))
      const { value, findings } = found?.inspect(data, values) ?? { value: undefined, findings: [] }
      expect(value).toBeDefined()
      const serious = findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code)
      expect(serious).toEqual([])
    }
  })

  test('each round sends the pages of its bitmap', () => {
    const sent = new Map<number, number[]>()
    for (const { round, firstPage, pages } of payloads(records, 'memory-pages')) {
      const list = sent.get(Number(round)) ?? []
      sent.set(Number(round), [...list, ...Array.from({ length: Number(pages) }, (_, at) => Number(firstPage) + at)])
    }
    const bitmaps = payloads(records, 'dirty-bitmap')
    expect(bitmaps.map(({ round }) => Number(round))).toEqual([...sent.keys()])
    expect(bitmaps).toHaveLength(run.rounds)
    for (const { round, pages, data } of bitmaps) {
      expect(Number(pages)).toBe(RAM_PAGES)
      const set = Array.from({ length: RAM_PAGES }, (_, page) => page).filter(
        (page) => (((data as unknown as Uint8Array)[page >> 3] as number) >> (page & 7)) & 1,
      )
      expect(sent.get(Number(round))).toEqual(set)
    }
    expect([...sent.values()].flat()).toHaveLength(run.pagesSent)
  })
})

test.each(faults)('$name: a run with the fault $fault is recorded whole', ({ name, fault }) => {
  const run = simulate(name, 1, fault)
  const records = recordsOf(run.migrationStream())
  expect(payloads(records, 'trace-event')).toHaveLength(run.events.length)
  // Records are only of devices that the stream has introduced before.
  const known = new Set([NO_DEVICE])
  for (const { header } of records) {
    if (header.kind.type === 'device') known.add(header.device)
    expect(known.has(header.device), String(header.kind.type)).toBe(true)
  }
})

test('the same run gives the same bytes, another one another UUID', () => {
  const bytes = simulate('bridge', 1).migrationStream()
  expect(Buffer.compare(simulate('bridge', 1).migrationStream(), bytes)).toBe(0)
  const others = [simulate('bridge', 2), simulate('vfio-v1', 1), simulate('bridge', 1, 'guest-silent')]
  const uuids = [bytes, ...others.map((run) => run.migrationStream())].map((stream) =>
    Buffer.from(stream.subarray(24, 40)).toString('hex'),
  )
  expect(new Set(uuids).size).toBe(4)
  for (const uuid of uuids) expect(uuid).toMatch(/^.{12}8.{3}[89ab].{15}$/)
})

/** States by the numbers of linux/vfio.h, version 1 as bits: running 1, saving 2, resuming 4. */
test.each([
  ['vfio-v1', ['source 1-3', 'source 3-2', 'source 2-0', 'destination 1-4', 'destination 4-1']],
  [
    'vfio-v2',
    ['source 2-6', 'source 6-7', 'source 7-3', 'source 3-1', 'destination 2-4', 'destination 4-5', 'destination 5-2'],
  ],
] as const)('%s: the states that were asked for', (name, expected) => {
  const transitions = payloads(recordsOf(simulate(name, 1).migrationStream()), 'state-transition')
  expect(transitions.map(({ side, from, to }) => `${side} ${from}-${to}`)).toEqual(expected)
  const times = transitions.map(({ time }) => Number(time))
  expect(times[0]).toBe(0)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  for (const payload of transitions) expect(payload).toMatchObject({ interface: name, result: 0 })
})

test('a request that is refused leaves the state as it was', () => {
  const records = recordsOf(simulate('vfio-v2', 1, 'stop-copy-refused').migrationStream())
  const [last] = payloads(records, 'state-transition').slice(-1)
  expect(last).toMatchObject({ from: 7, to: 3, result: -22 })
})

test.each([
  [undefined, ['raised', 'raised']],
  ['vector-masked', ['lost', 'lost']],
])('interrupts of the mailbox with the fault %s', (fault, expected) => {
  const records = recordsOf(simulate('faked-capability', 1, fault).migrationStream())
  const events = payloads(records, 'irq-event')
  expect(events.map(({ what, vector }) => [what, vector])).toEqual(expected.map((what) => [what, 2]))
})

test('a second device is introduced', () => {
  const records = recordsOf(simulate('vfio-v2', 1, 'no-peer-to-peer').migrationStream())
  const devices = records.filter(({ header }) => header.kind.type === 'device').map(({ header }) => header.device)
  expect(devices).toEqual([0, 1])
})

test.each([
  ['vfio-v2', 'mlx5-state', ''],
  [
    'device-state-regions',
    'device-state-2019-body',
    'msi64=false\nsection=start\nconfigRegion=65536\nmemoryRegion=16384\nmemory=changed',
  ],
] as const)('%s names the format of its state, which is judged against the device', (name, named, options) => {
  const bytes = simulate(name, 1).migrationStream()
  const [first] = statesOf(recordsOf(bytes))
  expect(first).toMatchObject({ format: named, options })
  const { findings } = format?.inspect(bytes) ?? { findings: [] }
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
})

test('data that is short does not fit its format', () => {
  const bytes = simulate('vfio-v2', 1, 'short-data').migrationStream()
  const { findings } = format?.inspect(bytes) ?? { findings: [] }
  expect(findings.some(({ severity, path }) => severity === 'error' && path.includes('data'))).toBe(true)
})
