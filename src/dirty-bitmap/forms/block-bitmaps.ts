import { structureFormat } from '../../layout/index.ts'
import { type BitmapOptions, DirtyBitmap } from '../bitmap.ts'
import { MOST_PAGES } from '../geometry.ts'
import {
  type BlockBitmapChunk,
  type BlockBitmapChunks,
  blockBitmapChunksCodec,
  granulesOf,
  isGranularity,
  namedChunks,
} from './block-bitmap-chunks.ts'
import { blockBitmapCodes } from './block-bitmap-codes.ts'
import { judgeBlockBitmaps } from './block-bitmap-rules.ts'
import { BUFFER, SECTOR } from './block-bitmaps.layout.ts'
import { type BitmapForm, type GivenGeometry, geometryOf, type NamedBitmap } from './form.ts'

export const blockBitmapChunksFormat = structureFormat({
  codec: blockBitmapChunksCodec,
  codes: blockBitmapCodes.entries,
  rule: judgeBlockBitmaps,
})

/** A dirty bitmap of a disk: page n are the `granularity` bytes at n * granularity of the disk. */
export interface BlockBitmap extends NamedBitmap {
  readonly node: string
  readonly bitmapName: string
  readonly granularity: number
  readonly enabled: boolean
  readonly persistent: boolean
  readonly complete: boolean
  /** Chunks with bits behind 2^40 granules or 2^64 bytes, which are left out. */
  readonly leftOut: number
}

type Part = NonNullable<BlockBitmapChunk['bits']>
type Collected = Omit<BlockBitmap, 'bitmap' | 'complete' | 'leftOut'> & { complete: boolean; parts: Part[] }

/** What there is to know of a bitmap before it is put together. */
export interface BlockBitmapFacts {
  /** NODE/BITMAP. */
  readonly name: string
  readonly granularity: number
  /** Granules up to the end of the last chunk. */
  readonly length: number
}

/** The bitmaps that start in some bodies, in constant memory for each. */
export function blockBitmapFacts(value: BlockBitmapChunks): BlockBitmapFacts[] {
  return collected(value).map(({ name, granularity, parts }) => {
    const length = runsOf(parts, granularity).runs.reduce((most, { end }) => Math.max(most, end), 0)
    return { name, granularity, length }
  })
}

/**
 * The bitmaps that start in some bodies. Bits behind 2^40 granules or 2^64 bytes are left out.
 *
 * @param wanted name of those that are put together; default: all
 */
export function blockBitmaps(value: BlockBitmapChunks, given: GivenGeometry = {}, wanted?: string): BlockBitmap[] {
  return collected(value)
    .filter(({ name }) => wanted === undefined || name === wanted)
    .map(({ parts, ...facts }) => ({ ...facts, ...bitmapOf(parts, facts.granularity, given) }))
}

function collected(value: BlockBitmapChunks): Collected[] {
  const found = new Map<string, Collected>()
  for (const { chunk, node = '', bitmap: bitmapName = '' } of namedChunks(value)) {
    const key = JSON.stringify([node, bitmapName])
    const { start, bits, flags } = chunk
    if (start !== undefined && !found.has(key) && isGranularity(start.granularity)) {
      const { granularity } = start
      const { enabled, persistent } = start.flags
      const name = `${node}/${bitmapName}`
      found.set(key, { name, node, bitmapName, granularity, enabled, persistent, complete: false, parts: [] })
    }
    const own = found.get(key)
    if (own === undefined || start !== undefined) continue
    if (flags.complete) own.complete = true
    else if (bits !== undefined) own.parts.push(bits)
  }
  return [...found.values()]
}

interface Run {
  readonly first: number
  readonly end: number
  readonly buffer: Uint8Array
}

/** Bytes of a bitmap for each byte of its chunks, up to which it is put together in one run of memory. */
const DENSE = 128

/** Where the bits of chunks belong. */
function runsOf(parts: readonly Part[], granularity: number): { readonly runs: readonly Run[]; leftOut: number } {
  const runs: Run[] = []
  let leftOut = 0
  const most = Math.min(MOST_PAGES, Number((1n << 64n) / BigInt(granularity)))
  for (const part of parts) {
    const { first, end } = granulesOf(part, granularity)
    const [from, to] = [Number(first), Math.min(Number(end), most)]
    if (end > BigInt(most)) leftOut += 1
    if (from < most) runs.push({ first: from, end: to, buffer: part.buffer })
  }
  return { runs, leftOut }
}

function bitmapOf(parts: readonly Part[], granularity: number, given: GivenGeometry) {
  const { runs, leftOut } = runsOf(parts, granularity)
  let known = 0
  let present = 0
  for (const { end, buffer } of runs) {
    known = Math.max(known, end)
    present += buffer.length + BUFFER.aligned
  }
  const length = given.length ?? known
  const options = { ...geometryOf({ ...given, base: 0n, pageSize: granularity }, granularity), length }
  const isDense = length <= 8 * DENSE * present && runs.every(({ first }) => first % 8 === 0)
  if (!isDense) return { bitmap: fromScattered(runs, options), leftOut }
  const bytes = new Uint8Array(Math.ceil(length / 8))
  for (const { first, end, buffer } of runs) place(bytes, first, end, buffer)
  return { bitmap: DirtyBitmap.fromBytes(bytes, options), leftOut }
}

/** Puts bits where they belong; those behind the end of the run are not its own. */
function place(bytes: Uint8Array, first: number, end: number, buffer: Uint8Array): void {
  const to = Math.min(Math.ceil(end / 8), bytes.length)
  if (first / 8 >= to) return
  const run = buffer.subarray(0, to - first / 8)
  bytes.subarray(first / 8, to).fill(0)
  bytes.set(run, first / 8)
  const own = end % 8
  if (own !== 0 && to === Math.ceil(end / 8)) bytes[to - 1] = (bytes[to - 1] as number) & (2 ** own - 1)
}

function fromScattered(runs: readonly Run[], options: BitmapOptions & { readonly length: number }): DirtyBitmap {
  const bitmap = DirtyBitmap.clean(options)
  for (const { first, end, buffer } of runs) {
    const to = Math.min(end, bitmap.length)
    if (first >= to) continue
    bitmap.delete(first, to - first)
    const part = DirtyBitmap.fromBytes(buffer, { ...options, length: Math.min(to - first, 8 * buffer.length) })
    for (const [from, count] of part.eachRange()) bitmap.add(first + from, count)
    part.dispose()
  }
  return bitmap
}

/** What QEMU sends of a bitmap, in one body: start, bits in chunks of 1 KiB, completion and end. */
export function blockBitmapChunksOf(
  bitmap: DirtyBitmap,
  { node, bitmapName, enabled = true, persistent = false }: Partial<BlockBitmap> & { node: string; bitmapName: string },
): BlockBitmapChunks {
  const granularity = bitmap.pageSize
  const none = { eos: false, zeroes: false, bitmapName: false, deviceName: false, start: false, complete: false }
  const flags = { ...none, bits: false, extraFlags: false }
  const absent = { node: undefined, bitmap: undefined, start: undefined, bits: undefined }
  const chunks: BlockBitmapChunk[] = [
    {
      flags: { ...flags, deviceName: true, bitmapName: true, start: true },
      node: { length: node.length, name: node },
      bitmap: { length: bitmapName.length, name: bitmapName },
      start: { granularity, flags: { enabled, persistent, autoload: false, reserved: 0 } },
      bits: undefined,
    },
  ]
  const bytes = bitmap.toBytes()
  const sectors = granularity / SECTOR
  for (let at = 0; at < bytes.length; at += BUFFER.written) {
    const own = bytes.subarray(at, at + BUFFER.written)
    const granules = Math.min(8 * BUFFER.written, bitmap.length - 8 * at)
    const range = { startSector: BigInt(8 * at) * BigInt(sectors), sectorCount: granules * sectors }
    const zeroes = own.every((byte) => byte === 0)
    const buffer = new Uint8Array(zeroes ? 0 : Math.ceil(own.length / BUFFER.aligned) * BUFFER.aligned)
    if (!zeroes) buffer.set(own)
    const bufferSize = zeroes ? undefined : BigInt(buffer.length)
    chunks.push({ ...absent, flags: { ...flags, bits: true, zeroes }, bits: { ...range, bufferSize, buffer } })
  }
  chunks.push({ ...absent, flags: { ...flags, complete: true } }, { ...absent, flags: { ...flags, eos: true } })
  return { chunks }
}

/** Section bodies hold any number of bitmaps, with names. */
export const blockBitmapsForm: BitmapForm<BlockBitmapChunks, BlockBitmap> = {
  format: blockBitmapChunksFormat,
  toDirtyBitmaps: (value, given) => blockBitmaps(value, given),
}
