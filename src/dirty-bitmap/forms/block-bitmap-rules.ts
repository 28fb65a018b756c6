import { counted, type Path, type Report, type Severity } from '../../findings/index.ts'
import {
  type BlockBitmapChunk,
  type BlockBitmapChunks,
  blockBitmapChunkCodec,
  ChunkNames,
  granulesOf,
  isGranularity,
  type NamedChunk,
} from './block-bitmap-chunks.ts'
import { type BlockCode, blockBitmapCodes } from './block-bitmap-codes.ts'
import { BUFFER } from './block-bitmaps.layout.ts'

type Say = (code: BlockCode, message: string, severity?: Severity) => void
type Part = NonNullable<BlockBitmapChunk['bits']>

interface Started {
  readonly granularity: number
  readonly say: Say
  completed: boolean
}

/** Bitmaps of which it is known that they started. */
const MOST_STARTED = 2 ** 16

/** Where a chunk lies. */
interface ChunkPlace {
  readonly offset: number
  readonly length: number
  readonly path: Path
}

/** Judges chunks in order, of one section or of all of a stream; each finding is about one chunk. */
export class BlockBitmapJudge {
  readonly #started = new Map<string, Started>()
  readonly #names = new ChunkNames()

  constructor(private readonly report: Report) {}

  /** The next chunk, `index` in its section. @returns how to say something of it */
  chunk(chunk: BlockBitmapChunk, index: number, place: ChunkPlace): Say {
    const say: Say = (code, message, severity) =>
      this.report(blockBitmapCodes.finding(code, message, severity === undefined ? place : { ...place, severity }))
    judgeChunk(this.#names.named(chunk, index), this.#started, say)
    return say
  }

  /** All have come. */
  finish(): void {
    for (const [name, { completed, say }] of this.#started) {
      if (!completed) say('dirty-bitmap/block-incomplete', `No chunk completes ${name}.`)
    }
  }
}

/** Judges the chunks of one section. */
export function judgeBlockBitmaps({ chunks }: BlockBitmapChunks, report: Report): void {
  const judge = new BlockBitmapJudge(report)
  let offset = 0
  for (const [index, chunk] of chunks.entries()) {
    const { length } = blockBitmapChunkCodec.encode(chunk)
    const say = judge.chunk(chunk, index, { offset, length, path: ['chunks', index] })
    offset += length
    if (index === chunks.length - 1 && !chunk.flags.eos) {
      say('dirty-bitmap/block-not-ended', `Chunk ${index} is the last and has no EOS flag.`)
    }
  }
  judge.finish()
}

function judgeChunk({ index, chunk, node, bitmap }: NamedChunk, started: Map<string, Started>, say: Say): void {
  const { flags } = chunk
  const kinds = [flags.start, flags.complete, flags.bits].filter(Boolean).length
  if (flags.extraFlags) say('dirty-bitmap/block-extra-flags', `Chunk ${index} has flag 0x80.`)
  const nothing = kinds === 0 && node === undefined && bitmap === undefined
  const ends = kinds === 0 && flags.eos && !flags.deviceName && !flags.bitmapName
  if (kinds > 1 || (kinds === 0 && !ends)) {
    say('dirty-bitmap/block-kinds', `Chunk ${index} has ${kinds} of START, COMPLETE and BITS.`)
  }
  if (nothing || ends) return
  if (node === undefined || bitmap === undefined) {
    const missing = node === undefined ? 'node' : 'bitmap'
    const severity = flags.start ? 'error' : undefined
    say('dirty-bitmap/block-name', `Neither chunk ${index} nor any before it names the ${missing}.`, severity)
  }
  const name = `bitmap ${JSON.stringify(`${node ?? '?'}/${bitmap ?? '?'}`)}`
  if (chunk.start !== undefined) judgeStart(name, chunk.start, started, say)
  else if (flags.complete) {
    const found = started.get(name)
    if (found !== undefined) found.completed = true
  } else if (chunk.bits !== undefined) judgeBits(name, chunk.bits, flags.zeroes, started.get(name), say)
}

function judgeStart(
  name: string,
  { granularity, flags }: NonNullable<BlockBitmapChunk['start']>,
  started: Map<string, Started>,
  say: Say,
): void {
  if (started.has(name)) say('dirty-bitmap/block-twice', `A start of ${name} was there before.`)
  if (flags.reserved !== 0) {
    say('dirty-bitmap/block-unknown-flags', `The start of ${name} has flags 0x${flags.reserved.toString(16)}.`)
  }
  if (!isGranularity(granularity)) {
    say('dirty-bitmap/block-granularity', `The granularity of ${name} is ${granularity}.`)
  }
  if (started.size < MOST_STARTED) started.set(name, { granularity, say, completed: false })
}

function judgeBits(name: string, part: Part, zeroes: boolean, found: Started | undefined, say: Say): void {
  const { buffer } = part
  if (buffer.length > BUFFER.most) {
    say('dirty-bitmap/block-buffer-limit', `The buffer has ${buffer.length} bytes; QEMU takes ${BUFFER.most}.`)
  }
  if (found === undefined) {
    say('dirty-bitmap/block-not-started', `No start of ${name} was there before.`)
    return
  }
  if (!isGranularity(found.granularity)) return
  const { first, end } = granulesOf(part, found.granularity)
  if (first % 64n !== 0n) {
    say('dirty-bitmap/block-misaligned', `The bits of ${name} start at granule ${first}, not at a multiple of 64.`)
  }
  if (zeroes) return
  const words = end === first ? 0n : (end - 1n) / 64n - first / 64n + 1n
  const needed = Number(8n * words)
  const most = Math.ceil(needed / BUFFER.aligned) * BUFFER.aligned
  if (buffer.length < needed || buffer.length > most) {
    const about = `${counted(Number(end - first), 'granule')} of ${name} take ${needed} to ${most} bytes`
    say('dirty-bitmap/block-buffer-size', `${about}; there are ${buffer.length}.`)
  }
  if (hasBitsFrom(buffer, Number(end - (first - (first % 64n))))) {
    say('dirty-bitmap/block-beyond', `Bits are set behind granule ${end - 1n} of ${name}.`)
  }
}

/** Whether a bit is set from number `from` on. */
function hasBitsFrom(buffer: Uint8Array, from: number): boolean {
  const at = Math.floor(from / 8)
  if (at >= buffer.length) return false
  return (buffer[at] as number) >>> (from % 8) !== 0 || buffer.subarray(at + 1).some((byte) => byte !== 0)
}
