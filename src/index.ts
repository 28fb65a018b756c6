export { DecodeError, EncodeError, type Finding, printPath, type Severity } from './findings/index.ts'
export type { Format, FormatInspection, OptionValues } from './layout/index.ts'
export {
  allCodes,
  type Document,
  detectFormats,
  findFormat,
  formats,
  type OpenOptions,
  openDocument,
} from './registry/index.ts'
