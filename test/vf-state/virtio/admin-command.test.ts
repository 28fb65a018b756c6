import { describe, expect, test } from 'vitest'
import { adminCommandFormat as commands, adminResultFormat as results } from '../../../src/vf-state/index.ts'
import { hex } from '../../vfio/support.ts'
import { concat } from '../records.ts'
import { findingsOf } from '../support.ts'
import { healthyParts, status } from './parts.ts'

/** Opcode, SR-IOV group, 12 reserved bytes, VF 3; then the data. */
const command = (opcode: string, data: string) =>
  hex(`${opcode} 0100 000000000000000000000000 0300000000000000 ${data}`)
const OBJECT = '0000 0000 07000000'
const HEADER = '0301 00 00 0000000000000000 01000000'

const COMMANDS: readonly (readonly [opcode: string, bytes: Uint8Array, data: object])[] = [
  [
    'RESOURCE_OBJ_CREATE',
    command('0a00', `${OBJECT} 0000000000000000 01 00000000000000`),
    { object: { type: 'DEV_PARTS', id: 7 }, flags: 0n, data: { use: 'SET' } },
  ],
  ['RESOURCE_OBJ_DESTROY', command('0d00', OBJECT), { object: { type: 'DEV_PARTS', id: 7 } }],
  ['DEV_PARTS_METADATA_GET', command('0e00', `${OBJECT} 02 00000000000000`), { object: { id: 7 }, type: 'LIST' }],
  ['DEV_PARTS_GET', command('0f00', `${OBJECT} 01 00000000000000`), { object: { id: 7 }, type: 'ALL', headers: [] }],
  [
    'DEV_PARTS_GET',
    command('0f00', `${OBJECT} 00 00000000000000 ${HEADER}`),
    { type: 'SELECTED', headers: [{ type: 'DEVICE_STATUS', length: 1 }] },
  ],
  [
    'DEV_PARTS_SET',
    concat(command('1000', OBJECT), status(15)),
    { object: { id: 7 }, parts: [{ type: 'DEVICE_STATUS', value: { deviceStatus: { driverOk: true } } }] },
  ],
  ['DEV_MODE_SET', command('1100', '01'), { flags: { stopped: true } }],
  ['DEV_MODE_SET', command('1100', '00 00000000000000'), { flags: { stopped: false } }],
]

test.each(COMMANDS)('%s', (opcode, bytes, data) => {
  expect(findingsOf(commands, bytes)).toEqual([])
  expect(commands.decode(bytes)).toMatchObject({ opcode, groupType: 'SRIOV', groupMemberId: 3n, data })
})

test('commands that are none of these keep their data', () => {
  expect(commands.decode(command('0700', '0102'))).toMatchObject({
    opcode: 'CAP_ID_LIST_QUERY',
    data: Uint8Array.of(1, 2),
  })
  expect(findingsOf(commands, command('0b00', '01'))).toEqual(['info layout/unknown-value opcode'])
  expect(findingsOf(commands, command('0e00', '01'))).toEqual(['error layout/damaged-part data'])
})

describe('results', () => {
  const OK = hex('0000 0000 00000000')
  test('device parts', () => {
    const bytes = concat(OK, healthyParts)
    expect(findingsOf(results, bytes)).toEqual([])
    expect(results.decode(bytes)).toMatchObject({
      status: 'OK',
      statusQualifier: 'OK',
      result: { parts: { length: 10 } },
    })
  })
  const metadata = (kind: number) => ({ opcode: 0xe, metadata: kind })
  test('metadata', () => {
    const size = concat(OK, hex('40010000 00000000'))
    expect(results.decode(size, metadata(0))).toMatchObject({ result: { size: 320 } })
    expect(results.decode(size, metadata(1))).toMatchObject({ result: { count: 320 } })
    const list = concat(OK, hex(`01000000 00000000 ${HEADER}`))
    expect(results.decode(list, metadata(2))).toMatchObject({
      result: { count: 1, headers: [{ type: 'DEVICE_STATUS' }] },
    })
    expect(findingsOf(results, list, metadata(2))).toEqual([])
  })
  test('a list that was cut', () => {
    expect(findingsOf(results, concat(OK, hex('02000000 00000000'), hex(HEADER)), metadata(2))).toEqual([
      'error vf-state/virtio-admin-count result.count',
    ])
  })
  test('a command that failed', () => {
    const bytes = hex('1600 0500 00000000')
    expect(findingsOf(results, bytes, metadata(2))).toEqual([])
    expect(results.decode(bytes, metadata(2))).toMatchObject({ status: 'EINVAL', statusQualifier: 'INVALID_MEMBER' })
  })
})
