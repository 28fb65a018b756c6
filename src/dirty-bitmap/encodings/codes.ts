import { defineCodes } from '../../findings/index.ts'

/** Findings about storage forms of bitmaps. */
export const encodingCodes = defineCodes({
  'dirty-bitmap/roaring-damaged': {
    severity: 'error',
    title: 'the content of a Roaring bitmap is not in order',
    explanation:
      'Keys and page numbers have to rise, runs must not touch and must add up to the number of pages in the header. The file was damaged, or it is the 64-bit form read as the 32-bit one: try --as roaring-64.',
    source: 'RoaringFormatSpec, portable serialisation',
  },
  'dirty-bitmap/run-lengths-damaged': {
    severity: 'error',
    title: 'run lengths are cut or too great',
    explanation:
      'Each length is an unsigned LEB128 number of at most 6 bytes, and all of them together are at most 2^40 pages. The file was cut, or it is something else.',
    source: 'proposed: run lengths of vfmig',
  },
})
