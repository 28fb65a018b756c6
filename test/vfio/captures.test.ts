import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Format, fromHex } from '../../src/layout/index.ts'
import {
  deviceInfoFormat,
  dmaLoggingRangesFormat,
  type FileKind,
  iommuInfoFormat,
  irqInfosFormat,
  pciHotResetInfoFormat,
  readArgument,
  regionInfosFormat,
  resolveRequest,
} from '../../src/vfio/index.ts'

// Arguments of a real kernel, recorded before and after each request.

const root = new URL('../../fixtures/vfio-v2/ioctl/', import.meta.url)
const devices = readdirSync(root).sort()

interface Recorded {
  readonly seq: number
  readonly fd?: string
  readonly ioctl?: string
  readonly cmd: number
  readonly size: number
  readonly ret: number
  readonly in: string
  readonly out: string
  readonly note?: string
}

interface Call extends Recorded {
  readonly kind: FileKind
  readonly name: string
  readonly before: Uint8Array
  readonly after: Uint8Array
}

function callsOf(device: string): Call[] {
  const text = gunzipSync(readFileSync(new URL(`${device}/ioctls.jsonl.gz`, root))).toString()
  const lines = text.trim().split('\n')
  return lines
    .map((line) => JSON.parse(line) as Recorded)
    .filter(({ ioctl }) => ioctl !== undefined)
    .map((call) => ({
      ...call,
      kind: call.fd === 'data_fd' ? 'migration-data' : (call.fd as FileKind),
      // Features have the name and the operation behind the request.
      name: (call.ioctl as string).split(' ')[0] as string,
      before: fromHex(call.in) as Uint8Array,
      after: fromHex(call.out) as Uint8Array,
    }))
}

/** Paths of bytes that have no meaning: opaque parts, gaps, and what follows a structure. */
function unexplained(value: unknown, path: readonly string[] = []): string[] {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return []
  return Object.entries(value).flatMap(([name, part]) => {
    const here = [...path, name]
    const isRun = part instanceof Uint8Array && (name === 'opaque' || name === 'trailing' || name === 'bytes')
    return isRun ? [here.join('.')] : unexplained(part, here)
  })
}

/** Whether bytes that stand where nothing was asked for are all zero: the rest of a buffer. */
function spare(value: unknown): Uint8Array {
  const { room, following } = (value ?? {}) as { room?: Uint8Array; following?: Uint8Array }
  return Uint8Array.from([...(room ?? []), ...(following ?? [])])
}

describe.each(devices)('%s', (device) => {
  const calls = callsOf(device)
  const argumentsOf = calls.flatMap((call) => [
    { call, when: 'before', bytes: call.before },
    { call, when: 'after', bytes: call.after },
  ])

  test('every request has the name that was recorded', () => {
    expect(calls.length).toBeGreaterThan(50)
    const found = calls.map(({ seq, cmd, kind }) => `${seq} ${resolveRequest(cmd, kind)?.name}`)
    expect(found).toEqual(calls.map(({ seq, name }) => `${seq} ${name}`))
  })

  test('every argument decodes without errors and warnings, and back', () => {
    for (const { call, when, bytes } of argumentsOf) {
      const what = `${call.seq} ${call.ioctl} ${when}`
      const { format, value, findings } = readArgument(call.name, bytes)
      const serious = findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code)
      expect([what, ...serious]).toEqual([what])
      expect(call.size).toBe(bytes.length)
      if (bytes.length === 0) continue
      expect([what, ...unexplained(value)]).toEqual([what])
      expect(spare(value).every((byte) => byte === 0)).toBe(true)
      expect(format?.encode(value)).toEqual(bytes)
      const json = JSON.parse(JSON.stringify(format?.toJson(value)))
      expect(format?.encode(format?.fromJson(json))).toEqual(bytes)
    }
  })

  const files: readonly (readonly [name: string, format: unknown])[] = [
    ['device-info.bin', deviceInfoFormat],
    ['region-infos.bin', regionInfosFormat],
    ['irq-infos.bin', irqInfosFormat],
    ['iommu-info.bin', iommuInfoFormat],
    ['hot-reset-info.bin', pciHotResetInfoFormat],
  ]
  const names = readdirSync(new URL(`${device}/`, root))
  test.each(files.filter(([name]) => names.includes(name)))('%s', (name, given) => {
    const format = given as Format
    const bytes = Uint8Array.from(readFileSync(new URL(`${device}/${name}`, root)))
    const { value, findings } = format.inspect(bytes)
    expect(findings).toEqual([])
    expect(unexplained(value)).toEqual([])
    expect(spare(value).length).toBe(0)
    expect(format.encode(value)).toEqual(bytes)
    const covered = format.fields(bytes).reduce((most, { offset, length }) => Math.max(most, offset + length), 0)
    expect(covered).toBe(bytes.length)
  })
})

/** What the program that recorded them notes, against what we read. */
describe('what was recorded', () => {
  const calls = callsOf('direct-1port')
  const values = (note: string) =>
    calls
      .filter((call) => call.note === note || call.ioctl === note)
      .map(({ name, after }) => readArgument(name, after).value as Record<string, unknown>)

  test('a device that can do all of migration version 2', () => {
    expect(values('VFIO_DEVICE_FEATURE MIGRATION GET')).toMatchObject([
      { flags: { feature: 'migration', get: true }, data: { flags: { stopCopy: true, p2p: true, preCopy: true } } },
    ])
    expect(values('VFIO_DEVICE_FEATURE MIG_DATA_SIZE GET')).toMatchObject([{ data: { stopCopyLength: 60n } }])
  })

  test.each([
    ['initial', 'RUNNING', -1],
    ['RUNNING->PRE_COPY', 'PRE_COPY', 8],
    ['PRE_COPY->PRE_COPY_P2P', 'PRE_COPY_P2P', -1],
    ['PRE_COPY_P2P->STOP_COPY', 'STOP_COPY', -1],
    ['STOP_COPY->STOP', 'STOP', -1],
    ['RUNNING->RESUMING', 'RESUMING', 8],
    ['RUNNING->ERROR (refused)', 'ERROR', -1],
    ['RUNNING->99 (refused)', 99, -1],
  ])('%s', (note, deviceState, dataFd) => {
    expect(values(note)[0]).toMatchObject({ data: { deviceState, dataFd } })
  })

  test('the log of dirty pages', () => {
    expect(values('VFIO_DEVICE_FEATURE DMA_LOGGING_START SET')).toMatchObject([
      { data: { pageSize: 4096n, numRanges: 2, reserved: 0 } },
    ])
    expect(values('VFIO_DEVICE_FEATURE DMA_LOGGING_REPORT GET')).toMatchObject([
      { data: { iova: 0x1000n, length: 0x10000n, pageSize: 4096n } },
    ])
    // The array that its pointer led to, as a note has it.
    const ranges = fromHex('0010000000000000000001000000000000001000000000000000200000000000') as Uint8Array
    expect(dmaLoggingRangesFormat.inspect(ranges)).toMatchObject({
      value: {
        ranges: [
          { iova: 0x1000n, length: 0x10000n },
          { iova: 0x100000n, length: 0x200000n },
        ],
      },
      findings: [],
    })
    expect(values('VFIO_IOMMU_DIRTY_PAGES')).toMatchObject([
      { flags: { start: true } },
      { range: { iova: 0x100000n, size: 0x100000n, bitmap: { pgsize: 4096n, size: 32n } } },
      { flags: { stop: true } },
    ])
  })

  test('what is left of the first copy', () => {
    expect(values('VFIO_MIG_GET_PRECOPY_INFO').map(({ initialBytes }) => initialBytes)).toEqual([24n, 0n, 0n])
  })

  test('an answer that had too little room, and the one that was asked again', () => {
    const [first, second] = calls.filter(({ name }) => name === 'VFIO_IOMMU_GET_INFO')
    const read = (call: Call | undefined) => readArgument(call?.name as string, call?.after as Uint8Array)
    expect(read(first).findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'info vfio/capabilities-left-out',
    ])
    expect(read(second).value).toMatchObject({ capabilities: [{ header: { id: 2 } }, { header: { id: 3 } }] })
  })

  test('the VF: its siblings, its interrupts, the ranges of its IOMMU', () => {
    const file = (name: string) => Uint8Array.from(readFileSync(new URL(`igb-virtfn0/${name}`, root)))
    expect(pciHotResetInfoFormat.decode(file('hot-reset-info.bin'))).toMatchObject({
      count: 3,
      devices: [
        { bus: 1, devfn: { device: 0, function: 0 } },
        { bus: 1, devfn: { device: 16, function: 0 } },
        { bus: 1, devfn: { device: 16, function: 2 } },
      ],
    })
    const { answers } = irqInfosFormat.decode(file('irq-infos.bin'))
    expect(answers[0]).toMatchObject({ index: 0, count: 0 })
    const { capabilities } = iommuInfoFormat.decode(file('iommu-info.bin'))
    expect(capabilities.map(({ header }) => header.id)).toEqual([2, 3, 1])
    expect(capabilities[2]?.body).toMatchObject({
      iovaRanges: [
        { start: 0n, end: 0xfedfffffn },
        { start: 0xfef00000n, end: 0xffffffffffffn },
      ],
    })
    const regions = regionInfosFormat.decode(file('region-infos.bin')).answers
    expect(regions.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(regions[3]?.capabilities).toMatchObject([{ offset: 32, header: { id: 3, next: 0 } }])
  })
})
