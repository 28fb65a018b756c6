export { type CaptureCode, captureCodes } from './codes.ts'
export {
  type ContainerName,
  type DetectedContainer,
  type DetectInput,
  type Detection,
  detectContainer,
} from './detect.ts'
export { type DumpForm, hexdumpForm, odForm, xxdForm } from './dump-form.ts'
export { CaptureError } from './errors.ts'
export { type BarSizes, type CapturedFunction, type FunctionAddress, parseAddress } from './function.ts'
export { type GunzipOptions, gunzip, gunzipChunks, type Inflater, isGzip } from './gzip.ts'
export { type DumpContent, readDump } from './hex-dump.ts'
export { LineMap, type LinePlace, type LineRun } from './line-map.ts'
export { type LspciFunction, LspciReader, readLspci, readLspciStream } from './lspci.ts'
export { isDomjobinfo, readDomjobinfo } from './migration-status/domjobinfo.ts'
export { isQueryMigrate, readQueryMigrate } from './migration-status/query-migrate.ts'
export {
  type Capture,
  type DumpCapture,
  type LspciCapture,
  type OpenOptions,
  openCapture,
  openInflated,
  type RawCapture,
  type SysfsCapture,
} from './open.ts'
export { readPlainHex } from './plain-hex.ts'
export * from './qcow2/index.ts'
export { readSysfs, type SysfsFile, type SysfsFunction } from './sysfs.ts'
export type { SriovAttributes } from './sysfs-attributes.ts'
export { isTar, readTar, type TarEntry } from './tar.ts'
export * from './trace/index.ts'
export { hexdumpPieces, writeHexdump, writeXxd, xxdPieces } from './write-dump.ts'
export { type LspciEntry, lspciPieces, writeLspci } from './write-lspci.ts'
