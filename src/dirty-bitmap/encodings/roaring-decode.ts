import { DecodeError } from '../../findings/index.ts'
import { DEFAULT_MAX_BYTES, toView } from '../../layout/index.ts'
import { type BitmapOptions, DirtyBitmap } from '../bitmap.ts'
import {
  BITMAP_BYTES,
  BUCKET_PAGES,
  CONTAINER_PAGES,
  type Container,
  readContainers,
  unpackContainer,
} from './roaring-containers.ts'

/**
 * A bitmap from the Roaring portable format, the 32-bit form unless said. Page numbers of `length` and more are left out;
 * without a length the bitmap ends behind its last page.
 *
 * @throws BitmapError for pages so far apart that they need more than `maxBytes` (default 256 MiB)
 * @throws DecodeError for bytes that are not in order, also behind the last container
 */
export function decodeRoaring(bytes: Uint8Array, options: BitmapOptions & { readonly wide?: boolean }): DirtyBitmap {
  const places = placesIn(bytes, options.wide === true)
  const last = places.at(-1)
  const length = options.length ?? (last === undefined ? 0 : last.page + lastPage(bytes, last.container) + 1)
  const bitmap = DirtyBitmap.clean({ maxBytes: DEFAULT_MAX_BYTES, ...options, length })
  const bits = new Uint8Array(BITMAP_BYTES)
  for (const { container, page } of places) {
    if (page >= length) break
    bits.fill(0)
    unpackContainer(bytes, container, bits)
    bitmap.load(bits, page)
  }
  return bitmap
}

/** The containers and the page that each begins at. @throws DecodeError */
function placesIn(bytes: Uint8Array, wide: boolean) {
  const buckets = wide ? readBuckets(bytes) : [{ high: 0, ...readContainers(bytes) }]
  const end = buckets.at(-1)?.end ?? 8
  if (end < bytes.length) {
    const facts = { expected: 'the end of the input', found: `${bytes.length - end} more bytes` }
    throw new DecodeError({ code: 'layout/trailing-bytes', path: [], offset: end, ...facts })
  }
  const places = buckets.flatMap(({ high, containers }) =>
    containers.map((container) => ({ container, page: high * BUCKET_PAGES + container.key * CONTAINER_PAGES })),
  )
  return places
}

/**
 * Number of pages up to the last dirty one, without a bitmap being made; 0 where none is dirty. @throws DecodeError
 */
export function roaringEnd(bytes: Uint8Array, wide = false): number {
  const places = placesIn(bytes, wide)
  const last = places.at(-1)
  return last === undefined ? 0 : last.page + lastPage(bytes, last.container) + 1
}

/** The 32-bit bitmaps of the 64-bit form. @throws DecodeError */
function readBuckets(bytes: Uint8Array): { high: number; containers: Container[]; end: number }[] {
  const view = toView(bytes)
  const need = (at: number, length: number) => {
    if (at + length <= bytes.length) return
    const facts = { expected: `${length} bytes`, found: `only ${bytes.length - at}`, needsMore: true }
    throw new DecodeError({ code: 'layout/ended-early', path: ['buckets'], offset: at, ...facts })
  }
  need(0, 8)
  const count = view.getBigUint64(0, true)
  const buckets: { high: number; containers: Container[]; end: number }[] = []
  for (let at = 8; BigInt(buckets.length) < count; ) {
    need(at, 4)
    const high = view.getUint32(at, true)
    const before = buckets.at(-1)
    if (before !== undefined && before.high >= high) {
      const facts = { expected: `a key above ${before.high}`, found: `${high}` }
      throw new DecodeError({
        code: 'dirty-bitmap/roaring-damaged',
        path: ['buckets', buckets.length],
        offset: at,
        ...facts,
      })
    }
    const { containers, end } = readContainers(bytes, at + 4)
    buckets.push({ high, containers, end })
    at = end
  }
  return buckets
}

function lastPage(bytes: Uint8Array, container: Container): number {
  const bits = new Uint8Array(BITMAP_BYTES)
  unpackContainer(bytes, container, bits)
  const at = bits.findLastIndex((byte) => byte !== 0)
  return at === -1 ? 0 : 8 * at + 31 - Math.clz32(bits[at] as number)
}
