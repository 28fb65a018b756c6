import { counted } from '../../findings/index.ts'
import { type Observer, parseObserver } from '../../pci/index.ts'
import type { Document } from '../../registry/document.ts'
import { openStream } from '../big/stream.ts'
import { Complaint } from '../complaint.ts'
import { checkFormat } from '../known.ts'
import { type InputOptions, naming, openInput, openRead } from '../open.ts'
import { Output } from '../output.ts'
import { levelText, side, sideJson } from '../render/difference.ts'
import { type Palette, palette } from '../render/palette.ts'
import { printable } from '../render/printable.ts'
import { offsetText } from '../render/tree.ts'
import { isSysfsFolder, openSource } from '../source.ts'
import { compareDocuments, type JudgedDifference } from './diff-spaces.ts'
import type { StreamInput, StreamInputs } from './diff-streams.ts'

interface DiffOptions extends InputOptions {
  readonly json?: boolean
  readonly asSeenBy?: string
  readonly channelA: readonly string[]
  readonly channelB: readonly string[]
}

/** Compares two inputs field by field; 1 when they differ. */
export async function diff(pathA: string, pathB: string, options: DiffOptions): Promise<number> {
  const observer = options.asSeenBy === undefined ? undefined : parseObserver(options.asSeenBy)
  if (options.asSeenBy !== undefined && observer === undefined) {
    const given = JSON.stringify(options.asSeenBy)
    throw new Complaint(
      `--as-seen-by takes vfio-pci or vfio-pci,MACHINE, not ${given}: what other devices compare is not known.`,
    )
  }
  checkFormat(options.as)
  if (pathA === '-' && pathB === '-') throw new Complaint('Standard input (-) can be only one of the two inputs.')
  const a = await open(pathA, options)
  try {
    const b = await open(pathB, options)
    try {
      return await compare({ pathA, a, pathB, b }, observer, options)
    } finally {
      b.close()
    }
  } finally {
    a.close()
  }
}

interface Inputs {
  readonly pathA: string
  readonly a: Input
  readonly pathB: string
  readonly b: Input
}

async function compare(inputs: Inputs, observer: Observer | undefined, options: DiffOptions): Promise<number> {
  const { json, channelA, channelB } = options
  const { pathA, a, pathB, b } = inputs
  await checkOwn(a, pathA, channelA)
  await checkOwn(b, pathB, channelB)
  if (a.format !== b.format && !(a.kind === 'stream' && b.kind === 'stream')) {
    throw new Complaint(
      `${pathA} is ${a.format} and ${pathB} is ${b.format}: only inputs of one format can be compared.`,
    )
  }
  const format = a.format === b.format ? a.format : `${a.format}, ${b.format}`
  const head = { vfmig: 1, format, a: pathA, b: pathB, asSeenBy: observer?.name ?? null }
  if (a.kind === 'stream' || b.kind === 'stream') {
    const { compareStreams, streamsJson, streamsText } = await import('./diff-streams.ts')
    const differences = await compareStreams(inputs as StreamInputs, observer, { a: channelA, b: channelB })
    return json === true ? streamsJson(differences, head) : streamsText(differences)
  }
  const differences = compareDocuments(a.document, b.document, observer)
  const out = new Output()
  if (json) {
    await out.line(`${JSON.stringify(head).slice(0, -1)},"differences":[`)
    const lines = differences.map((difference) => JSON.stringify(differenceJson(difference)))
    await out.line(`${lines.join(',\n')}]}`)
  } else {
    await diffText(differences, palette(process.stdout.isTTY), out)
  }
  await out.flush()
  return differences.length === 0 ? 0 : 1
}

/** @throws Complaint for channels of what has none, and for what are no channels */
async function checkOwn({ format }: Input, path: string, channels: readonly string[]): Promise<void> {
  if (channels.length === 0) return
  if (format === 'qemu-migration') {
    const { checkChannels } = await import('../qemu/check-channels.ts')
    return checkChannels(path, channels, { again: true })
  }
  throw new Complaint(`--channel-a and --channel-b are for migration streams of QEMU; ${path} is ${format}.`)
}

/** An input that is open: decoded, or one that is read as it comes in. */
type Input = ({ readonly kind: 'document'; readonly document: Document } | StreamInput) & {
  readonly format: string
  close(): void
}

/** Opens an input; one that is no stream is decoded, so that a complaint names it. */
function open(path: string, options: InputOptions): Promise<Input> {
  return naming(path, async () => {
    const source = isSysfsFolder(path) ? undefined : await openSource(path)
    const close = () => source?.close()
    try {
      const stream = source === undefined ? undefined : await openStream(source, options)
      if (stream !== undefined) return { kind: 'stream', format: stream.format.name, stream, close }
      const document = await (source === undefined ? openInput(path, options) : openRead(source, options))
      document.decode()
      return { kind: 'document', format: document.format.name, document, close }
    } catch (error) {
      close()
      throw error
    }
  })
}

async function diffText(differences: readonly JudgedDifference[], colours: Palette, out: Output): Promise<void> {
  let place: string | undefined
  for (const difference of differences) {
    const { key, a, b, verdict, refusals } = difference
    if (difference.function !== place) {
      place = difference.function
      await out.line(colours.bold(`function ${printable(place ?? '')}`))
    }
    const offset = offsetText((a ?? b)?.offset ?? 0)
    const level = levelText(verdict, colours)
    if (a === undefined && b === undefined) await out.line(printable(key))
    else
      await out.line(
        `${colours.dim(offset)}  ${printable(key)}: ${side(a, colours.removed)} -> ${side(b, colours.added)}${level}`,
      )
    for (const refusal of refusals ?? []) await out.line(`       ${refusal}`)
  }
  const refused = differences.filter(({ verdict }) => verdict === 'refused').length
  const judged = differences.some(({ verdict }) => verdict !== undefined)
  const unknown = differences.filter(({ verdict }) => verdict === 'unknown').length
  const summary = counted(differences.length, 'difference')
  const more = unknown === 0 ? '' : `, ${unknown} that only it can judge`
  await out.line(judged ? `${summary}, ${refused} that the destination refuses${more}` : summary)
}

function differenceJson({ key, a, b, verdict, refusals, function: address }: JudgedDifference) {
  return { function: address, path: key, a: sideJson(a), b: sideJson(b), verdict, refusals }
}
