export { comparedBits, type Observer, parseObserver, qemuMessage, type RefusedByte, refusedBytes } from './compare.ts'
export { type CompareMasks, type VfioView, vfioMasks } from './masks.ts'
