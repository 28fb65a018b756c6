import { counted } from '../../findings/index.ts'
import { CHUNK, type RecordInput } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'
import { openSource } from '../source.ts'
import type { KnownPart } from './known-parts.ts'
import { lengthOf } from './part-identity.ts'
import { chunksOf } from './part-records.ts'

/** Memory that is packed. */
export interface PackedRegion {
  readonly region: number
  readonly pageSize: number
  readonly base: bigint
  readonly length: bigint
}

/** Page of which half a payload's limit can hold one. */
const LARGEST_PAGE = 2 ** 23
const MOST_PAGES = 2 ** 32 - 1

/** The region that a file becomes. @throws Complaint for a file that is not whole pages */
export async function regionOf(part: KnownPart, region: number, pageSize: number): Promise<PackedRegion> {
  const { path, address } = part
  if (address === undefined) throw new Complaint(`Say where ${path} lies: memory=${path}@ADDRESS, such as ${path}@0.`)
  if (pageSize > LARGEST_PAGE) throw new Complaint(`Pages of memory have at most ${LARGEST_PAGE} bytes in a stream.`)
  const source = await openSource(path)
  source.close()
  const { size } = source
  if (size === undefined) throw new Complaint(`${path} has no size that could be known; copy it to a file first.`)
  if (size % pageSize !== 0) {
    throw new Complaint(
      `${path} has ${counted(size, 'byte')}, which are no whole pages; --page-size says how long they are.`,
    )
  }
  if (address + BigInt(size) > 2n ** 64n)
    throw new Complaint(`${path} does not fit below the end of 64 bits of address.`)
  return { region, pageSize, base: address, length: BigInt(size) }
}

/** The record that declares a region. */
export function regionRecord(region: PackedRegion, name: string): RecordInput {
  const nameLength = lengthOf(name, 0xff, 'memory:')
  return { type: 'memory-region', payload: { ...region, nameLength, name } }
}

/** The pages of a region: those of zeros as a number of them, all others with their bytes. */
export async function* pageRecords({ path }: KnownPart, region: PackedRegion): AsyncGenerator<RecordInput> {
  const { pageSize } = region
  const zeros = new Uint8Array(pageSize)
  const source = await openSource(path)
  let next = 0
  let empty = 0
  const fill = function* (): Generator<RecordInput> {
    if (empty > 0) yield pagesRecord(region, next - empty, empty, zeros.subarray(0, 1))
    empty = 0
  }
  try {
    for await (const { piece } of chunksOf(source.chunks(), Math.max(CHUNK, pageSize))) {
      if (BigInt(next * pageSize + piece.length) > region.length) throw new Complaint(`${path} grew while it was read.`)
      for (let at = 0; at < piece.length; ) {
        let end = at
        const isEmpty = isZero(piece, at)
        while (end < piece.length && isZero(piece, end) === isEmpty) end += pageSize
        const count = (end - at) / pageSize
        if (!isEmpty || empty + count > MOST_PAGES) yield* fill()
        if (isEmpty) empty += count
        else yield pagesRecord(region, next, count, piece.subarray(at, end))
        next += count
        at = end
      }
    }
    yield* fill()
  } finally {
    source.close()
  }
  if (BigInt(next * pageSize) !== region.length) throw new Complaint(`${path} became shorter while it was read.`)

  function isZero(piece: Uint8Array, at: number): boolean {
    return Buffer.compare(piece.subarray(at, at + pageSize), zeros) === 0
  }
}

function pagesRecord({ region }: PackedRegion, first: number, pages: number, data: Uint8Array): RecordInput {
  const content = data.length === 1 ? 'fill' : 'data'
  const reserved = new Uint8Array(3)
  return {
    type: 'memory-pages',
    payload: { region, round: 1, firstPage: BigInt(first), pages, content, reserved, data },
  }
}
