import { describe, expect, test } from 'vitest'
import {
  collectedState,
  type IoctlLogRecord,
  ioctlLogCodes,
  ioctlLogFormat,
  qemuTraceLogFormat,
} from '../../../src/capture/index.ts'
import { V2_STATES } from '../../../src/vfio/index.ts'
import { DEVICES, encode, fixture, found, ioctlsOf, stepsOf, traceOf } from './support.ts'

const logOf = (...lines: string[]) => encode(lines.map((line) => `${line}\n`).join(''))

describe.each(DEVICES)('%s', (device) => {
  const log = ioctlLogFormat.decode(ioctlsOf(device))
  const ioctls = log.records.flatMap((record) => (record.kind === 'ioctl' ? [record] : []))

  test('every argument is its structure', () => {
    expect(ioctls.length).toBeGreaterThan(60)
    for (const { before, after, size, request } of ioctls) {
      expect(before instanceof Uint8Array && after instanceof Uint8Array, request).toBe(size === 0)
    }
  })

  test('lines that leave out what was not there say the same', () => {
    const text = Buffer.from(ioctlsOf(device)).toString()
    const short = text.split('\n').map((line) => {
      if (line === '') return line
      const { errno, out, ...members } = JSON.parse(line)
      if (members.ret === undefined) return line
      return JSON.stringify({ ...members, ...(errno === 0 ? {} : { errno }), ...(out === members.in ? {} : { out }) })
    })
    const bytes = encode(short.join('\n'))
    const { value, findings } = ioctlLogFormat.inspect(bytes)
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
    expect(value?.records.map(({ raw: _, ...record }) => record)).toEqual(log.records)
    expect(ioctlLogFormat.encode(value as typeof log)).toEqual(bytes)
  })

  test('requests are what the recorder called them', () => {
    // The recorder says behind the name which feature it asks for.
    for (const { request, name } of ioctls) expect(request).toBe(name?.split(' ')[0])
  })
})

describe.each(['direct-1port', 'direct-2port'])('%s', (device) => {
  const state = (name: string) => fixture(`vfio-v2/ioctl/${device}/state-${name}.bin`)
  const log = ioctlLogFormat.decode(ioctlsOf(device))

  test('device states are collected as they were read', () => {
    const states = collectedState(log)
    expect(states.map(({ direction }) => direction)).toEqual(['saved', 'saved', 'saved'])
    expect(states.map(({ bytes }) => bytes)).toEqual([state('precopy-total'), state('stopcopy'), state('stopcopy')])
    const [first] = states
    const parts = [state('precopy-part'), state('stopcopy-part')]
    expect(first?.pieces.map(({ length }) => length)).toEqual(parts.map(({ length }) => length))
    for (const { record } of first?.pieces ?? []) expect(log.records[record]?.kind).toBe('read')
  })

  test('a migration has the states and sizes that QEMU traces for the same device', () => {
    const ioctl = stepsOf(ioctlLogFormat, ioctlsOf(device)).map(({ event }) => event)
    const qemu = stepsOf(qemuTraceLogFormat, traceOf('q100-2dev-live')).map(({ event }) => event)
    const number = device === 'direct-1port' ? undefined : 1
    type Events = typeof ioctl
    const ways = (events: Events, which: number | undefined) => {
      const own = events.filter((event) => !('device' in event) || event.device === which)
      const states = own.flatMap((event) =>
        event.kind === 'state-set' ? [V2_STATES[event.state as keyof typeof V2_STATES]] : [],
      )
      const from = states.indexOf('PRE_COPY')
      const sizes = own.flatMap((event) => (event.kind === 'data-read' && event.bytes > 0 ? [event.bytes] : []))
      return { states: states.slice(from, from + 4), sizes: sizes.slice(0, 2) }
    }
    const expected = { states: ['PRE_COPY', 'PRE_COPY_P2P', 'STOP_COPY', 'STOP'] }
    expect(ways(ioctl, undefined)).toMatchObject(expected)
    expect(
      ways(
        qemu.filter((event) => deviceIn(event) === number),
        number,
      ),
    ).toEqual(ways(ioctl, undefined))
  })

  test('features, states and refusals become events', () => {
    const events = stepsOf(ioctlLogFormat, ioctlsOf(device)).map(({ event }) => event)
    const of = (kind: string) => events.filter((event) => event.kind === kind)
    expect(of('device-named')).toMatchObject([{ name: expect.stringContaining('83b8f4f2-') }])
    expect(of('migration-features')).toMatchObject([{ stopCopy: true, p2p: true, preCopy: true }])
    expect(of('stop-copy-size')).toMatchObject([{ bytes: state('stopcopy').length }])
    expect(of('precopy-info')).toMatchObject([
      { initialBytes: 24, dirtyBytes: 0, result: 0 },
      { initialBytes: 0, result: 0 },
      { result: -22 },
    ])
    expect(of('dma-logging')).toMatchObject([{ on: true, ranges: 2, pageSize: 4096 }, { on: false }])
    expect(of('dirty-tracking')).toMatchObject([{ on: true }, { on: false }])
    expect(of('bitmap-queried')).toMatchObject([
      { start: 256, pages: 256, result: 0 },
      { start: 1, pages: 16, result: -95 },
    ])
    expect(of('state-set').filter((event) => 'result' in event && (event.result ?? 0) < 0)).toMatchObject([
      { state: 0, result: -22 },
      { state: 99, result: -22 },
      { state: 2, result: -22 },
    ])
    expect(of('device')).toMatchObject([{ state: 'reset' }])
  })
})

function deviceIn(event: object): unknown {
  return 'device' in event ? event.device : undefined
}

const RESET =
  '{"seq":0,"fd":"device","ioctl":"VFIO_DEVICE_RESET","cmd":15215,"ret":0,"errno":0,"size":0,"in":"","out":""}'
const state = (seq: number, device: string, number: string) =>
  `{"seq":${seq},"device":"${device}","fd":"device","cmd":15221,"ret":0,"errno":0,"in":"100000000200020${number}","out":"100000000200020${number}"}`

describe('each finding with its smallest log', () => {
  const cases: readonly (readonly [code: keyof typeof ioctlLogCodes.entries, log: Uint8Array])[] = [
    ['trace/unknown-request', logOf('{"fd":"device","cmd":15360,"ret":0,"errno":0,"in":"","out":""}')],
    ['trace/wrong-file', logOf('{"fd":"group","cmd":15215,"ret":0,"errno":0,"in":"","out":""}')],
    [
      'trace/name-differs',
      logOf('{"fd":"container","ioctl":"VFIO_DEVICE_PCI_HOT_RESET","cmd":15217,"ret":0,"errno":0,"in":"","out":""}'),
    ],
    [
      'trace/argument-short',
      logOf('{"fd":"group","cmd":15207,"ret":0,"errno":0,"in":"0900000000000000","out":"0800000000000000"}'),
    ],
    [
      'trace/argument-sizes-differ',
      logOf('{"fd":"group","cmd":15208,"ret":0,"errno":0,"size":8,"in":"04000000","out":"04000000"}'),
    ],
    ['trace/argument-undecoded', logOf('{"fd":"group","cmd":15208,"ret":0,"errno":0,"in":"0400","out":"0400"}')],
    ['trace/error-without-failure', logOf('{"fd":"device","cmd":15215,"ret":0,"errno":22,"in":"","out":""}')],
    ['trace/sequence-gap', logOf('{"seq":1,"note":"a"}', '{"seq":3,"note":"b"}')],
    ['trace/data-size-differs', logOf('{"read":"data_fd","ret":2,"errno":0,"data":"00"}')],
  ]
  test.each(cases)('%s', (code, log) => {
    const findings = ioctlLogFormat.inspect(log).findings.filter((finding) => !finding.code.startsWith('protocol/'))
    expect(new Set(findings.map((finding) => finding.code))).toEqual(new Set([code]))
    const last = log.subarray(0, -1).lastIndexOf(0x0a) + 1
    expect(findings.at(-1)).toMatchObject({ offset: last, length: log.length - last })
  })

  test('every code has its case', () => {
    expect(cases.map(([code]) => code).sort()).toEqual(Object.keys(ioctlLogCodes.entries).sort())
  })

  test('a result below zero without an error', () => {
    const log = logOf('{"fd":"device","cmd":15215,"ret":-1,"errno":0,"in":"","out":""}')
    expect(found(ioctlLogFormat, log)).toContain('1 warning trace/error-without-failure')
  })

  test('what the structure of a refused request says', () => {
    // Neither get, set nor a probe is asked for: EINVAL.
    const log = logOf(
      '{"fd":"device","cmd":15221,"ret":-1,"errno":22,"in":"0800000007000000","out":"0800000007000000"}',
    )
    expect(ioctlLogFormat.inspect(log).findings).toMatchObject([
      { code: 'vfio/feature-operation', path: ['records', 0, 'before', 'flags'], line: 1 },
    ])
  })
})

test('the rules of migration v2 judge the log, at the bytes of the line', () => {
  // From STOP_COPY back to PRE_COPY, which no driver may accept.
  const lines = [
    state(0, 'a', '0060000000a000000'),
    state(1, 'a', '003000000ffffffff'),
    state(2, 'a', '006000000ffffffff'),
  ]
  const log = logOf(...lines)
  const { findings } = ioctlLogFormat.inspect(log)
  const finding = findings.find(({ code }) => code === 'protocol/stop-copy-to-pre-copy')
  const [first = '', second = '', third = ''] = lines
  expect(finding).toMatchObject({ line: 3, offset: first.length + second.length + 2, length: third.length + 1 })
  expect(found(ioctlLogFormat, log, { design: 'none' })).toEqual([])
})

test('two devices have numbers in the order in which they appear', () => {
  const log = logOf(
    state(0, 'x', '003000000ffffffff'),
    state(1, 'y', '003000000ffffffff'),
    state(2, 'x', '001000000ffffffff'),
  )
  expect(stepsOf(ioctlLogFormat, log, { side: 'destination' }).map(({ record, event }) => [record, event])).toEqual([
    [0, { at: 0, side: 'destination', kind: 'device-named', name: 'x' }],
    [0, { at: 0, side: 'destination', kind: 'state-set', state: 3, result: 0, dataFd: -1 }],
    [1, { at: 1, side: 'destination', kind: 'device-named', name: 'y', device: 1 }],
    [1, { at: 1, side: 'destination', kind: 'state-set', state: 3, result: 0, dataFd: -1, device: 1 }],
    [2, { at: 2, side: 'destination', kind: 'state-set', state: 1, result: 0, dataFd: -1 }],
  ])
})

test('times count from the first', () => {
  const log = logOf('{"time":10.5,"read":"data_fd","ret":0,"errno":0,"data":""}', '{"time":10.75,"close":"data_fd"}')
  expect(stepsOf(ioctlLogFormat, log).map(({ event }) => [event.at, event.kind])).toEqual([
    [0, 'data-read'],
    [250_000, 'data-closed'],
  ])
})

test('the byte order is an option', () => {
  const line = '{"fd":"group","cmd":15207,"ret":0,"errno":0,"in":"0000000800000001","out":"0000000800000001"}'
  const [big] = ioctlLogFormat.decode(logOf(line), { byteOrder: 'big' }).records
  expect(big).toMatchObject({ before: { argsz: 8, flags: { viable: true } } })
  expect(found(ioctlLogFormat, logOf(line), { byteOrder: 'big' })).toEqual([])
})

describe('values', () => {
  const decoded = ioctlLogFormat.decode(logOf(RESET))
  const [record] = decoded.records as [IoctlLogRecord]

  test('are short where the line is the usual one', () => {
    expect(record).toEqual({
      kind: 'ioctl',
      seq: 0,
      fd: 'device',
      request: 'VFIO_DEVICE_RESET',
      name: 'VFIO_DEVICE_RESET',
      number: 15215,
      result: 0,
      errno: 0,
      size: 0,
      before: new Uint8Array(0),
      after: new Uint8Array(0),
    })
  })

  test('may be changed', () => {
    const changed = { records: [{ ...record, result: -1, errno: 'EBUSY', note: 'busy' }] } as typeof decoded
    const line = new TextDecoder().decode(ioctlLogFormat.encode(changed))
    expect(line).toBe(`${RESET.replace('"ret":0,"errno":0', '"ret":-1,"errno":16').slice(0, -1)},"note":"busy"}\n`)
  })

  test.each([
    ['a request that is not that of its number', { ...record, request: 'VFIO_DEVICE_FEATURE' }],
    ['a member that the line does not have', { ...record, other: 1 }],
    ['a raw line that says something else', { ...record, raw: RESET.replace('15215', '15216') }],
  ])('%s is refused', (_, changed) => {
    const encodeChanged = () => ioctlLogFormat.encode({ records: [changed] } as typeof decoded)
    expect(encodeChanged).toThrow(expect.objectContaining({ code: 'trace/record-differs' }))
  })
})
