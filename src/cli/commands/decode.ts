import { type FunctionDump, functionToJson, inspectFunction, spaceBytes } from '../../capture/function-dump/index.ts'
import type { LspciFunction } from '../../capture/index.ts'
import type { Finding } from '../../findings/index.ts'
import { completeOptions, type Located, parseOptions } from '../../layout/index.ts'
import { toPciOptions } from '../../pci/index.ts'
import { type Document, requireFormat } from '../../registry/document.ts'
import { Complaint } from '../complaint.ts'
import { checkFormat } from '../known.ts'
import { isLspciText, lspciFunctions } from '../lspci-input.ts'
import { type InputOptions, naming, openInput, openRead } from '../open.ts'
import { Output } from '../output.ts'
import { envelope, writeFindings } from '../render/document-json.ts'
import { addressesIn, countText, findingLines } from '../render/findings.ts'
import { hexLines } from '../render/hex.ts'
import { messageNote, type Note } from '../render/notes.ts'
import { type Palette, palette } from '../render/palette.ts'
import { printable } from '../render/printable.ts'
import { treeLines } from '../render/tree.ts'
import { textWidth } from '../render/wrap.ts'
import { isSysfsFolder, openSource, type Source } from '../source.ts'

interface DecodeOptions extends InputOptions {
  readonly json?: boolean
  readonly hex?: boolean
  readonly channel: readonly string[]
}

/** Shows one input; 0 when something was decoded, whatever the findings. */
export function decode(path: string, options: DecodeOptions): Promise<number> {
  return naming(path, () => decodeInput(path, options))
}

async function decodeInput(path: string, options: DecodeOptions): Promise<number> {
  checkFormat(options.as)
  if (options.hex && options.channel.length > 0) throw new Complaint('--channel is for the tree and for --json.')
  const out = new Output()
  if (isSysfsFolder(path)) await documentOut(await openInput(path, options), path, options, out)
  else {
    const source = await openSource(path)
    try {
      await sourceOut(source, options, out)
    } finally {
      source.close()
    }
  }
  await out.flush()
  return 0
}

async function sourceOut(source: Source, options: DecodeOptions, out: Output): Promise<void> {
  if (options.json && isLspciText(source, options)) return dumpJson(lspciFunctions(source), options, out)
  // A hex dump shows fields beside their bytes, so it wants them all.
  const stream = options.hex ? undefined : await (await import('../big/stream.ts')).openStream(source, options)
  const channels =
    options.channel.length === 0
      ? undefined
      : await (await import('../qemu/decode-channels.ts')).channelsOf(stream?.format.name, source.path, options.channel)
  if (stream === undefined) return documentOut(await openRead(source, options), source.path, options, out)
  const { streamJson, streamText } = await import('../big/decode-stream.ts')
  return options.json ? streamJson(stream, out, channels) : streamText(stream, source.path, out, channels)
}

function documentOut(document: Document, path: string, { json, hex }: DecodeOptions, out: Output): Promise<void> {
  return json ? documentJson(document, out) : documentText(document, path, hex ?? false, out)
}

async function documentText(document: Document, path: string, hex: boolean, out: Output): Promise<void> {
  const colours = palette(process.stdout.isTTY)
  const { format, container } = document
  const value = document.decode()
  const fields = document.fields()
  await out.line(`${colours.bold(format.name)}  ${format.title}${container === null ? '' : `, from ${container}`}`)
  // A table may be said to come from another machine.
  const note: Note = document.options.x86 === false ? () => undefined : messageNote
  const style = { palette: colours, width: textWidth(process.stdout) }
  const lines = hex ? hexOf(document, fields, value, colours) : treeLines(fields, value, { ...style, note })
  await out.lines(lines)
  const { findings } = document.inspect()
  await out.line('')
  await out.lines(findingLines(path, findings, { ...style, addresses: addressesIn(value) }))
  await out.line(countText(findings, colours))
}

/** A hex dump; of functions one after the other, each under its address. */
function* hexOf(document: Document, fields: readonly Located[], value: unknown, colours: Palette): Generator<string> {
  if (document.format.name !== 'lspci-dump') {
    yield* hexLines(document.bytes, fields, colours)
    return
  }
  const { functions } = value as FunctionDump
  const own: Located[][] = functions.map(() => [])
  // Paths start with functions, index, configSpace: the line above says so once.
  for (const field of fields) own[Number(field.path[1])]?.push({ ...field, path: field.path.slice(3) })
  for (const [index, { address, title, configSpace }] of functions.entries()) {
    yield colours.bold(printable(title === undefined ? address : `${address} ${title}`))
    yield* hexLines(spaceBytes(configSpace), own[index] as Located[], colours)
  }
}

async function documentJson(document: Document, out: Output): Promise<void> {
  const { container, format, options } = document
  const { value, findings } = document.inspect()
  // Without a value, or one that leaves bytes out, the decoder is asked again for the error that says why.
  const isWhole = value !== undefined && !findings.some(({ code }) => code === 'layout/trailing-bytes')
  const json = format.toJson(isWhole ? value : document.decode())
  await out.line(`${envelope(container, format.name, options)}"value":${JSON.stringify(json)},`)
  await writeFindings(findings, out)
}

/** Functions of lspci text, each printed as soon as it is read. */
async function dumpJson(
  batches: AsyncIterable<LspciFunction[]>,
  { as, set }: InputOptions,
  out: Output,
): Promise<void> {
  const format = requireFormat(as ?? 'lspci-dump')
  const options = set === undefined ? completeOptions(format.options) : parseOptions(format.options, set)
  const pci = toPciOptions(options)
  const findings: Finding[] = []
  let index = 0
  await out.line(`${envelope('lspci', format.name, options)}"value":{"functions":[`)
  for await (const functions of batches) {
    for (const captured of functions) {
      const { value, findings: own } = inspectFunction(captured, index, pci)
      for (const finding of own) findings.push(finding)
      await out.write(`${index === 0 ? '' : ',\n'}${JSON.stringify(functionToJson(value))}`)
      index += 1
    }
  }
  await out.line('\n]},')
  await writeFindings(findings, out)
}
