export { formats } from './all.ts'
export { allCodes } from './codes.ts'
export { type Candidate, detectFormats } from './detect.ts'
export {
  type Document,
  KNOWN_FORMAT,
  notRecognised,
  type OpenOptions,
  openDocument,
  requireFormat,
  sysfsDocument,
} from './document.ts'
export { findFormat } from './find.ts'
export { probeOf } from './probe.ts'
