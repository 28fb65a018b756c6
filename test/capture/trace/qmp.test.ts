import { describe, expect, test } from 'vitest'
import { logKindOf, migrateSeries, qmpCodes, qmpLogFormat } from '../../../src/capture/index.ts'
import { encode, fixture, found, stepsOf } from './support.ts'

const stamp = (seconds: number) => `{"timestamp": {"seconds": ${seconds}, "microseconds": 500000}, `
/** As in the documentation of QEMU's qapi/vfio.json. */
const vfio = (seconds: number, id: string, state: string) =>
  `${stamp(seconds)}"event": "VFIO_MIGRATION", "data": {"device-id": "${id}", "qom-path": "/machine/peripheral/${id}", "device-state": "${state}"}}\r\n`
const migration = (seconds: number, status: string) =>
  `${stamp(seconds)}"event": "MIGRATION", "data": {"status": "${status}"}}\r\n`

describe('a real migration', () => {
  test('series of query-migrate', () => {
    const series = migrateSeries(qmpLogFormat.decode(fixture('logs/qmp-cancelled.txt')))
    expect(series.map(({ status }) => status)).toEqual([
      ...['active', 'active', 'active', 'active', 'cancelling', 'cancelled'],
    ])
    const sent = series.flatMap(({ transferred }) => (transferred === undefined ? [] : [transferred]))
    expect(sent.length).toBe(5)
    expect(sent).toEqual([...sent].sort((a, b) => a - b))
    // Of 16 MiB with the video memory that there is none of, less in each answer.
    const left = series.flatMap(({ remaining }) => (remaining === undefined ? [] : [remaining]))
    expect(left).toEqual([...left].sort((a, b) => b - a))
    expect(series[1]).toMatchObject({
      mbps: expect.closeTo(0.9864, 9),
      totalTime: expect.any(Number),
      expectedDowntime: 10,
    })
  })

  test('phases, and when the guest runs', () => {
    const kinds = (name: string) =>
      stepsOf(qmpLogFormat, fixture(`logs/${name}`)).flatMap(({ event }) =>
        event.kind === 'migration-status' ? [event.status] : event.kind === 'transfer-status' ? [] : [event.kind],
      )
    expect(kinds('qmp-completed.txt')).toEqual([
      ...['vcpus-started', 'setup', 'migration-start', 'active', 'vcpus-stopped', 'completed', 'migration-end'],
    ])
    expect(kinds('qmp-failed.txt')).toEqual([
      ...['vcpus-started', 'setup', 'migration-start', 'active', 'failed', 'migration-cancelled'],
    ])
  })

  test('the reason of a failure is said with it', () => {
    const { findings } = qmpLogFormat.inspect(fixture('logs/qmp-failed.txt'))
    expect(findings.find(({ code }) => code === 'trace/migration-failed')).toMatchObject({
      message: 'The migration failed: Unable to write to command: Broken pipe.',
    })
  })
})

test('states of VFIO devices become events, each device with its number', () => {
  const log = encode(
    vfio(10, 'a', 'pre-copy') + vfio(10, 'b', 'pre-copy') + vfio(12, 'a', 'stop-copy') + vfio(13, 'a', 'stop'),
  )
  expect(stepsOf(qmpLogFormat, log).map(({ event }) => event)).toEqual([
    { at: 0, side: 'source', kind: 'device-named', name: 'a' },
    { at: 0, side: 'source', kind: 'state-set', state: 6, result: 0 },
    { at: 0, side: 'source', kind: 'device-named', name: 'b', device: 1 },
    { at: 0, side: 'source', kind: 'state-set', state: 6, result: 0, device: 1 },
    { at: 2_000_000, side: 'source', kind: 'state-set', state: 3, result: 0 },
    { at: 3_000_000, side: 'source', kind: 'state-set', state: 1, result: 0 },
  ])
})

test('nobody has asked for the state ERROR that a device is in', () => {
  const log = encode(vfio(10, 'a', 'pre-copy') + vfio(11, 'a', 'error'))
  expect(stepsOf(qmpLogFormat, log).at(-1)?.event).toEqual({
    ...{ at: 1_000_000, side: 'source', kind: 'state-read', state: 0 },
  })
  expect(found(qmpLogFormat, log).join()).not.toContain('illegal-state-accepted')
})

test('lines of a libvirt log', () => {
  const prefix =
    '2026-11-21 09:00:00.000+0000: 123: info : qemuMonitorJSONIOProcessLine:210 : QEMU_MONITOR_RECV_EVENT: mon=0x7f0c2c0a5010 event='
  const log = encode(`${prefix}${migration(1, 'failed')}`)
  expect(logKindOf(log)).toBe('qmp-log')
  expect(found(qmpLogFormat, log).join()).toContain('trace/migration-failed')
})

describe('each finding with its smallest log', () => {
  const cases: readonly (readonly [code: keyof typeof qmpCodes.entries, text: string])[] = [
    ['trace/migration-failed', migration(1, 'failed')],
    ['trace/migration-cancelled', migration(1, 'cancelled')],
    ['trace/command-refused', '{"error": {"class": "GenericError", "desc": "no"}}\r\n'],
    ['trace/device-error', vfio(1, 'a', 'error')],
  ]
  test.each(cases)('%s', (code, text) => {
    const findings = found(qmpLogFormat, encode(text)).filter((finding) => !finding.includes(' protocol/'))
    expect(findings).toEqual([`1 ${qmpCodes.entries[code].severity} ${code}`])
  })

  test('every code has its case', () => {
    expect(cases.map(([code]) => code).sort()).toEqual(Object.keys(qmpCodes.entries).sort())
  })
})

describe('lines', () => {
  test.each([
    ['-> {"execute": "migrate", "arguments": {"uri": "tcp:host:4444"}}', false],
    ['2026-11-21 09:00:00,123 <- {"return": {}}', false],
    ['{"return":{}}', true],
    ['{"return": {"mbps": 0.98639999999999994}}', false],
    ['{"return": {"mbps": 0.9864}}', true],
    ['{"return": {"total": 18446744073709551615}}', true],
    ['{"return": 1, "return": 2}', true],
    ['{"return": "\\u00e9"}', true],
  ])('%s is the usual writing, or keeps its line', (line, isKept) => {
    const log = qmpLogFormat.decode(encode(`${line}\n`))
    expect(log.records).toMatchObject([{ kind: 'message', ...(isKept ? { raw: line } : {}) }])
    expect(log.records[0] && 'raw' in log.records[0]).toBe(isKept)
    expect(new TextDecoder().decode(qmpLogFormat.encode(log))).toBe(`${line}\n`)
  })

  test('what is no message is a line of text', () => {
    const log = encode('{"return": {}}\nConnected to QEMU\n{"return": \n')
    expect(found(qmpLogFormat, log)).toEqual(['2 warning trace/unknown-line'])
  })
})
