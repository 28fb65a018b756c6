import { type FunctionDump, spaceBytes } from '../../capture/function-dump/index.ts'
import { writeHexdump, writeLspci, writeXxd } from '../../capture/index.ts'
import { counted, EncodeError, printPath } from '../../findings/index.ts'
import { completeOptions, type Format, type Json, OptionError, type OptionValues } from '../../layout/index.ts'
import { findFormat } from '../../registry/find.ts'
import { Complaint } from '../complaint.ts'
import { checkFormat } from '../known.ts'
import { Output, writeFileBytes } from '../output.ts'
import { openSource, readAll } from '../source.ts'

type Form = 'raw' | 'xxd' | 'hexdump' | 'lspci'

interface EncodeOptions {
  readonly output?: string
  readonly to?: Form
  readonly base?: string
  readonly snapshot?: string
}

/** Turns the JSON of `decode --json` back into bytes. */
export async function encode(path: string, { output, to, base, snapshot }: EncodeOptions): Promise<number> {
  if (path === '-' && base === '-') throw new Complaint('Standard input (-) can be read only once.')
  if (snapshot !== undefined && base === undefined) {
    throw new Complaint('--snapshot is for the qcow2 image that --base names.')
  }
  const { container, format, options, json } = await readDocument(path)
  const form = to ?? defaultForm(container)
  const { encodeJson } = format
  if (encodeJson !== undefined && (form ?? 'raw') === 'raw') {
    const { writeStream } = await import('../big/encode-stream.ts')
    const places = { output, base, as: format.name, ...(snapshot === undefined ? {} : { snapshot }) }
    await inValue(path, () => writeStream((resolve) => encodeJson(json, resolve, options), places))
    return 0
  }
  if (base !== undefined)
    throw new Complaint(`--base is for streams; the JSON of ${format.name} holds all bytes itself.`)
  const bytes = inValue(path, () => encoded(format, options, format.fromJson(json, options), form))
  const isText = (form !== undefined && form !== 'raw') || (form === undefined && format.name === 'lspci-dump')
  if (output === undefined && !isText && process.stdout.isTTY) {
    throw new Complaint('Bytes are not printed on a terminal; give a file with -o, or a text form with --to xxd.')
  }
  if (output !== undefined) writeFileBytes(output, bytes)
  else await new Output().bytes(bytes)
  return 0
}

interface DocumentJson {
  readonly container: string | null
  readonly format: Format
  readonly options: OptionValues
  /** The member `value`. */
  readonly json: Json
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
  const refuse = (problem: string) => new Complaint(`${path} is not what vfmig decode --json prints: ${problem}.`)
  const stranger = Object.keys(json).find((name) => !MEMBERS.has(name))
  if (stranger !== undefined) throw refuse(`it has a member ${JSON.stringify(stranger)}`)
  const { vfmig, container = null, format: name, options: given = {}, value } = json
  if (vfmig !== 1) throw refuse('its member "vfmig" is not 1')
  if (container !== null && typeof container !== 'string') throw refuse('its member "container" is no name')
  if (typeof name !== 'string') throw refuse('its member "format" is no name')
  if (value === undefined) throw refuse('its member "value" is missing')
  checkFormat(name)
  const format = findFormat(name) as Format
  const options = optionsOf(format, given, refuse)
  return { container, format, options, json: value }
}

const MEMBERS: ReadonlySet<string> = new Set([
  'vfmig',
  'container',
  'format',
  'options',
  'value',
  'channels',
  'findings',
])

function optionsOf(format: Format, given: Json, refuse: (problem: string) => Complaint): OptionValues {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) throw refuse('its "options" are no object')
  try {
    return completeOptions(format.options, given as OptionValues)
  } catch (error) {
    throw error instanceof OptionError ? refuse(`in its "options", ${lowerFirst(error.message)}`) : error
  }
}

function lowerFirst(message: string): string {
  return `${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\.$/, '')}`
}

function parse(text: string, path: string): { [name: string]: Json } {
  try {
    const json = JSON.parse(text) as Json
    if (json !== null && typeof json === 'object' && !Array.isArray(json)) return json
  } catch (error) {
    throw new Complaint(`${path} is not JSON (${(error as Error).message}); give what vfmig decode --json prints.`)
  }
  throw new Complaint(`${path} is not what vfmig decode --json prints: it is not a JSON object.`)
}

function encoded(format: Format, options: OptionValues, value: unknown, form: Form | undefined): Uint8Array {
  const isDump = format.name === 'lspci-dump'
  if (form === undefined || (isDump && form === 'lspci')) return format.encode(value, options)
  if (isDump) return inForm(onlyFunction(value as FunctionDump), form, '')
  return inForm(format.encode(value, options), form, format.name)
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
    throw new Complaint(
      `A dump of ${counted(functions.length, 'function')} has no such form; --to lspci keeps them apart.`,
    )
  }
  return spaceBytes((functions[0] as FunctionDump['functions'][number]).configSpace)
}

/** Runs a step on the value; what it refuses becomes a complaint with the path in the document. */
function inValue<R>(path: string, step: () => R): R {
  const refused = (error: unknown) => {
    if (!(error instanceof EncodeError)) return error
    const { code, path: inside, expected, found } = error
    const hint = code === 'layout/other-bytes' ? '; --base names another stream than the one that was decoded' : ''
    return new Complaint(`${path}: ${printPath(['value', ...inside])}: expected ${expected}, found ${found}${hint}.`)
  }
  try {
    const result = step()
    if (result instanceof Promise) return result.catch((error: unknown) => Promise.reject(refused(error))) as R
    return result
  } catch (error) {
    throw refused(error)
  }
}
