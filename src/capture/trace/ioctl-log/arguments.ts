import { DecodeError, type Finding } from '../../../findings/index.ts'
import { type Format, fromHex, type Json, type Located, type OptionValues, toHex } from '../../../layout/index.ts'

/** The bytes of an argument as their structure; the bytes themselves where they are none. */
export type Argument = Uint8Array | object

/** Options for a format: only those that it has. */
function optionsFor(format: Format, options: OptionValues): OptionValues {
  const { byteOrder } = options
  return 'byteOrder' in format.options && byteOrder !== undefined ? { byteOrder } : {}
}

/** Decodes an argument, and keeps it as bytes where that would lose anything. */
export function readArgument(format: Format | undefined, bytes: Uint8Array, options: OptionValues): Argument {
  if (format === undefined || bytes.length === 0) return bytes
  try {
    return format.decode(bytes, optionsFor(format, options)) as object
  } catch (error) {
    if (error instanceof DecodeError) return bytes
    throw error
  }
}

/** The bytes of an argument. @throws EncodeError */
export function argumentBytes(format: Format | undefined, argument: Argument, options: OptionValues): Uint8Array {
  if (argument instanceof Uint8Array || format === undefined) return argument as Uint8Array
  return format.encode(argument, optionsFor(format, options))
}

export function argumentToJson(format: Format | undefined, argument: Argument): Json {
  if (argument instanceof Uint8Array || format === undefined) return toHex(argument as Uint8Array)
  return format.toJson(argument)
}

/** @throws EncodeError */
export function argumentFromJson(format: Format | undefined, json: Json, options: OptionValues): Argument {
  const bytes = typeof json === 'string' ? fromHex(json) : undefined
  if (bytes !== undefined || format === undefined) return bytes ?? (json as object)
  return format.fromJson(json, optionsFor(format, options)) as object
}

/** Fields of an argument; offsets count in its bytes. */
export function argumentFields(
  format: Format | undefined,
  argument: Argument,
  bytes: Uint8Array,
  options: OptionValues,
): Located[] {
  if (argument instanceof Uint8Array || format === undefined) return []
  return format.fields(bytes, optionsFor(format, options))
}

/** What is wrong with an argument; offsets count in its bytes. */
export function argumentFindings(format: Format | undefined, bytes: Uint8Array, options: OptionValues): Finding[] {
  if (format === undefined || bytes.length === 0) return []
  return format.inspect(bytes, optionsFor(format, options)).findings
}
