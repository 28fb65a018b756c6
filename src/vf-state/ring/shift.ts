import { EncodeError } from '../../findings/index.ts'
import { DESCRIPTOR_SIZE, type RingIndexes, requireInside, shiftIndexes } from './indexes.ts'

/** A ring as the driver keeps it: descriptors that the device sees, and what the driver knows of each. */
export interface Ring<Buffer = unknown> {
  /** 16 bytes each. */
  readonly descriptors: Uint8Array
  readonly indexes: RingIndexes
  /** What the driver keeps beside each descriptor, as many as there are descriptors. */
  readonly buffers?: readonly Buffer[]
  /**
   * Transmit rings: for each descriptor that starts a packet, the index of the packet's last one. Patch 8 of the series
   * makes an index of what was a pointer, so that it can be shifted.
   */
  readonly nextToWatch?: readonly (number | undefined)[]
}

/** A copy of the elements in which the one at `head` is the first. @throws EncodeError for a head outside */
export function rotate<T>(elements: readonly T[], head: number): T[] {
  if (elements.length === 0 && head === 0) return []
  requireInside(head, elements.length, ['head'])
  return [...elements.slice(head), ...elements.slice(0, head)]
}

/** A copy of descriptors of 16 bytes in which the one at `head` is the first. @throws EncodeError */
export function rotateDescriptors(descriptors: Uint8Array, head: number): Uint8Array {
  const count = countOf(descriptors)
  if (count === 0 && head === 0) return new Uint8Array(0)
  requireInside(head, count, ['head'])
  const rotated = new Uint8Array(descriptors.length)
  rotated.set(descriptors.subarray(DESCRIPTOR_SIZE * head))
  rotated.set(descriptors.subarray(0, DESCRIPTOR_SIZE * head), DESCRIPTOR_SIZE * (count - head))
  return rotated
}

/**
 * The ring as the driver makes it on restore. The device starts at descriptor 0 and its head register cannot be written:
 * the descriptor at the old head becomes the first, and everything that points into the ring is moved with it.
 *
 * @param head old head, recorded or last read from RDH or TDH
 * @throws EncodeError for a head or an index outside of the ring, or parts of different length
 */
export function shiftRing<R extends Ring>(ring: R, head: number): R {
  const count = countOf(ring.descriptors)
  const { buffers, nextToWatch } = ring
  sameLength('buffers', buffers, count)
  sameLength('nextToWatch', nextToWatch, count)
  return {
    ...ring,
    descriptors: rotateDescriptors(ring.descriptors, head),
    indexes: shiftIndexes(ring.indexes, head, count),
    ...(buffers === undefined ? {} : { buffers: rotate(buffers, head) }),
    ...(nextToWatch === undefined ? {} : { nextToWatch: shiftWatches(nextToWatch, head) }),
  }
}

function shiftWatches(nextToWatch: readonly (number | undefined)[], head: number): (number | undefined)[] {
  const count = nextToWatch.length
  return rotate(nextToWatch, head).map((last, index) => {
    if (last === undefined) return undefined
    requireInside(last, count, ['nextToWatch', index])
    return (last + count - head) % count
  })
}

/** The inverse: the ring in which the first descriptor stood at `head`. @throws EncodeError */
export function unshiftRing<R extends Ring>(ring: R, head: number): R {
  const count = countOf(ring.descriptors)
  requireInside(head, count, ['head'])
  return shiftRing(ring, (count - head) % count)
}

function countOf(descriptors: Uint8Array): number {
  const count = descriptors.length / DESCRIPTOR_SIZE
  if (Number.isInteger(count)) return count
  const facts = { expected: `whole descriptors of ${DESCRIPTOR_SIZE} bytes`, found: `${descriptors.length} bytes` }
  throw new EncodeError({ code: 'vf-state/ring-length', path: ['descriptors'], ...facts })
}

function sameLength(name: string, part: readonly unknown[] | undefined, count: number): void {
  if (part === undefined || part.length === count) return
  const facts = { expected: `${count} elements, as there are descriptors`, found: String(part.length) }
  throw new EncodeError({ code: 'vf-state/ring-length', path: [name], ...facts })
}
