import { defineCodes } from '../findings/index.ts'

const SOURCE = 'Yan Zhao, RFC v4, Introduce vendor ops in vfio-pci, 18 May 2020'

/** What can be wrong of names and indexes, which are no structures. */
export const vendorOpsCodes = defineCodes({
  'vfio/module-alias': {
    severity: 'error',
    title: 'a module alias is not of the form that vfio-pci asks for',
    explanation:
      'The kernel asks for "vfio-pci:" and both IDs in lower-case hexadecimal without 0x and without leading zeros. A module with another spelling is never loaded, and the device gets the default operations, without migration.',
    source: SOURCE,
  },
  'vfio/region-index': {
    severity: 'error',
    title: 'a region index is beyond the last region',
    explanation:
      'Nine regions are fixed, those of the vendor module follow; the first index behind them is not a region. The published code lets exactly that one through.',
    source: SOURCE,
  },
})
