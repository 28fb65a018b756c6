import { describe, expect, test } from 'vitest'
import { qemuTraceLogFormat } from '../../../src/capture/index.ts'
import type { Side, TraceEvent } from '../../../src/protocol/index.ts'
import { V2_STATES } from '../../../src/vfio/index.ts'
import { encode, factsOf, fixture, found, MIGRATIONS, stepsOf, traceOf } from './support.ts'

const eventsOf = (bytes: Uint8Array): TraceEvent[] => stepsOf(qemuTraceLogFormat, bytes).map(({ event }) => event)

type Kind = TraceEvent['kind']
function of<K extends Kind>(events: readonly TraceEvent[], side: Side, kind: K) {
  return events.filter((event): event is Extract<TraceEvent, { kind: K }> => event.side === side && event.kind === kind)
}

describe.each(MIGRATIONS)('%s', (migration) => {
  const facts = factsOf(migration)
  const events = eventsOf(traceOf(migration))

  test('reads as many bytes of each device as stand in the stream', () => {
    const inStream = facts.vfio_sections.flatMap(({ records }) =>
      records.flatMap(({ flag, length }) => (flag === 'DEV_DATA_STATE' ? [length] : [])),
    )
    const read = of(events, 'source', 'data-read').map(({ bytes }) => bytes)
    // With device state on channels of their own, more is read than the main channel has.
    if (migration.includes('multifd')) expect(read.slice(0, inStream.length)).toEqual(inStream)
    else expect(read).toEqual(inStream)
  })

  test('begins the sections that the stream has', () => {
    // The configuration (FULL) is traced under the same name, START is not.
    const inStream = facts.vfio_sections.filter(({ type_byte: type }) => type === 2 || type === 3)
    const begun = of(events, 'source', 'stream-section').filter(({ action }) => action === 'begin')
    const parts = begun.filter(({ name }) => name?.endsWith('/vfio')).map(({ section, name }) => `${section} ${name}`)
    const wanted = inStream.map(({ section_id: id, idstr }) => `${id} ${idstr}`)
    expect(parts.filter((part) => wanted.includes(part)).length).toBe(parts.length)
    for (const part of new Set(wanted)) expect(parts).toContain(part)
  })

  test('sets the states that QMP reported', () => {
    for (const side of ['source', 'destination'] as const) {
      const reported = facts[`vfio_events_${side}`]
      if (reported === undefined) continue
      const names = events.flatMap((event) => {
        if (event.side !== side) return []
        // A reset device runs, and QMP says so.
        if (event.kind === 'device') return ['running']
        if (event.kind !== 'state-set' || (event.result ?? 0) < 0) return []
        return [V2_STATES[event.state as keyof typeof V2_STATES].toLowerCase().replaceAll('_', '-')]
      })
      // The monitor listened a while later, and the machines were ended after it stopped.
      expect(names.join()).toContain(reported.join())
    }
  })

  test('ends as it did', () => {
    const ended = events.filter(({ kind }) => kind === 'migration-end' || kind === 'migration-cancelled')
    const wanted = facts.source_result === 'completed' ? 'migration-end' : 'migration-cancelled'
    expect(ended).toMatchObject([{ side: 'source', kind: wanted }])
  })

  test('loads what was saved', () => {
    if (facts.vfio_events_destination === undefined || migration.includes('multifd')) return
    const saved = of(events, 'source', 'data-read').map(({ bytes }) => bytes)
    expect(of(events, 'destination', 'data-written').map(({ bytes }) => bytes)).toEqual(saved)
    const tags = of(events, 'destination', 'stream-record').map(({ tag }) => tag)
    const records = facts.vfio_sections.flatMap(({ records: all }) => all.map(({ flag }) => flag))
    // The end of a section is read and not traced.
    expect(tags).toEqual(records.filter((tag) => tag !== 'END_OF_STATE'))
  })
})

test('the guest stops before its devices do, and runs after all of them', () => {
  const order = eventsOf(traceOf('q100-2dev-live')).flatMap((event) => {
    if (event.kind === 'vcpus-stopped' || event.kind === 'vcpus-started') return [event.kind]
    return event.kind === 'state-set' ? [`${event.device ?? 0} ${event.state}`] : []
  })
  expect(order).toEqual([
    ...['0 5', '1 5', '0 2', '1 2', 'vcpus-started', '0 6', '1 6'],
    ...['vcpus-stopped', '1 7', '0 7', '1 3', '0 3', '0 1', '1 1'],
  ])
})

test('a refused state, and the reset that QEMU makes where the way back is refused, too', () => {
  const events = eventsOf(traceOf('q100-v-shortreads-nop2p')).filter(
    ({ kind }) => kind === 'state-set' || kind === 'device',
  )
  expect(events).toMatchObject([
    { kind: 'state-set', state: 6, result: 0 },
    { kind: 'state-set', state: 3, result: -1 },
    { kind: 'device', state: 'reset' },
  ])
})

test('a refused state, and the way back', () => {
  const log = [
    'vfio_migration_set_state  (dev) new state RESUMING, recover state RUNNING',
    'vfio_migration_set_device_state  (dev) state RUNNING',
    // In that state already: nothing is asked of the device.
    'vfio_migration_set_state  (dev) new state RUNNING, recover state ERROR',
  ]
  expect(eventsOf(encode(`${log.join('\n')}\n`))).toMatchObject([
    { kind: 'device-named' },
    { kind: 'state-set', state: 4, result: -1 },
    { kind: 'state-set', state: 2, result: 0 },
  ])
})

describe('lines', () => {
  const first = (line: string) => qemuTraceLogFormat.decode(encode(`${line}\n`)).records[0]

  const cases: readonly (readonly [line: string, record: object])[] = [
    [
      '12345@1690000000.123456:vfio_save_block  (0000:01:10.0) data_size 24',
      {
        kind: 'event',
        prefix: '12345@1690000000.123456:',
        name: 'vfio_save_block',
        arguments: { device: '0000:01:10.0', dataSize: 24 },
      },
    ],
    [
      'Nov 21 09:00:00 host qemu-kvm[77]: vfio_load_state  (dev) data 0xffffffffef100004',
      { name: 'vfio_load_state', arguments: { device: 'dev', tag: '0xffffffffef100004' } },
    ],
    ['savevm_state_header ', { kind: 'event', name: 'savevm_state_header', arguments: {} }],
    ['savevm_state_header', { kind: 'event', name: 'savevm_state_header', rest: '' }],
    ['vfio_new_event  (dev) 1', { kind: 'event', name: 'vfio_new_event', rest: '  (dev) 1' }],
    ['vfio_save_setup  (dev)', { name: 'vfio_save_setup', arguments: { device: 'dev' } }],
    ['vfio_save_setup  (dev) data buffer size 0x100', { arguments: { device: 'dev', size: '0x100' } }],
    [
      'migrate_set_state new state active',
      { kind: 'event', name: 'migrate_set_state', arguments: { status: 'active' } },
    ],
    ['vfio_save_block  (d) data_size 18446744073709551615', { arguments: { dataSize: '18446744073709551615' } }],
    ['--- destination ---', { kind: 'side', side: 'destination' }],
    ['qemu-system-x86_64: warning: nothing', { kind: 'text' }],
  ]
  test.each(cases)('%s', (line, record) => {
    expect(first(line)).toMatchObject(record)
    expect(first(line)).not.toHaveProperty('raw')
    expect(new TextDecoder().decode(qemuTraceLogFormat.encode(qemuTraceLogFormat.decode(encode(`${line}\n`))))).toBe(
      `${line}\n`,
    )
  })

  test('names that are not known are counted once', () => {
    const log = encode('vfio_new  (a)\nsavevm_state_header \nvfio_new  (b)\nvfio_other  (a)\n')
    expect(qemuTraceLogFormat.inspect(log).findings).toMatchObject([
      {
        code: 'trace/unknown-names',
        severity: 'info',
        line: 1,
        message: expect.stringContaining('vfio_new 2, vfio_other 1'),
      },
    ])
  })

  test('other output is harmless', () => {
    const log = encode('savevm_state_header \nqemu-system-x86_64: warning: nothing\n')
    expect(found(qemuTraceLogFormat, log)).toEqual(['2 info trace/unknown-line'])
  })

  test('nothing at all', () => {
    expect(found(qemuTraceLogFormat, encode('a\nb\n'))).toEqual(['1 error trace/nothing-understood'])
    expect(qemuTraceLogFormat.inspect(new Uint8Array(0)).findings).toMatchObject([
      { code: 'trace/nothing-understood', offset: 0, length: 0, path: [] },
    ])
  })
})

test('a clock in front of the names is the time of the events', () => {
  const steps = stepsOf(qemuTraceLogFormat, fixture('logs/qemu-7.2-completed.trace.txt'))
  const times = steps.map(({ event }) => event.at)
  expect(times[0]).toBe(0)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  // The migration ran for about 0.3 s.
  expect(times.at(-1)).toBeGreaterThan(200_000)
  expect(times.at(-1)).toBeLessThan(2_000_000)
})

describe('QEMU 5.2 to 7.2', () => {
  const lines = (...all: string[]) => encode(all.map((line) => `${line}\n`).join(''))

  test('pieces of the migration region are read and written in order', () => {
    const log = lines(
      'vfio_migration_probe  (dev) Region 9',
      'vfio_migration_set_state  (dev) state 3',
      'vfio_update_pending  (dev) pending 0x200',
      'vfio_save_buffer  (dev) Offset 0x1000 size 0x200 pending 0x200',
      'vfio_update_pending  (dev) pending 0x0',
      'vfio_migration_set_state  (dev) state 2',
      'vfio_vmstate_change  (dev) running 0 reason finish-migrate device state 2',
      'vfio_update_pending  (dev) pending 0x100',
      'vfio_save_buffer  (dev) Offset 0x1000 size 0x100 pending 0x100',
      'vfio_update_pending  (dev) pending 0x0',
      'vfio_migration_set_state  (dev) state 0',
    )
    expect(found(qemuTraceLogFormat, log).filter((text) => text.includes(' error '))).toEqual([])
    const kinds = eventsOf(log).map((event) => ('field' in event ? event.field : event.kind))
    expect(kinds).toEqual([
      'device-named',
      'status-write',
      'pending_bytes',
      'data_offset',
      'data_size',
      'data',
      'pending_bytes',
      'vcpus-stopped',
      'status-write',
      ...['pending_bytes', 'data_offset', 'data_size', 'data', 'pending_bytes'],
      'status-write',
    ])
  })

  test('an illegal combination of bits is judged by the rules of v1', () => {
    const log = lines('vfio_migration_set_state  (dev) state 5')
    expect(found(qemuTraceLogFormat, log)).toContain('1 error protocol/illegal-state-bits')
  })
})
