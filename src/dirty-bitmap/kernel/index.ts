/**
 * The bulk work on bits, in AssemblyScript, compiled at build time and embedded in the package. Bits are numbered as on the
 * wire: bit n is bit n % 64 of the little-endian word n / 64. Blocks start on a multiple of 64 bytes and have whole
 * groups of 64 bytes; the bits behind the last page are zero.
 */
export { and, andNot, or, xor } from './combine'
export { count } from './count'
export { copyBits, setBits } from './edit'
export { equal } from './equal'
export { next } from './next'
export { pages } from './pages'
export { ranges } from './ranges'
export { nextClear, nextSet } from './search'
export { groupBits, staticEnd, summarise } from './summary'
