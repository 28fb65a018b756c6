import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { DeviceState, DeviceStateRoom } from '../../../src/qemu/index.ts'
import { oracleOf, scenarios } from './captures.ts'

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const mtty = bytesOf(oracleOf('q100-2port').device_state['0000:00:02.0/vfio']?.hex ?? '')

describe.each(scenarios.filter((name) => Object.keys(oracleOf(name).device_state).length > 0))('%s', (scenario) => {
  test.each(Object.entries(oracleOf(scenario).device_state))('%s, byte by byte', (_, { hex, sha256, bytes }) => {
    const state = new DeviceState()
    for (const [at, byte] of bytesOf(hex).entries()) state.add(Uint8Array.of(byte), 1000 + at)
    const judged = state.finish({ vendorId: 0x4348, below: ['vfio', 3] })
    expect(judged).toMatchObject({ format: 'mtty-state', size: bytes, sha256, findings: [] })
    expect(judged.space.pieces).toEqual([{ offset: 0, length: bytes, parentOffset: 1000 }])
  })
})

test('findings count in the space of the state', () => {
  const damaged = mtty.slice()
  damaged[24 + 8 + 16] = 99
  const state = new DeviceState()
  state.add(damaged.subarray(0, 24), 500)
  state.add(damaged.subarray(24), 9000)
  const { findings, space } = state.finish({ below: ['vfio', 1] })
  expect(space).toEqual({
    name: 'vfio[1].deviceState',
    path: ['vfio', 1, 'deviceState'],
    pieces: [
      { offset: 0, length: 24, parentOffset: 500 },
      { offset: 24, length: 72, parentOffset: 9000 },
    ],
  })
  expect(findings[0]).toMatchObject({
    code: 'vf-state/mtty-fifo-index',
    in: 'vfio[1].deviceState',
    offset: 48,
    path: ['vfio', 1, 'deviceState', 'ports', 0, 'head'],
  })
})

test('bytes of no format that is known', () => {
  const empty = new DeviceState().finish()
  expect(empty).toMatchObject({ format: null, size: 0, sha256: digestOf(new Uint8Array(0)), findings: [] })
  const state = new DeviceState()
  state.add(Uint8Array.of(1, 2, 3), 0)
  const judged = state.finish({ vendorId: 0x8086 })
  expect(judged).toMatchObject({ format: null, size: 3, sha256: digestOf(Uint8Array.of(1, 2, 3)), findings: [] })
  expect(judged.decoded).toBeUndefined()
})

/** Hints and headers of mlx5 and virtio start alike: a record of 16 bytes, size and flags. */
const record = (size: number, tag: number) => {
  const bytes = new Uint8Array(16 + size)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(size), true)
  view.setUint32(12, tag, true)
  return bytes
}

test('a vendor tells what the bytes do not', () => {
  const decide = (bytes: Uint8Array, vendorId?: number) => {
    const state = new DeviceState()
    state.add(bytes, 0)
    return state.finish({ vendorId }).format
  }
  expect(decide(record(64, 0), 0x15b3)).toBe('mlx5-state')
  expect(decide(record(64, 0), 0x1af4)).toBe('virtio-state')
  // A format of another vendor's driver is not taken.
  expect(decide(record(64, 0), 0x8086)).toBeNull()
  // Nothing but the vendor tells the state of a pds device.
  expect(decide(new Uint8Array(64), 0x1dd8)).toBe('pds-state')
})

test('a large state is hashed and not kept', () => {
  const state = new DeviceState(new DeviceStateRoom(8192))
  const whole = new Uint8Array(20000)
  whole.set(mtty)
  for (let at = 0; at < whole.length; at += 777) state.add(whole.subarray(at, at + 777), at)
  expect(state.size).toBe(20000)
  const judged = state.finish()
  expect(judged).toMatchObject({ format: 'mtty-state', size: 20000, sha256: digestOf(whole) })
  expect(judged.decoded).toBeUndefined()
  expect(judged.findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
    'info qemu/vfio-state-not-judged',
  ])
})

test('a state in very many pieces is hashed and not kept', () => {
  const state = new DeviceState()
  state.add(mtty, 0)
  for (let piece = 0; piece < 70000; piece++) state.add(Uint8Array.of(7), 1000 + 2 * piece)
  const judged = state.finish()
  expect(judged.space.pieces.length).toBe(65536)
  expect(judged.findings.map(({ code }) => code)).toEqual(['qemu/vfio-state-not-judged'])
  expect(judged.sha256).toBe(digestOf(Uint8Array.of(...mtty, ...new Uint8Array(70000).fill(7))))
})

test('states share their room, and give back what they cannot use', () => {
  const room = new DeviceStateRoom(8192)
  const judge = (length: number) => {
    const state = new DeviceState(room)
    const whole = new Uint8Array(Math.max(length, mtty.length))
    whole.set(mtty)
    for (let at = 0; at < whole.length; at += 1000) state.add(whole.subarray(at, at + 1000), at)
    return state.finish().findings.some(({ code }) => code === 'qemu/vfio-state-not-judged')
  }
  expect([judge(mtty.length), room.left]).toEqual([false, 8192 - 64 - mtty.length])
  expect([judge(9000), room.left]).toEqual([true, 8192 - 64 - mtty.length - 64])
  expect([judge(6000), judge(3000), judge(1000)]).toEqual([false, true, false])
})
