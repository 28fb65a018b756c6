import type { FunctionDump } from '../../capture/function-dump/index.ts'
import { writeHexdump, writeLspci, writeXxd } from '../../capture/index.ts'
import { EncodeError } from '../../findings/index.ts'
import type { Format, Json, OptionValues } from '../../layout/index.ts'
import { writeConfigSpace } from '../../pci/index.ts'
import { requireFormat } from '../../registry/index.ts'
import { Complaint } from '../complaint.ts'
import { Output, writeFileBytes } from '../output.ts'
import { openSource, readAll } from '../source.ts'

type Form = 'raw' | 'xxd' | 'hexdump' | 'lspci'

interface EncodeOptions {
  readonly output?: string
  readonly to?: Form
}

/** Turns the JSON of `decode --json` back into bytes. */
export async function encode(path: string, { output, to }: EncodeOptions): Promise<number> {
  const { container, format, options, value } = await readDocument(path)
  const bytes = encoded(format, options, value, to ?? defaultForm(container))
  if (output !== undefined) writeFileBytes(output, bytes)
  else await new Output().bytes(bytes)
  return 0
}

interface DocumentJson {
  readonly container: string | null
  readonly format: Format
  readonly options: OptionValues
  readonly value: unknown
}

async function readDocument(path: string): Promise<DocumentJson> {
  const source = await openSource(path)
  let text: string
  try {
    text = new TextDecoder('utf-8').decode(await readAll(source))
  } finally {
    source.close()
  }
  const json = parse(text, path)
  const { vfmig, container, format: name, options, value } = json
  if (vfmig !== 1) throw new Complaint(`${path} is not what vfmig decode --json prints: its member "vfmig" is not 1.`)
  if (typeof name !== 'string') throw new Complaint(`${path} names no format: its member "format" is missing.`)
  const format = requireFormat(name)
  try {
    return {
      container: typeof container === 'string' ? container : null,
      format,
      options: (options ?? {}) as OptionValues,
      value: format.fromJson(value ?? null, (options ?? {}) as OptionValues),
    }
  } catch (error) {
    throw inValue(error)
  }
}

function parse(text: string, path: string): { [name: string]: Json } {
  try {
    const json = JSON.parse(text) as Json
    if (json !== null && typeof json === 'object' && !Array.isArray(json)) return json
  } catch (error) {
    throw new Complaint(`${path} is not JSON: ${(error as Error).message}.`)
  }
  throw new Complaint(`${path} is not what vfmig decode --json prints: it is not a JSON object.`)
}

function encoded(format: Format, options: OptionValues, value: unknown, form: Form | undefined): Uint8Array {
  try {
    const isDump = format.name === 'lspci-dump'
    if (form === undefined || (isDump && form === 'lspci')) return format.encode(value, options)
    if (isDump) return inForm(onlyFunction(value as FunctionDump), form, '')
    return inForm(format.encode(value, options), form, format.name)
  } catch (error) {
    throw inValue(error)
  }
}

/** The form that a capture came in, where it is one that is written. */
function defaultForm(container: string | null): Form | undefined {
  if (container === 'hexdump') return 'hexdump'
  return container === 'xxd' || container === 'od' || container === 'hex' ? 'xxd' : undefined
}

function inForm(bytes: Uint8Array, form: Form, format: string): Uint8Array {
  if (form === 'raw') return bytes
  if (form === 'lspci' && format !== 'pci-config-space') {
    throw new Complaint(`Only a config space has an lspci form, not ${format}.`)
  }
  const texts = { xxd: writeXxd, hexdump: writeHexdump, lspci: () => writeLspci([{ address: '00:00.0', bytes }]) }
  return new TextEncoder().encode(texts[form](bytes))
}

function onlyFunction(dump: FunctionDump): Uint8Array {
  const { functions } = dump
  if (functions.length !== 1) {
    throw new Complaint(`A dump of ${functions.length} functions has no such form; --to lspci keeps them apart.`)
  }
  return writeConfigSpace((functions[0] as FunctionDump['functions'][number]).configSpace)
}

function inValue(error: unknown): unknown {
  return error instanceof EncodeError ? new Complaint(`value does not encode: ${error.message}.`) : error
}
