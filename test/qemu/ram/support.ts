import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import type { Finding } from '../../../src/findings/index.ts'
import { type PageSink, qemuStreamReader, RamImage, type RamListener, RamStatistics } from '../../../src/qemu/index.ts'

/** Memory of a block. */
export class MemorySink implements PageSink {
  constructor(readonly bytes: Uint8Array) {}

  write(offset: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, offset)
  }

  fill(offset: number, length: number, byte: number): void {
    this.bytes.fill(byte, offset, offset + length)
  }

  read(offset: number, length: number): Uint8Array {
    return this.bytes.slice(offset, offset + length)
  }
}

/** Reads a stream in pieces, for somebody who listens. */
export function readFor(ram: RamListener, stream: Uint8Array, piece = 65521): Finding[] {
  const reader = qemuStreamReader({ wanted: 'findings', ram })
  const findings: Finding[] = []
  const keep = (events: ReturnType<typeof reader.end>) => {
    for (const event of events) if (event.kind === 'finding') findings.push(event.finding)
  }
  for (let at = 0; at < stream.length; at += piece) keep(reader.push(stream.slice(at, at + piece)))
  keep(reader.end())
  return findings
}

/** A block put together from a stream. */
export function imageOf(stream: Uint8Array, block: string, size: number, piece?: number): Uint8Array {
  const sink = new MemorySink(new Uint8Array(size))
  readFor(new RamImage(block, sink, (data, most) => inflateSync(data, { maxOutputLength: most })), stream, piece)
  return sink.bytes
}

export function statisticsOf(stream: Uint8Array): RamStatistics {
  const statistics = new RamStatistics()
  readFor(statistics, stream)
  return statistics
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0))
const be64 = (value: number) => [...new Uint8Array(new BigUint64Array([BigInt(value)]).buffer)].reverse()

const EOS = be64(0x10)

/** The word of a record and, unless it goes on with the block before, its name. */
export const record = (flags: number, address: number, block?: string): number[] => [
  ...be64(address + flags + (block === undefined ? 0x20 : 0)),
  ...(block === undefined ? [] : [block.length, ...ascii(block)]),
]

/** A stream with RAM alone: one START with the list of blocks, one PART a list of records, and an END. */
export function ramStream(
  blocks: Readonly<Record<string, number>>,
  parts: readonly (readonly number[])[],
  end: readonly number[] = [],
): Uint8Array {
  const total = Object.values(blocks).reduce((sum, length) => sum + length, 0)
  const list = Object.entries(blocks).flatMap(([name, length]) => [name.length, ...ascii(name), ...be64(length)])
  const start = [1, 0, 0, 0, 1, 3, ...ascii('ram'), 0, 0, 0, 0, 0, 0, 0, 4, ...be64(total + 4), ...list, ...EOS]
  const footer = [0x7e, 0, 0, 0, 1]
  return Uint8Array.of(
    ...[...ascii('QEVM'), 0, 0, 0, 3, ...start, ...footer],
    ...parts.flatMap((records) => [2, 0, 0, 0, 1, ...records, ...EOS, ...footer]),
    ...[3, 0, 0, 0, 1, ...end, ...EOS, ...footer, 0],
  )
}

/** A page of 4 KiB of one byte, as a record has it. */
export const pageOf = (byte: number): number[] => new Array(4096).fill(byte)
