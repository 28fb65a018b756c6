import { readFileSync } from 'node:fs'
import type { ConversationChunk } from '../../../src/vfio/index.ts'
import { le } from '../support.ts'

export const CAPTURE = 'fixtures/vfio-user/libvfio-user-sample'

export const capture = (name: string) => new Uint8Array(readFileSync(`${CAPTURE}/${name}.bin`))

interface IndexRow {
  readonly socket: string
  readonly dir: 'c2s' | 's2c'
  readonly offset: number
  readonly length: number
}

/** The pieces of one connection in the order in which they passed. */
export function orderOf(socket: string): ConversationChunk[] {
  const rows = readFileSync(`${CAPTURE}/index.jsonl`, 'utf8').trim().split('\n')
  return rows
    .map((row) => JSON.parse(row) as IndexRow)
    .filter((row) => row.socket === socket)
    .map(({ dir, offset, length }) => ({
      direction: dir === 'c2s' ? 'client-to-server' : 'server-to-client',
      offset,
      length,
    }))
}

/** Command numbers as the specification has them. */
export const CMD = {
  version: 1,
  dmaMap: 2,
  dmaUnmap: 3,
  getInfo: 4,
  regionInfo: 5,
  ioFds: 6,
  irqInfo: 7,
  setIrqs: 8,
  regionRead: 9,
  regionWrite: 10,
  dmaRead: 11,
  dmaWrite: 12,
  reset: 13,
  dirtyPages: 14,
  writeMulti: 15,
  feature: 16,
  migRead: 17,
  migWrite: 18,
} as const

export const REPLY = 1
export const NO_REPLY = 0x10
export const ERROR = 0x21

interface HeaderFacts {
  readonly id?: number
  readonly flags?: number
  readonly errno?: number
  /** Instead of the size that it has. */
  readonly size?: number
}

type Bytes = readonly number[] | Uint8Array

/** A message byte by byte: u16 ID, u16 command, u32 size, u32 flags, u32 error number, payload. */
export function message(command: number, payload: Bytes = [], facts: HeaderFacts = {}): Uint8Array {
  const { id = 1, flags = 0, errno = 0, size = 16 + payload.length } = facts
  return Uint8Array.from([
    ...le(id, 2),
    ...le(command, 2),
    ...le(size, 4),
    ...le(flags, 4),
    ...le(errno, 4),
    ...payload,
  ])
}

export const reply = (command: number, payload: Bytes = [], facts: HeaderFacts = {}) =>
  message(command, payload, { flags: REPLY, ...facts })

export const u32s = (...values: number[]) => values.flatMap((value) => le(value, 4))
export const u64s = (...values: (number | bigint)[]) => values.flatMap((value) => le(value, 8))
export const zeros = (length: number) => new Array<number>(length).fill(0)

/** Payload of a version message. */
export const version = (json: string, major = 0, minor = 2) => [...le(major, 2), ...le(minor, 2), ...Buffer.from(json)]

export const [GET, SET, PROBE] = [1 << 16, 1 << 17, 1 << 18]

/** Payload of a device feature message. */
export const feature = (flags: number, data: readonly number[] = []) => [...u32s(8 + data.length, flags), ...data]

/** Sets a migration state. */
export const setState = (state: number) => feature(2 | SET, u32s(state, 0xffffffff))

export const all = (...messages: Uint8Array[]) => Uint8Array.from(messages.flatMap((bytes) => [...bytes]))
