import { defineCodes, hexOffset } from '../../findings/index.ts'
import { DESCRIPTOR_SIZE, freeDescriptors, RING_LIMITS, type RingIndexes } from './indexes.ts'
import { type Ring, rotate } from './shift.ts'

const SOURCE = 'RFC Patch 09/12 of October 2015; linux ixgbevf_main.c; Intel 82599 datasheet, descriptor rings'

export const ringCodes = defineCodes({
  'vf-state/ring-length': {
    severity: 'error',
    title: 'a ring does not have a number of descriptors that the device takes',
    explanation:
      'Rings have 64 to 4096 descriptors, a multiple of 8. The destination device does not start such a ring, or runs over its end.',
    source: SOURCE,
  },
  'vf-state/ring-length-register': {
    severity: 'error',
    title: 'the length register of a ring is not 16 bytes for each descriptor',
    explanation:
      'RDLEN and TDLEN state the ring in bytes. Device and driver disagree about its end, and wrap at different places.',
    source: SOURCE,
  },
  'vf-state/ring-base': {
    severity: 'error',
    title: 'a ring does not start at a multiple of 128 bytes',
    explanation: 'The low bits of the address register do not exist: the device reads descriptors from elsewhere.',
    source: SOURCE,
  },
  'vf-state/ring-head': {
    severity: 'error',
    title: 'the head of a ring is behind its end',
    explanation:
      'The restore turns the ring so that the old head becomes the first descriptor. With a head outside of the ring it reads behind the array.',
    source: SOURCE,
  },
  'vf-state/ring-index': {
    severity: 'error',
    title: 'an index or tail of a ring is behind its end',
    explanation:
      'Next-to-clean, next-to-use and the tail are below the number of descriptors, before and after the shift.',
    source: SOURCE,
  },
  'vf-state/ring-done-while-empty': {
    severity: 'error',
    title: 'the ring counts as empty while finished descriptors wait in it',
    explanation:
      'Next-to-clean equals next-to-use, so that all descriptors but one are free, and the next one to clean has its DD bit set. The indexes and the descriptors are of different moments: packets are lost, or buffers are used twice.',
    source: SOURCE,
  },
  'vf-state/ring-buffers-not-shifted': {
    severity: 'error',
    title: 'the descriptors of a ring were shifted and the buffers beside them were not',
    explanation:
      'The driver finds the buffer of a descriptor by its index. After such a restore it frees or hands up the buffers of other descriptors.',
    source: SOURCE,
  },
})

export type RingCode = keyof typeof ringCodes.entries
/** Receives a code, a message, and the name of the fact that is wrong. */
export type RingReport = (code: RingCode, message: string, about: keyof RingRegisters | 'descriptors') => void

/** What registers and driver say of one ring; what is not known is left out. */
export interface RingRegisters extends Partial<RingIndexes> {
  readonly count?: number
  /** RDBAL or TDBAL. */
  readonly baseLow?: number
  /** RDLEN or TDLEN, in bytes. */
  readonly length?: number
  readonly head?: number
  readonly tail?: number
}

/** Judges what is known of one ring. */
export function checkRing(ring: RingRegisters, report: RingReport): void {
  const { baseLow, length, head, tail } = ring
  const count = ring.count ?? (length === undefined ? undefined : Math.floor(length / DESCRIPTOR_SIZE))
  if (count === undefined) return
  if (length !== undefined && length !== count * DESCRIPTOR_SIZE) {
    const message = `The length is ${length} bytes; ${count} descriptors have ${count * DESCRIPTOR_SIZE}.`
    report('vf-state/ring-length-register', message, 'length')
  }
  const { least, most, multiple } = RING_LIMITS
  if (count < least || count > most || count % multiple !== 0) {
    const message = `There are ${count} descriptors; ${least} to ${most}, a multiple of ${multiple}, are possible.`
    report('vf-state/ring-length', message, ring.count === undefined ? 'length' : 'count')
  }
  if (baseLow !== undefined && baseLow % 128 !== 0) {
    report('vf-state/ring-base', `The ring starts at ${hexOffset(baseLow)} in its page of 4 GiB.`, 'baseLow')
  }
  if (head !== undefined && head >= count) {
    report('vf-state/ring-head', `The head is ${head}; there are ${count} descriptors.`, 'head')
  }
  for (const [name, index] of Object.entries({ tail, ...indexesOf(ring) })) {
    if (index === undefined || index < count) continue
    const message = `The index is ${index}; there are ${count} descriptors.`
    report('vf-state/ring-index', message, name as keyof RingRegisters)
  }
}

function indexesOf({ nextToClean, nextToUse, nextToAllocate }: RingRegisters): Partial<RingIndexes> {
  return {
    ...(nextToClean === undefined ? {} : { nextToClean }),
    ...(nextToUse === undefined ? {} : { nextToUse }),
    ...(nextToAllocate === undefined ? {} : { nextToAllocate }),
  }
}

/**
 * Judges the indexes of a driver against the DD bits of its descriptors.
 *
 * @param done whether the device has finished with the descriptor of a number
 */
export function checkRingDone(
  count: number,
  indexes: RingIndexes,
  done: (index: number) => boolean,
  report: RingReport,
): void {
  const { nextToClean } = indexes
  if (nextToClean >= count || freeDescriptors(count, indexes) !== count - 1 || !done(nextToClean)) return
  const message = `Descriptor ${nextToClean} is done, and ${count - 1} of ${count} are free.`
  report('vf-state/ring-done-while-empty', message, 'nextToClean')
}

/** Whether a ring was shifted as a whole: descriptors, and what the driver keeps beside them. */
export function checkShift(before: Ring, after: Ring, head: number, report: RingReport): void {
  const { buffers: old = [] } = before
  const { buffers = [] } = after
  if (head === 0 || old.length === 0 || head >= old.length) return
  const expected = rotate(old, head)
  const wrong = buffers.findIndex((buffer, index) => buffer !== expected[index])
  if (wrong < 0 && buffers.length === old.length) return
  const place = wrong < 0 ? `There are ${buffers.length} buffers, there were ${old.length}.` : undefined
  const message = place ?? `Descriptor ${wrong} has the buffer of another one; the ring was shifted by ${head}.`
  report('vf-state/ring-buffers-not-shifted', message, 'descriptors')
}
