export {
  checkRing,
  checkRingDone,
  checkShift,
  type RingCode,
  type RingRegisters,
  type RingReport,
  ringCodes,
} from './check.ts'
export {
  DESCRIPTOR_SIZE,
  freeDescriptors,
  RING_LIMITS,
  type RingIndexes,
  shiftIndex,
  shiftIndexes,
} from './indexes.ts'
export { type Ring, rotate, rotateDescriptors, shiftRing, unshiftRing } from './shift.ts'
export {
  type Counter,
  type CounterWidth,
  readCounter,
  restoreStatistics,
  saveStatistics,
  shownCount,
  startCounter,
  startStatistics,
  type VfStatistics,
} from './statistics.ts'
