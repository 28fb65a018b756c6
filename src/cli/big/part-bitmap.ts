import { BitmapError, bitmapForms, type DirtyBitmap, decodeRoaring } from '../../dirty-bitmap/index.ts'
import { DecodeError } from '../../findings/index.ts'
import { detectFormats } from '../../registry/detect.ts'
import { undecoded } from '../complain.ts'
import { Complaint } from '../complaint.ts'
import { CONVERTED } from '../dirty/forms.ts'
import { openSource, readAll } from '../source.ts'
import type { KnownPart } from './known-parts.ts'
import type { PackedRegion } from './part-memory.ts'
import { type Content, chunksOf } from './part-records.ts'

/** What the command line says of bitmaps. */
interface BitmapFacts {
  /** Undefined where nobody says. */
  readonly pageSize: number | undefined
  readonly regions: readonly PackedRegion[]
}

const PAGE_SIZE = 4096

/** The records of a bitmap, in whichever encoding its file has. @throws Complaint or a system error */
export async function* bitmapRecords(part: KnownPart, facts: BitmapFacts): AsyncGenerator<Content> {
  const { path } = part
  const source = await openSource(path)
  try {
    const bytes = await readAll(source)
    const encoding = part.detail ?? detectedEncoding(bytes)
    if (encoding !== 'raw' && CONVERTED[encoding] === undefined) {
      throw new Complaint(
        `There is no encoding ${JSON.stringify(encoding)} of bitmaps; there are raw, ${Object.keys(CONVERTED).join(', ')}.`,
      )
    }
    const geometry =
      encoding === 'raw' ? rawGeometry(part, bytes.length, facts) : geometryOf(part, encoding, bytes, facts)
    let isFirst = true
    for await (const { piece, isLast } of chunksOf([bytes])) {
      const head = { ...geometry, round: 0, encodingLength: encoding.length, encoding }
      yield { type: 'dirty-bitmap', payload: isFirst ? { ...head, data: piece } : piece, goesOn: !isLast }
      isFirst = false
    }
  } finally {
    source.close()
  }
}

interface Geometry {
  readonly base: bigint
  readonly pages: bigint
  readonly pageSize: number
}

/** Bits of no meaning of their own: as many as there are, or as the memory has pages where those fit. */
function rawGeometry({ address }: KnownPart, length: number, { pageSize = PAGE_SIZE, regions }: BitmapFacts): Geometry {
  const base = address ?? 0n
  const fitting = regions
    .filter((region) => region.base === base)
    .map((region) => Number(region.length) / pageSize)
    .find((pages) => length === Math.ceil(pages / 8) || length === 8 * Math.ceil(pages / 64))
  return { base, pages: BigInt(fitting ?? length * 8), pageSize }
}

function geometryOf({ path, address }: KnownPart, encoding: string, bytes: Uint8Array, facts: BitmapFacts): Geometry {
  const region = facts.regions.find(({ base }) => base === (address ?? 0n))
  const size = facts.pageSize ?? region?.pageSize
  const pages = region === undefined || size === undefined ? undefined : Number(region.length) / size
  let bitmap: DirtyBitmap
  try {
    bitmap = (CONVERTED[encoding] as (typeof CONVERTED)[string])(bytes, {
      pageSize: facts.pageSize,
      base: address,
      // Storage forms end behind their last dirty page; the memory goes on.
      pages: /^(roaring|run-lengths)/.test(encoding) ? pages : undefined,
      bitmap: undefined,
    })
  } catch (error) {
    if (error instanceof DecodeError) throw new Complaint(`${path}, taken for ${encoding}: ${undecoded(error)}`)
    throw error instanceof BitmapError ? new Complaint(`${path}, taken for ${encoding}: ${error.message}`) : error
  }
  try {
    return { base: bitmap.base, pages: BigInt(bitmap.length), pageSize: bitmap.pageSize }
  } finally {
    bitmap.dispose()
  }
}

/** First two bytes of the Roaring format, little-endian: with runs, and without. */
const COOKIES = [12347, 12346]

/** The encoding that the bytes show; raw where they show none. */
function detectedEncoding(bytes: Uint8Array): string {
  const detected = detectFormats({ head: bytes.subarray(0, PAGE_SIZE), size: bytes.length, name: '' })[0]?.format.name
  const form = bitmapForms.find(({ format }) => format.name === detected)
  if (form !== undefined && CONVERTED[form.format.name] !== undefined) return form.format.name
  return COOKIES.includes((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8)) && isRoaring(bytes) ? 'roaring' : 'raw'
}

function isRoaring(bytes: Uint8Array): boolean {
  try {
    decodeRoaring(bytes, { pageSize: PAGE_SIZE, base: 0n }).dispose()
    return true
  } catch (error) {
    if (error instanceof DecodeError || error instanceof BitmapError) return false
    throw error
  }
}
