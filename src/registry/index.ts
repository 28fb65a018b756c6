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
export { allCodes, findFormat, formats } from './formats.ts'
export { probeOf } from './probe.ts'
