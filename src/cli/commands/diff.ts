import { counted } from '../../findings/index.ts'
import { type Located, plainJson } from '../../layout/index.ts'
import { parseObserver } from '../../pci/index.ts'
import type { Document } from '../../registry/index.ts'
import { Complaint } from '../complaint.ts'
import { checkFormat } from '../known.ts'
import { type InputOptions, naming, openInput } from '../open.ts'
import { Output } from '../output.ts'
import { fieldText } from '../render/field.ts'
import { type Palette, palette } from '../render/palette.ts'
import { printable } from '../render/printable.ts'
import { offsetText } from '../render/tree.ts'
import { compareDocuments, type JudgedDifference } from './diff-spaces.ts'

interface DiffOptions extends InputOptions {
  readonly json?: boolean
  readonly asSeenBy?: string
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
  const [a, b] = [await open(pathA, options), await open(pathB, options)]
  if (a.format.name !== b.format.name) {
    throw new Complaint(
      `${pathA} is ${a.format.name} and ${pathB} is ${b.format.name}: only inputs of one format can be compared.`,
    )
  }
  const differences = compareDocuments(a, b, observer)
  const out = new Output()
  if (options.json) {
    const head = { vfmig: 1, format: a.format.name, a: pathA, b: pathB, asSeenBy: observer?.name ?? null }
    await out.line(`${JSON.stringify(head).slice(0, -1)},"differences":[`)
    const lines = differences.map((difference) => JSON.stringify(differenceJson(difference)))
    await out.line(`${lines.join(',\n')}]}`)
  } else {
    await diffText(differences, palette(process.stdout.isTTY), out)
  }
  await out.flush()
  return differences.length === 0 ? 0 : 1
}

/** Opens an input and makes sure that it decodes, so that a complaint names it. */
function open(path: string, options: InputOptions): Promise<Document> {
  return naming(path, async () => {
    const document = await openInput(path, options)
    document.decode()
    return document
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
    const level =
      verdict === undefined
        ? ''
        : `  ${verdict === 'refused' ? colours.severity('error', verdict) : colours.dim(verdict)}`
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

function side(field: Located | undefined, colour: (text: string) => string): string {
  return field === undefined ? 'absent' : colour(fieldText(field))
}

function differenceJson({ key, a, b, verdict, refusals, function: address }: JudgedDifference) {
  const field = (located: Located | undefined) =>
    located === undefined ? null : { offset: located.offset, length: located.length, value: plainJson(located.value) }
  return { function: address, path: key, a: field(a), b: field(b), verdict, refusals }
}
