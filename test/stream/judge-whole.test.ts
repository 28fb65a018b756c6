import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { toView } from '../../src/layout/index.ts'
import { designs, eventLine, validateTrace } from '../../src/protocol/index.ts'
import { findFormat } from '../../src/registry/index.ts'
import { simulate } from '../../src/simulate/index.ts'
import { migrationStreamFormat, type RecordInput } from '../../src/stream/index.ts'
import {
  bitmap,
  blob,
  bytes,
  captured,
  design,
  device,
  findingsOf,
  findingsOfCut,
  irq,
  pages,
  region,
  traceLine,
  transition,
} from './judge-sample.ts'
import { streamOf } from './sample.ts'

const FOLDER = new URL('../../fixtures/guests/g1-igb-q10/msix/', import.meta.url)
const functions = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.table.bin'))
  .map((name) => name.replace('.table.bin', ''))
const vf = captured('0000-01-10.0')
const PAGE = new Uint8Array(4096)
const loud = (records: readonly RecordInput[]) => findingsOf(records).filter(({ severity }) => severity !== 'info')
const idsOf = (config: Uint8Array) => [0, 2].map((at) => toView(config).getUint16(at, true)) as [number, number]

/** A record STOP_COPY_SIZE of mlx5 and an image of so many bytes. */
function mlx5State(length: number, stated = length): Uint8Array {
  const state = new Uint8Array(24 + 16 + length)
  const view = toView(state)
  view.setBigUint64(0, 8n, true)
  view.setUint32(8, 1, true)
  view.setUint32(12, 1, true)
  view.setBigUint64(16, BigInt(stated), true)
  view.setBigUint64(24, BigInt(length), true)
  return state
}

/** State in chunks of so many bytes, the first with its format. */
function inChunks(format: string, data: Uint8Array, size: number): RecordInput[] {
  const rest: RecordInput[] = []
  for (let at = size; at < data.length; at += size) {
    rest.push({
      type: 'device-state',
      device: 0,
      payload: data.subarray(at, at + size),
      goesOn: at + size < data.length,
    })
  }
  return [{ ...blob(format, data.subarray(0, size)), goesOn: rest.length > 0 }, ...rest]
}

describe('a healthy migration is told nothing', () => {
  test.each(functions)('function %s of a real guest', (name) => {
    const { config, table, pba } = captured(name)
    const records = [bytes('config-space', config), bytes('msix-table', table), bytes('msix-pba', pba)]
    expect(loud([design('vfio-v2'), device(...idsOf(config)), ...records])).toEqual([])
  })

  test('with memory, states, interrupts and the state of its driver', () => {
    const [stop, running, stopCopy, resuming, preCopy] = [1, 2, 3, 4, 6]
    const side = 'destination'
    expect(
      loud([
        design('vfio-v2'),
        device(0x15b3, 0x101e),
        region(0x1000n, 0x8000n),
        {
          ...region(0x100000n, 0x1000n),
          payload: { ...(region(0x100000n, 0x1000n).payload as object), region: 1 } as never,
        },
        transition(1, running, preCopy),
        bitmap(0x1000n, 8n, Uint8Array.of(1)),
        // Holes between two regions are no pages.
        bitmap(0x1000n, 256n, new Uint8Array(32)),
        pages(0n, 1, PAGE),
        { ...pages(0n, 2, PAGE), goesOn: true },
        { type: 'memory-pages', payload: PAGE },
        pages(2n, 6, Uint8Array.of(0), 'fill'),
        irq(2),
        transition(3, preCopy, stopCopy),
        ...inChunks('mlx5-state', mlx5State(100), 50),
        bytes('config-space', vf.config),
        bytes('msix-table', vf.table),
        bytes('msix-pba', vf.pba.subarray(0, 1)),
        transition(4, stopCopy, stop),
        // The clock of the other machine.
        transition(0, running, resuming, { side }),
        transition(1, resuming, running, { side }),
      ]),
    ).toEqual([])
  })

  test('payloads that are compressed, and streams in a stream, are not judged', () => {
    const deflated = (record: RecordInput): RecordInput => ({ ...record, payload: new Uint8Array(9), isDeflated: true })
    const space = bytes('config-space', vf.config)
    const state = blob('mlx5-state', new Uint8Array(0))
    const records = [deflated(device(0, 0)), deflated(design('x')), deflated(space), deflated(state)]
    const nested = blob('migration-stream', streamOf([blob('no-such-format', PAGE)]))
    const memory = [deflated(region(0n, 1n)), pages(0n, 1, PAGE), bitmap(0n, 8n, Uint8Array.of(0))]
    expect(findingsOf([...records, nested, ...memory, deflated(transition(0, 9, 9))])).toEqual([])
  })
})

describe('findings of formats', () => {
  test('lie where the bytes lie, in any chunk', () => {
    const state = mlx5State(100, 99)
    const alone = findFormat('mlx5-state')?.inspect(state, { vendorId: 0x15b3 }).findings ?? []
    const [only] = alone
    expect(alone.map(({ code, offset }) => [code, offset])).toEqual([['vf-state/mlx5-hint-low', 24]])
    const head = [device(0x15b3, 0x101e)]
    const streams = [[blob('mlx5-state', state)], inChunks('mlx5-state', state, 24), inChunks('mlx5-state', state, 7)]
    // Behind the header (64) and the device record (48 and 37, padded): what the state says of itself takes 13 bytes.
    const start = 64 + 88
    const places = [
      { at: 1, offset: start + 48 + 13 + 24 },
      { at: 2, offset: start + (48 + 40) + 48 },
      { at: 4, offset: start + (48 + 24) + 2 * (48 + 8) + 48 + 3 },
    ]
    for (const [index, chunks] of streams.entries()) {
      const [found, ...others] = findingsOfCut([...head, ...chunks])
      expect(others).toEqual([])
      const { offset, at } = places[index] as (typeof places)[number]
      expect(found).toMatchObject({ code: only?.code, offset })
      expect(found?.path.slice(0, 3)).toEqual(['records', at, 'payload'])
    }
  })

  test('come of tables with what the capability says', () => {
    const table = vf.table.slice()
    table.set([2, 0, 0xe0, 0xfe], 0)
    const config = bytes('config-space', vf.config)
    const found = findingsOfCut([device(0x8086, 0x10ca), config, bytes('msix-table', table)])
    expect(found.find(({ code }) => code === 'pci/msix-address-unaligned')?.path.slice(0, 5)).toEqual([
      'records',
      2,
      'payload',
      'entries',
      0,
    ])
  })

  test('name a vendor option that the device gives', () => {
    const image = mlx5State(100).subarray(24)
    const ambiguous = 'vf-state/driver-ambiguous'
    const codes = (records: RecordInput[]) => findingsOfCut(records).map(({ code }) => code)
    expect(codes([device(0xffff, 0xffff), blob('mlx5-state', image)])).toContain(ambiguous)
    expect(codes([device(0x15b3, 0x101e), blob('mlx5-state', image)])).not.toContain(ambiguous)
    expect(codes([device(0xffff, 0xffff), blob('mlx5-state', image, 'vendorId=0x15b3')])).not.toContain(ambiguous)
  })
})

describe('traces', () => {
  const told = (records: readonly RecordInput[]) =>
    findingsOf(records).filter(({ code }) => code.startsWith('protocol/'))

  test.each(designs.map(({ name }) => name))('of %s are judged as by themselves', (name) => {
    const { events } = simulate(name, 1)
    const records = [design(name), ...events.map((event) => traceLine(eventLine(event)))]
    const alone = validateTrace(name, events)
    expect(alone.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(
      told(records)
        .map(({ code }) => code)
        .sort(),
    ).toEqual(alone.map(({ code }) => code).sort())
  })

  test('with a fault have their findings at the record of the event', () => {
    const { events } = simulate('vfio-v1', 1, 'illegal-bits')
    const records = [design('vfio-v1'), ...events.map((event) => traceLine(eventLine(event)))]
    const [first] = validateTrace('vfio-v1', events).filter(({ code }) => code === 'protocol/illegal-state-bits')
    const found = told(records).find(({ code }) => code === 'protocol/illegal-state-bits')
    expect(found?.path).toEqual(['records', (first?.offset ?? 0) + 1, 'payload', 'line'])
    expect(found?.in).toBeUndefined()
  })

  test('are judged by the design of their device', () => {
    const line = eventLine({ at: 1, side: 'source', kind: 'state-set', device: 1, state: 0, result: 0 } as never)
    const both = (number: number) => [
      device(1, 1, 1),
      design('vfio-v1', 0),
      design('vfio-v2', 1),
      traceLine(line, number),
    ]
    expect(findingsOfCut(both(1)).filter(({ code }) => code.startsWith('protocol/'))).not.toEqual([])
    expect(findingsOfCut(both(0)).filter(({ code }) => code.startsWith('protocol/'))).toEqual([])
  })
})

test('where a record is lost, nothing is said of what may have been in it', () => {
  const stream = streamOf([design('vfio-v2'), device(0x8086, 0x10ca), irq(1), pages(0n, 1, PAGE), transition(2, 2, 1)])
  const { findings } = migrationStreamFormat(findFormat).inspect(
    // The first two records: 48 bytes and 16, 48 and 40.
    Uint8Array.from([...stream.subarray(0, 64), ...stream.subarray(64 + 64 + 88)]),
  )
  const codes = findings.map(({ code }) => code)
  expect(codes).not.toContain('stream/bytes-skipped')
  expect(codes.filter((code) => /before|missing$|undeclared/.test(code))).toEqual(['stream/records-missing'])
})
