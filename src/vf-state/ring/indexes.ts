import { EncodeError, type Path } from '../../findings/index.ts'

/** Bytes of one descriptor. */
export const DESCRIPTOR_SIZE = 16
/** Descriptors that a ring of the 82599 family can have; a multiple of 8. */
export const RING_LIMITS = { least: 64, most: 4096, multiple: 8 } as const

/** Where driver and device stand in a ring; all of them below the number of descriptors. */
export interface RingIndexes {
  /** Next descriptor that the driver looks at, whether the device has finished with it. */
  readonly nextToClean: number
  /** Next descriptor that the driver fills; also the tail register. */
  readonly nextToUse: number
  /** Next buffer that the driver allocates, receive rings only. */
  readonly nextToAllocate?: number
}

/** Descriptors that the driver can still fill: one always stays free, so that a full ring is told from an empty one. */
export function freeDescriptors(count: number, { nextToClean, nextToUse }: RingIndexes): number {
  return (nextToClean > nextToUse ? 0 : count) + nextToClean - nextToUse - 1
}

/**
 * Where an index points once the descriptor at `head` has become the first.
 *
 * @throws EncodeError for an index or a head that is not in the ring
 */
export function shiftIndex(index: number, head: number, count: number): number {
  requireInside(head, count, ['head'])
  requireInside(index, count, ['index'])
  return (index + count - head) % count
}

/** All indexes of a ring, shifted. @throws EncodeError */
export function shiftIndexes<I extends RingIndexes>(indexes: I, head: number, count: number): I {
  requireInside(head, count, ['head'])
  const shifted: Record<string, number> = {}
  for (const [name, index] of Object.entries(indexes) as [string, number | undefined][]) {
    if (index === undefined) continue
    requireInside(index, count, [name])
    shifted[name] = (index + count - head) % count
  }
  return shifted as unknown as I
}

/** @throws EncodeError */
export function requireInside(index: number, count: number, path: Path): void {
  if (!Number.isInteger(count) || count < 1) {
    const found = String(count)
    throw new EncodeError({ code: 'vf-state/ring-length', path: ['count'], expected: 'descriptors', found })
  }
  if (Number.isInteger(index) && index >= 0 && index < count) return
  const code = path[0] === 'head' ? 'vf-state/ring-head' : 'vf-state/ring-index'
  throw new EncodeError({ code, path, expected: `a number from 0 to ${count - 1}`, found: String(index) })
}
