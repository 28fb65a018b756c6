import {
  type AnyFunction,
  asDecodeError,
  decodeFunctions,
  functionDumpFormat,
  functionFields,
  inspectFunctions,
} from '../capture/function-dump/index.ts'
import { type Capture, CaptureError, type Inflater, openCapture } from '../capture/index.ts'
import { counted, DecodeError, type Finding } from '../findings/index.ts'
import {
  type BytesInput,
  completeOptions,
  type Format,
  type FormatInspection,
  type Located,
  type OptionValues,
  parseOptions,
  toBytes,
} from '../layout/index.ts'
import { detectFormats } from './detect.ts'
import { findFormat, formatNames } from './find.ts'
import { probeOf } from './probe.ts'

/** How to open an input. */
export interface OpenOptions {
  /** File name, a hint for detection. */
  readonly name?: string
  /** Name of the format; detected where it is not given. */
  readonly as?: string
  /** Options of the format. */
  readonly options?: OptionValues
  /** Options as `name=value` texts, for callers that learn the format only here. */
  readonly set?: readonly string[]
  /** Most bytes that decompression may give; default 256 MiB. */
  readonly maxBytes?: number
  /** Makes what inflates gzip; the platform's DecompressionStream unless said. */
  readonly inflater?: () => Inflater
}

/** An input of which the container is open and the format is known. */
export interface Document {
  /** What the bytes came in; null for raw bytes. */
  readonly container: string | null
  readonly format: Format
  readonly options: OptionValues
  /** The bytes that the format describes; those of each function for a dump. */
  readonly bytes: Uint8Array
  /** The functions of a dump, with what the capture knows of them besides their bytes. */
  readonly functions?: readonly AnyFunction[]
  /** @throws DecodeError */
  decode(): unknown
  /** Decodes and judges; never throws for bad bytes. */
  inspect(): FormatInspection<unknown>
  /** @throws DecodeError */
  fields(): Located[]
}

/**
 * Opens bytes of any known container and format: what the command does with each input.
 *
 * @throws DecodeError when the container is damaged or no format is recognised
 */
export async function openDocument(input: BytesInput, options: OpenOptions = {}): Promise<Document> {
  const bytes = toBytes(input)
  const named = options.as === undefined ? undefined : requireFormat(options.as)
  let capture: Capture
  try {
    const unknownText = named === undefined ? 'refuse' : 'raw'
    const { name, maxBytes, inflater } = options
    capture = await openCapture(bytes, { name, maxBytes, inflater, unknownText })
  } catch (error) {
    if (error instanceof CaptureError) throw asDecodeError(error)
    throw error
  }
  if ('functions' in capture) return dumpDocument(capture, bytes, named, options)
  const format = named ?? recognise(capture.bytes, options)
  const values = optionValues(format, options)
  const lines = 'lines' in capture ? capture.lines : undefined
  const withLine = (finding: Finding): Finding => {
    const line = lines?.at(finding.offset)?.line
    return line === undefined ? finding : { ...finding, line }
  }
  const inner = capture.bytes
  return {
    container: capture.container,
    format,
    options: values,
    bytes: inner,
    decode: () => format.decode(inner, values),
    inspect() {
      const { value, findings } = format.inspect(inner, values)
      return { value, findings: [...capture.findings, ...findings].map(withLine) }
    },
    fields: () => format.fields(inner, values),
  }
}

function dumpDocument(
  capture: Extract<Capture, { functions: unknown }>,
  bytes: Uint8Array,
  named: Format | undefined,
  options: OpenOptions,
): Document {
  const { functions, container } = capture
  const only = functions.length === 1 ? functions[0] : undefined
  if (named !== undefined && named.name !== functionDumpFormat.name) {
    // One function in a dump is also plain bytes of whatever the user says it is.
    if (only === undefined)
      throw notRecognised(`${named.name}`, `${counted(functions.length, 'function')} in ${container} form`)
    const values = optionValues(named, options)
    return {
      container,
      format: named,
      options: values,
      bytes: only.bytes,
      decode: () => named.decode(only.bytes, values),
      inspect: () => named.inspect(only.bytes, values),
      fields: () => named.fields(only.bytes, values),
    }
  }
  return { ...sysfsDocument(functions, options), container, bytes }
}

/** A sysfs tree that the caller has read, as a dump of its functions. */
export function sysfsDocument(functions: readonly AnyFunction[], options: OpenOptions = {}): Document {
  const values = optionValues(functionDumpFormat, options)
  return {
    container: 'sysfs',
    format: functionDumpFormat,
    options: values,
    bytes: new Uint8Array(0),
    functions,
    decode: () => decodeFunctions(functions, values),
    inspect: () => inspectFunctions(functions, values),
    fields: () => functionFields(functions, values),
  }
}

function optionValues(format: Format, { options, set }: OpenOptions): OptionValues {
  return set === undefined ? completeOptions(format.options, options) : parseOptions(format.options, set)
}

/** @throws DecodeError naming the formats there are */
export function requireFormat(name: string): Format {
  const format = findFormat(name)
  if (format !== undefined) return format
  throw notRecognised(`one of the formats ${formatNames().join(', ')}`, JSON.stringify(name))
}

function recognise(bytes: Uint8Array, options: OpenOptions): Format {
  const { name } = options
  const vendorId = vendorOf(options)
  const [best] = detectFormats({
    head: probeOf(bytes),
    size: bytes.length,
    ...(name === undefined ? {} : { name }),
    ...(vendorId === undefined ? {} : { vendorId }),
  })
  if (best !== undefined) return best.format
  throw notRecognised(KNOWN_FORMAT, summary(bytes))
}

/** The vendor ID that the user names: some formats start alike and differ by the device that they are of. */
function vendorOf({ options, set }: OpenOptions): number | undefined {
  const given = options?.vendorId ?? set?.find((text) => text.startsWith('vendorId='))?.slice('vendorId='.length)
  const number = Number(given ?? Number.NaN)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

/** What is expected of input that nobody recognises, with the way out. */
export const KNOWN_FORMAT = 'the bytes of a known format (--as unknown-blob shows what any bytes look like)'

/** The error for input that is of no known format, or of another than was said. */
export function notRecognised(expected: string, found: string): DecodeError {
  return new DecodeError({ code: 'registry/not-recognised', path: [], offset: 0, expected, found })
}

/** What unrecognised bytes look like, in a few words. */
function summary(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty input'
  const zeros = bytes.every((byte) => byte === 0)
  if (zeros) return counted(bytes.length, 'zero byte')
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  return `${counted(bytes.length, 'byte that starts', 'bytes that start')} ${start}`
}
