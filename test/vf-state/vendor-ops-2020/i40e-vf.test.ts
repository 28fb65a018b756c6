import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { DecodeError } from '../../../src/findings/index.ts'
import { evidenceOf } from '../../../src/layout/index.ts'
import {
  i40eVfStateFormat as format,
  type I40eVfState,
  i40eVfCodes,
  i40eVfStateCodec,
  i40eVfSum,
  makeI40eVfState,
} from '../../../src/vf-state/index.ts'
import { hex, judged, le } from '../../vfio/support.ts'

// Files are typed from the table of the reference; sums come from gzip.

interface Header {
  readonly magic?: number
  readonly version?: number
  readonly count?: number
  readonly total?: number
  readonly crc?: number
}

function file(records: readonly string[], header: Header = {}): Uint8Array {
  const body = hex(records.join(''))
  const zipped = gzipSync(body)
  const { magic = 0x34305649, version = 1, count = records.length, total = 16 + body.length } = header
  const crc = header.crc ?? zipped.readUInt32LE(zipped.length - 8)
  return Uint8Array.of(...le(magic, 4), ...le(version, 2), ...le(count, 2), ...le(total, 4), ...le(crc, 4), ...body)
}

const IDENTITY = '0100 0100 08000000 8680 4c15 0200 0400'
const CONFIG = `0200 0100 00010000 ${'86804c15'.repeat(64)}`
const QUEUE = '0100 0000 00020000 0000c0fe00000000 10000000 20000000'

test('magic and header', () => {
  expect(String.fromCharCode(...file([]).subarray(0, 4))).toBe('IV04')
  expect(file([])).toEqual(hex('49563034 0100 0000 10000000 00000000'))
  expect(evidenceOf(i40eVfStateCodec.type)).toBe('proposed')
})

test('every record type', () => {
  const bytes = file([
    IDENTITY,
    CONFIG,
    '0300 0100 10000000 00200000 01000000 00300000 02000000',
    `0400 0100 18000000 ${QUEUE}`,
    `0500 0000 30000000 ${QUEUE} ${QUEUE}`,
    `0600 0000 30000000 ${QUEUE} ${QUEUE}`,
    '0700 0000 08000000 525400123456 6400',
    '0800 0000 10000000 0100000000000000 0200000000000000',
    '0900 0000 03000000 aabbcc 0000000000',
  ])
  expect(judged(format, bytes)).toEqual([])
  const value = format.decode(bytes)
  const queue = { queue: 1, reserved: new Uint8Array(2), count: 512, base: 0xfec00000n, head: 16, tail: 32 }
  expect(value).toMatchObject({ version: 1, recordCount: 9, totalLength: bytes.length })
  expect(value.records).toMatchObject([
    {
      type: 'identity',
      flags: { mandatory: true },
      payload: { vendor: 0x8086, device: 0x154c, revision: 2, queuePairs: 4 },
    },
    { type: 'config-space', length: 256 },
    {
      type: 'registers',
      payload: {
        registers: [
          { offset: 0x2000, value: 1 },
          { offset: 0x3000, value: 2 },
        ],
      },
    },
    { type: 'tx-queues', payload: { queues: [queue] } },
    { type: 'rx-queues', payload: { queues: [queue, queue] } },
    { type: 'admin-queue', payload: { send: queue, receive: queue } },
    { type: 'filters', payload: { filters: [{ mac: hex('525400123456'), vlan: 100 }] } },
    { type: 'statistics', payload: { counters: [1n, 2n] } },
    { type: 9, flags: { mandatory: false }, payload: hex('aabbcc'), padding: new Uint8Array(5) },
  ])
  const made = makeI40eVfState((value.records as never[]).slice())
  expect(made).toEqual(value)
  expect(i40eVfSum(value)).toBe(value.crc)
})

const at = (index: number, name: string) => `records.${index}.${name}`
const cases: readonly { name: string; bytes: Uint8Array; found: readonly string[] }[] = [
  { name: 'no records', bytes: file([]), found: [] },
  { name: 'identity', bytes: file([IDENTITY]), found: [] },
  { name: 'an unknown record that is not mandatory', bytes: file([IDENTITY, '0900 0000 00000000']), found: [] },
  {
    name: 'an unknown mandatory record',
    bytes: file([IDENTITY, '0900 0100 00000000']),
    found: [`error vf-state/i40e-record-mandatory ${at(1, 'type')}`],
  },
  { name: 'version 2', bytes: file([], { version: 2 }), found: ['error vf-state/i40e-version version'] },
  { name: 'a wrong sum', bytes: file([IDENTITY], { crc: 1 }), found: ['error vf-state/i40e-crc crc'] },
  {
    name: 'a record too few',
    bytes: file([IDENTITY], { count: 2 }),
    found: ['error vf-state/i40e-record-count recordCount'],
  },
  {
    name: 'a length that leaves out the header',
    bytes: file([], { total: 0 }),
    found: ['error vf-state/i40e-length totalLength'],
  },
  {
    name: 'a payload past the end',
    bytes: file(['0900 0000 10000000 0102030405060708']),
    found: [`error vf-state/i40e-record-past-end ${at(0, 'length')}`],
  },
  {
    name: 'padding past the end',
    bytes: file(['0900 0000 03000000 010203']),
    found: [`error vf-state/i40e-record-past-end ${at(0, 'length')}`],
  },
  {
    name: 'half a configuration space',
    bytes: file([`0200 0000 80000000 ${'00'.repeat(128)}`]),
    found: [`error vf-state/i40e-config-size ${at(0, 'payload')}`],
  },
  {
    name: 'half a register',
    bytes: file(['0300 0000 04000000 00200000 00000000']),
    found: [`error layout/damaged-part ${at(0, 'payload')}`],
  },
  {
    name: 'half a record',
    bytes: file(['0900 0000']),
    found: ['error layout/damaged-part records'],
  },
]

test.each(cases)('$name', ({ bytes, found }) => {
  expect(judged(format, bytes)).toEqual(found)
})

test('padding that is not zero', () => {
  const { findings } = format.inspect(file(['0900 0000 03000000 010203 0000000001']))
  expect(findings.map(({ code }) => code)).toContain('layout/reserved-not-zero')
})

test('every code has a case', () => {
  const covered = new Set(cases.flatMap(({ found }) => found.map((line) => line.split(' ')[1])))
  expect(Object.keys(i40eVfCodes.entries).filter((code) => !covered.has(code))).toEqual([])
})

test.each([
  ['another magic', file([], { magic: 0x35305649 }), 'layout/wrong-magic', false],
  ['half a header', file([]).subarray(0, 12), 'layout/ended-early', true],
  ['fewer bytes than stated', file([IDENTITY], { total: 40 }), 'layout/ended-early', true],
  ['more bytes than stated', file([IDENTITY], { total: 16 }), 'layout/trailing-bytes', false],
])('%s', (_, bytes, code, needsMore) => {
  let error: unknown
  try {
    format.decode(bytes)
  } catch (caught) {
    error = caught
  }
  expect(error).toBeInstanceOf(DecodeError)
  expect(error).toMatchObject({ code, needsMore })
})

test('a state of which a record changed has another sum', () => {
  const value = format.decode(file([IDENTITY])) as I40eVfState
  const changed = { ...value, records: format.decode(file([IDENTITY.replace('8680', '8780')])).records }
  expect(i40eVfSum(changed)).not.toBe(value.crc)
})
