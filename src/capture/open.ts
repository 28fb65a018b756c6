import type { Finding } from '../findings/index.ts'
import { type BytesInput, DEFAULT_MAX_BYTES, toBytes } from '../layout/index.ts'
import { type ContainerName, type Detection, detectContainer, ONE_LINE } from './detect.ts'
import { type DumpForm, hexdumpForm, odForm, xxdForm } from './dump-form.ts'
import { CaptureError } from './errors.ts'
import { type GunzipOptions, gunzip, isGzip } from './gzip.ts'
import { readDump } from './hex-dump.ts'
import type { LineMap } from './line-map.ts'
import { type LspciFunction, readLspci } from './lspci.ts'
import { readPlainHex } from './plain-hex.ts'
import { readSysfs, type SysfsFunction } from './sysfs.ts'
import { readTar } from './tar.ts'
import { excerpt, LINE_FEED, LineCursor, skipHex } from './text.ts'

/** How to open a capture; `maxBytes` bounds what repeated rows give, too. */
export interface OpenOptions extends GunzipOptions {
  /** Name of the file, a hint where the content leaves a doubt. */
  readonly name?: string | undefined
  /** Text of no known form is refused, unless it is asked for as raw bytes: traces and JSON are text, too. */
  readonly unknownText?: 'refuse' | 'raw' | undefined
}

interface Opened {
  /** Whether gzip was taken off. Offsets of provenance count in what came out. */
  readonly gzip: boolean
  readonly findings: readonly Finding[]
}

/** Bytes without a container. */
export interface RawCapture extends Opened {
  readonly container: null
  readonly bytes: Uint8Array
}

/** Bytes that stood in a hex dump. */
export interface DumpCapture extends Opened {
  readonly container: Extract<ContainerName, 'xxd' | 'hexdump' | 'od' | 'hex'>
  readonly bytes: Uint8Array
  /** Where in the text each byte stood. */
  readonly lines: LineMap
  /** Offset or address that the dump gives its first byte. */
  readonly start: bigint
}

/** Functions from the text of lspci. */
export interface LspciCapture extends Opened {
  readonly container: 'lspci'
  readonly functions: readonly LspciFunction[]
}

/** Functions from an archive of a sysfs tree. */
export interface SysfsCapture extends Opened {
  readonly container: 'sysfs-tar'
  readonly functions: readonly SysfsFunction[]
}

export type Capture = RawCapture | DumpCapture | LspciCapture | SysfsCapture

/** Takes bytes out of whatever they come in, one level of gzip included. Throws CaptureError where that is damaged. */
export async function openCapture(input: BytesInput, options: OpenOptions = {}): Promise<Capture> {
  const bytes = toBytes(input)
  if (!isGzip(bytes)) return openInflated(bytes, options)
  const inflated = await gunzip(bytes, options)
  if (isGzip(inflated))
    throw new CaptureError({ code: 'capture/gzip-nested', expected: 'one level of gzip', found: 'gzip in gzip' })
  return { ...openInflated(inflated, options), gzip: true }
}

/** The same for input that is not compressed, without waiting; gzip is refused. */
export function openInflated(input: BytesInput, options: OpenOptions = {}): Capture {
  const bytes = toBytes(input)
  const detection = detect(bytes, options.name)
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
  switch (detection.container) {
    case 'raw':
      return { container: null, gzip: false, bytes, findings: [] }
    case 'lspci':
      return { container: 'lspci', gzip: false, functions: readLspci(bytes), findings: [] }
    case 'sysfs-tar':
      return { container: 'sysfs-tar', gzip: false, functions: readSysfs(filesOf(bytes)), findings: [] }
    case 'hexdump':
      return dump('hexdump', bytes, hexdumpForm, maxBytes)
    case 'od':
      return dump('od', bytes, odForm(offsetDigits(bytes, detection)), maxBytes)
    case 'xxd':
      return dump('xxd', bytes, xxdForm, maxBytes)
    case 'log':
      return dump('hex', bytes, xxdForm, maxBytes)
    case 'hex':
      return { container: 'hex', gzip: false, ...readPlainHex(bytes, maxBytes) }
    case 'gzip':
      throw new CaptureError({ code: 'capture/gzip-nested', expected: 'decompressed input', found: 'gzip' })
    case 'unknown-text':
      if (options.unknownText === 'raw') return { container: null, gzip: false, bytes, findings: [] }
      throw refuse(bytes, detection)
    default:
      throw refuse(bytes, detection)
  }
}

const HEAD = 4096

/**
 * Detects from the head; where that is text of no known form, from all of it: logs begin with other lines, and digits
 * may all stand in one.
 */
function detect(bytes: Uint8Array, name: string | undefined): Detection {
  const first = detectContainer({ head: bytes.subarray(0, HEAD), size: bytes.length, name })
  const isText = first.container === 'unknown-text' || first.reason === ONE_LINE
  if (!isText || bytes.length <= HEAD) return first
  return detectContainer({ head: bytes, name })
}

function dump(container: DumpCapture['container'], bytes: Uint8Array, form: DumpForm, maxBytes: number): DumpCapture {
  return { container, gzip: false, ...readDump(bytes, form, maxBytes) }
}

function* filesOf(archive: Uint8Array) {
  for (const { path, bytes, link, offset, kind } of readTar(archive))
    if (kind === 'file' || kind === 'link') yield { path, bytes, link, offset }
}

function offsetDigits(bytes: Uint8Array, { line }: Detection): number {
  const cursor = new LineCursor(bytes)
  while (cursor.next()) if (cursor.number === line) return skipHex(bytes, cursor.start, cursor.end) - cursor.start
  return 0
}

const ACCEPTED =
  'raw bytes, xxd, hexdump -C, od -t x1, plain hexadecimal, a kernel log with a hex dump, lspci -x, or a tar of sysfs'

function refuse(bytes: Uint8Array, { container, line }: Detection): CaptureError {
  if (container === 'utf16-text')
    return new CaptureError({ code: 'capture/utf16-text', expected: 'text in ASCII or UTF-8', found: 'UTF-16' })
  if (container === 'words')
    return new CaptureError({
      code: 'capture/byte-order-unknown',
      ...(line === undefined ? {} : { line }),
      expected: 'single bytes, as hexdump -C, od -A x -t x1 and xxd print them',
      found: 'words of several bytes in an unknown byte order',
    })
  const feed = bytes.indexOf(LINE_FEED)
  const found = `text that starts with ${excerpt(bytes, 0, feed === -1 ? bytes.length : feed)}`
  return new CaptureError({ code: 'capture/unknown-text', expected: ACCEPTED, found })
}
