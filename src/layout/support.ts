/** What generated code uses from outside. */
export { BINARY } from './expression.ts'
export { fits, safe, UNFIT } from './routines.ts'
export { textBytes, textValue } from './text.ts'
export { isOpaque } from './write.ts'

/** Index of the low half of a 64-bit element seen as two 32-bit ones: 0 on little-endian machines. */
export const LOW_HALF: 0 | 1 = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1
