import { DecodeError } from '../findings/index.ts'

/** VFIO_PCI_NUM_REGIONS: BARs, ROM, configuration space and VGA; device-specific regions follow. */
export const FIXED_REGIONS = 9

/** The index that the next region of a vendor module gets when `count` of them are there already. */
export function nextRegionIndex(count: number): number {
  return FIXED_REGIONS + count
}

/**
 * What a region index stands for, with `count` regions of the vendor module.
 *
 * @throws DecodeError for an index beyond the last region
 */
export function resolveRegionIndex(index: number, count: number): { kind: 'fixed' | 'vendor'; number: number } {
  if (Number.isInteger(index) && index >= 0 && index < FIXED_REGIONS) return { kind: 'fixed', number: index }
  if (Number.isInteger(index) && index >= 0 && index < FIXED_REGIONS + count) {
    return { kind: 'vendor', number: index - FIXED_REGIONS }
  }
  throw new DecodeError({
    code: 'vfio/region-index',
    path: [],
    offset: 0,
    expected: `a region index below ${FIXED_REGIONS + count}`,
    found: String(index),
  })
}
