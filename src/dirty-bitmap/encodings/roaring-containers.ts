import { DecodeError, type Path } from '../../findings/index.ts'
import { toView } from '../../layout/index.ts'
import { popCount } from '../bits.ts'

/** Pages of a container, and bytes of one that is stored as a bitmap. */
export const CONTAINER_PAGES = 65536
export const BITMAP_BYTES = CONTAINER_PAGES / 8
/** Pages of a 32-bit bitmap; more need the 64-bit form. */
export const BUCKET_PAGES = 2 ** 32
/** Most page numbers that are stored one by one. */
export const ARRAY_MOST = 4096
/** First word of a bitmap without run containers; low half of that of one with them. */
export const COOKIE_PLAIN = 12346
export const COOKIE_RUNS = 12347
/** From so many containers on there are offsets in a bitmap with run containers; without them there always are. */
export const OFFSETS_FROM = 4

/** A stretch of 65536 pages and how it is stored. */
export interface Container {
  /** Pages `key * 65536` and following. */
  readonly key: number
  /** Dirty pages, as the header says. */
  readonly cardinality: number
  readonly kind: 'array' | 'bitmap' | 'run'
  /** Its bytes, in the input. */
  readonly offset: number
  readonly length: number
}

/** Where the containers of a 32-bit bitmap of the Roaring portable format lie. @throws DecodeError */
export function readContainers(bytes: Uint8Array, start = 0): { containers: Container[]; end: number } {
  const view = toView(bytes)
  let at = start
  const take = (length: number, path: Path) => {
    if (length > bytes.length - at) throw endedEarly(at, `${length} bytes`, bytes.length - at, path)
    at += length
    return at - length
  }
  const cookie = view.getUint32(take(4, ['cookie']), true)
  const hasRuns = (cookie & 0xffff) === COOKIE_RUNS
  if (!hasRuns && cookie !== COOKIE_PLAIN) {
    const expected = `${COOKIE_PLAIN}, or ${COOKIE_RUNS} in its low half`
    throw new DecodeError({ code: 'layout/wrong-magic', path: ['cookie'], offset: start, expected, found: `${cookie}` })
  }
  const count = hasRuns ? (cookie >>> 16) + 1 : view.getUint32(take(4, ['count']), true)
  if (count > CONTAINER_PAGES) throw damaged(at - 4, ['count'], `at most ${CONTAINER_PAGES} containers`, `${count}`)
  const marks = hasRuns ? take(Math.ceil(count / 8), ['runMarks']) : undefined
  const heads = take(4 * count, ['heads'])
  if (!hasRuns || count >= OFFSETS_FROM) take(4 * count, ['offsets'])
  const containers: Container[] = []
  for (let index = 0; index < count; index++) {
    const key = view.getUint16(heads + 4 * index, true)
    const before = containers.at(-1)
    if (before !== undefined && before.key >= key) {
      throw damaged(heads + 4 * index, ['heads', index, 'key'], `a key above ${before.key}`, `${key}`)
    }
    const cardinality = view.getUint16(heads + 4 * index + 2, true) + 1
    const isRun = marks !== undefined && ((view.getUint8(marks + (index >> 3)) >> (index & 7)) & 1) === 1
    const kind = isRun ? 'run' : cardinality > ARRAY_MOST ? 'bitmap' : 'array'
    const path = ['containers', index]
    let length = kind === 'bitmap' ? BITMAP_BYTES : 2 * cardinality
    if (isRun) {
      if (bytes.length - at < 2) throw endedEarly(at, '2 bytes', bytes.length - at, path)
      length = 2 + 4 * view.getUint16(at, true)
    }
    containers.push({ key, cardinality, kind, offset: take(length, path), length })
  }
  return { containers, end: at }
}

/** Marks the pages of a container in its 8 KiB of bits. @throws DecodeError where the content is not in order */
export function unpackContainer(bytes: Uint8Array, container: Container, bits: Uint8Array): void {
  const { offset, length, kind, cardinality, key } = container
  const path = ['containers', key]
  if (kind === 'bitmap') {
    bits.set(bytes.subarray(offset, offset + BITMAP_BYTES))
    const found = countBits(bits)
    if (found !== cardinality) throw damaged(offset, path, `bits of ${cardinality} pages`, `${found}`)
    return
  }
  const view = toView(bytes)
  if (kind === 'array') {
    let before = -1
    for (let at = offset; at < offset + length; at += 2) {
      const page = view.getUint16(at, true)
      if (page <= before) throw damaged(at, path, `a number above ${before}`, `${page}`)
      bits[page >> 3] = (bits[page >> 3] as number) | (1 << (page & 7))
      before = page
    }
    return
  }
  let [least, total] = [0, 0]
  for (let at = offset + 2; at < offset + length; at += 4) {
    const first = view.getUint16(at, true)
    const last = first + view.getUint16(at + 2, true)
    if (first < least || last >= CONTAINER_PAGES) {
      throw damaged(at, path, `a run between ${least} and ${CONTAINER_PAGES - 1}`, `${first} to ${last}`)
    }
    setBits(bits, first, last + 1)
    total += last + 1 - first
    // Runs that touch would be one.
    least = last + 2
  }
  if (total !== cardinality) throw damaged(offset, path, `runs of ${cardinality} pages in all`, `${total}`)
}

function countBits(bits: Uint8Array): number {
  const view = toView(bits)
  let total = 0
  for (let at = 0; at < bits.length; at += 4) total += popCount(view.getUint32(at))
  return total
}

function setBits(bits: Uint8Array, from: number, to: number): void {
  const [first, last] = [from >> 3, to >> 3]
  const [head, tail] = [0xff << (from & 7), ~(0xff << (to & 7))]
  if (first === last) {
    bits[first] = (bits[first] as number) | (head & tail)
    return
  }
  bits[first] = (bits[first] as number) | head
  bits.fill(0xff, first + 1, last)
  if (last < bits.length) bits[last] = (bits[last] as number) | tail
}

function endedEarly(offset: number, expected: string, left: number, path: Path): DecodeError {
  return new DecodeError({
    code: 'layout/ended-early',
    path,
    offset,
    expected,
    found: left <= 0 ? 'the end of the input' : `only ${left}`,
    needsMore: true,
  })
}

function damaged(offset: number, path: Path, expected: string, found: string): DecodeError {
  return new DecodeError({ code: 'dirty-bitmap/roaring-damaged', path, offset, expected, found })
}
