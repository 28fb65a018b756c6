import { atPath, DecodeError, type Path } from '../../findings/index.ts'
import {
  errorFinding,
  type Format,
  type Json,
  type Located,
  type OptionValues,
  toBytes,
  wrongType,
} from '../../layout/index.ts'
import { configSpaceFormat, pciOptions, toPciOptions } from '../../pci/index.ts'
import { captureCodes } from '../codes.ts'
import { CaptureError } from '../errors.ts'
import { readLspci } from '../lspci.ts'
import { lspciPieces } from '../write-lspci.ts'
import { detectDump } from './detect.ts'
import { type AnyFunction, cutFunction, functionOf, inspectFunction, tryFunction } from './read.ts'
import { type FunctionSpace, spaceBytes, spaceFields, spaceFromJson, spaceSchema, spaceToJson } from './space.ts'
import type { DumpedFunction, FunctionDump } from './value.ts'

/** Functions as `lspci -x` prints them, alone or mixed with `-v`; sysfs trees give the same value. */
export const functionDumpFormat: Format<FunctionDump> = {
  name: 'lspci-dump',
  title: 'lspci text with the configuration space of one or more functions',
  source: 'pciutils lspci.c, show_hex_dump; configuration space as in pci-config-space',
  evidence: 'verified',
  options: pciOptions,
  ksy: 'none',
  structures: configSpaceFormat.structures,
  codes: { ...captureCodes.entries, ...configSpaceFormat.codes },
  automatic: true,
  detect: detectDump,
  decode: (input, options) => decodeFunctions(functionsIn(toBytes(input)), options),
  encode: (value) => new TextEncoder().encode([...dumpText(value)].join('')),
  inspect(input, options) {
    const bytes = toBytes(input)
    try {
      return inspectFunctions(functionsIn(bytes), options)
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields: (input, options) => functionFields(functionsIn(toBytes(input)), options),
  toJson: (value) => ({ functions: value.functions.map(functionToJson) }),
  fromJson: dumpFromJson,
  schema: () => ({
    type: 'object',
    properties: {
      functions: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            address: { type: 'string' },
            title: { type: 'string' },
            configSpace: spaceSchema(),
          },
          required: ['address', 'configSpace'],
          additionalProperties: false,
        },
      },
    },
    required: ['functions'],
    additionalProperties: false,
  }),
}

function functionsIn(text: Uint8Array): AnyFunction[] {
  try {
    return readLspci(text)
  } catch (error) {
    if (error instanceof CaptureError) throw asDecodeError(error)
    throw error
  }
}

/** A damaged capture as decoders report it; the line becomes part of the sentence. */
export function asDecodeError({ code, offset, line, expected, found }: CaptureError): DecodeError {
  const where = line === undefined ? found : `${found} in line ${line}`
  return new DecodeError({ code, path: [], offset: offset ?? 0, expected, found: where, line })
}

/** The value of captured functions; one that was cut inside its header is opaque. */
export function decodeFunctions(functions: readonly AnyFunction[], options?: OptionValues): FunctionDump {
  const pci = toPciOptions(options)
  return {
    functions: functions.map((captured) => {
      const reading = tryFunction(captured, pci)
      return reading === undefined ? cutFunction(captured) : functionOf(captured, reading)
    }),
  }
}

/** The value and the findings of captured functions. */
export function inspectFunctions(functions: readonly AnyFunction[], options?: OptionValues) {
  const pci = toPciOptions(options)
  const inspections = functions.map((captured, index) => inspectFunction(captured, index, pci))
  return {
    value: { functions: inspections.map(({ value }) => value) },
    findings: inspections.flatMap(({ findings }) => findings),
  }
}

/** Fields of all functions; offsets count in each function's own configuration space. */
export function functionFields(functions: readonly AnyFunction[], options?: OptionValues): Located[] {
  const pci = toPciOptions(options)
  return functions.flatMap((captured, index) => {
    const path: Path = ['functions', index, 'configSpace']
    const fields = spaceFields(tryFunction(captured, pci), captured.bytes)
    return fields.map((field) => ({ ...field, path: [...path, ...field.path] }))
  })
}

/** Canonical lspci text, a piece a function. @throws EncodeError */
function* dumpText(value: FunctionDump): Generator<string> {
  const { functions } = (value ?? {}) as { functions?: unknown }
  if (!Array.isArray(functions)) throw wrongType(['functions'], 'an array of functions', functions)
  yield* lspciPieces(
    functions.map((entry, index) => {
      const { address, title, configSpace } = namedFunction(entry, ['functions', index])
      const bytes = atPath(['functions', index, 'configSpace'], () => spaceBytes(configSpace as FunctionSpace))
      return { address, title, bytes }
    }),
  )
}

/** One function as lossless JSON. */
export function functionToJson({ address, title, configSpace }: DumpedFunction): Json {
  const json = { address, configSpace: spaceToJson(configSpace) }
  return title === undefined ? json : { address, title, configSpace: json.configSpace }
}

function dumpFromJson(json: Json): FunctionDump {
  const { functions } = (json ?? {}) as { functions?: Json }
  if (!Array.isArray(functions)) throw wrongType(['functions'], 'an array of functions', functions)
  return {
    functions: functions.map((entry, index) => {
      const { address, title, configSpace } = namedFunction(entry, ['functions', index])
      const space = atPath(['functions', index, 'configSpace'], () => spaceFromJson((configSpace ?? null) as Json))
      return title === undefined ? { address, configSpace: space } : { address, title, configSpace: space }
    }),
  }
}

/** The members of a function, its address and title checked. */
function namedFunction(entry: unknown, path: Path) {
  const { address, title, configSpace } = (entry ?? {}) as { address?: unknown; title?: unknown; configSpace?: unknown }
  if (typeof address !== 'string') throw wrongType([...path, 'address'], 'an address such as 01:10.0', address)
  if (title !== undefined && typeof title !== 'string') throw wrongType([...path, 'title'], 'a string', title)
  return { address, title, configSpace }
}
