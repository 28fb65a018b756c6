import { qemuParts, sharedParts } from '../../convert/index.ts'
import { counted } from '../../findings/index.ts'
import type { Observer } from '../../pci/index.ts'
import { qemuMigrationFormat } from '../../qemu/index.ts'
import { findFormat } from '../../registry/find.ts'
import {
  compareMigrations,
  Migration,
  type MigrationDifference,
  type MigrationNote,
  type MigrationPart,
  streamParts,
} from '../../stream/index.ts'
import { inflatePage } from '../big/inflate-page.ts'
import type { Stream } from '../big/stream.ts'
import { Complaint } from '../complaint.ts'
import { naming } from '../open.ts'
import { Output } from '../output.ts'
import { qemuChannels } from '../qemu/channels.ts'
import { levelText, side, sideJson } from '../render/difference.ts'
import { type Palette, palette } from '../render/palette.ts'
import { printable } from '../render/printable.ts'
import { offsetText } from '../render/tree.ts'
import { compareSpaceBytes } from './diff-spaces.ts'

/** An input that is read as it comes in. */
export interface StreamInput {
  readonly kind: 'stream'
  readonly stream: Stream
}

export interface StreamInputs {
  readonly pathA: string
  readonly a: StreamInput
  readonly pathB: string
  readonly b: StreamInput
}

type Told = Iterable<MigrationDifference | MigrationNote>

/** Reads both streams, one after the other, and compares what was kept of them. */
export async function compareStreams(
  { pathA, a, pathB, b }: StreamInputs,
  observer: Observer | undefined,
  channels: { readonly a: readonly string[]; readonly b: readonly string[] },
): Promise<Told> {
  const isOne = a.stream.format === b.stream.format
  const parts = ({ stream }: StreamInput, own: readonly string[]) =>
    isOne ? partsOf(stream, own) : sharedParts(partsOf(stream, own))
  const ours = await naming(pathA, () => Migration.of(parts(a, channels.a)))
  const theirs = await naming(pathB, () => Migration.of(parts(b, channels.b)))
  return compareMigrations(ours, theirs, {
    known: findFormat,
    // What vfio-pci compares is of its own devices.
    configSpaces: (mine, other, type) => compareSpaceBytes(mine, other, type === 'config-space' ? observer : undefined),
  })
}

/** Formats of streams that can be compared, also with each other. */
const COMPARED = { own: 'migration-stream', qemu: qemuMigrationFormat.name } as const

/** @throws Complaint for a stream that is no migration */
function partsOf(stream: Stream, channels: readonly string[]): AsyncGenerator<MigrationPart> {
  const { format, options, ahead } = stream
  if (format.name === COMPARED.own) return streamParts(stream.events('all'))
  if (format.name === COMPARED.qemu) {
    return qemuParts(stream.chunks(), {
      offset: options.offset as number,
      ahead,
      inflate: inflatePage,
      channels: qemuChannels(channels),
    })
  }
  const others = Object.values(COMPARED).join(' and ')
  throw new Complaint(`Streams of ${format.name} cannot be compared, only those of ${others}.`)
}

/** Prints JSON, a line a difference; 1 when there is one. */
export async function streamsJson(told: Told, head: object): Promise<number> {
  const out = new Output()
  const notes: string[] = []
  let count = 0
  await out.line(`${JSON.stringify(head).slice(0, -1)},"differences":[`)
  for (const each of told) {
    if (each.kind === 'note') notes.push(each.message)
    else await out.write(`${count++ === 0 ? '' : ',\n'}${JSON.stringify(differenceJson(each))}`)
  }
  await out.line(`],"notes":${JSON.stringify(notes)}}`)
  await out.flush()
  return count === 0 ? 0 : 1
}

function differenceJson({ device, record, key, a, b, bytes, pages, verdict, refusals }: MigrationDifference) {
  const range = pages && {
    address: `0x${pages.address.toString(16)}`,
    bytes: `0x${pages.bytes.toString(16)}`,
    in: pages.in,
  }
  const first = bytes && { first: bytes.first, exact: bytes.isExact, a: bytes.a, b: bytes.b }
  const place = { device: device ?? null, record, path: key }
  return { ...place, a: sideJson(a), b: sideJson(b), bytes: first, pages: range, verdict, refusals }
}

/** Ranges of one region or bitmap that are printed; the others are counted. */
const MOST_RANGES = 32

/** Prints a line a difference below its device; 1 when there is one. */
export async function streamsText(told: Told): Promise<number> {
  const out = new Output()
  const colours = palette(process.stdout.isTTY)
  const counts = { all: 0, refused: 0, judged: 0, unknown: 0 }
  const notes: string[] = []
  let device: string | null | undefined = null
  let [place, ranges] = ['', 0]
  const omitted = async () => {
    if (ranges > MOST_RANGES)
      await out.line(colours.dim(`  and ${counted(ranges - MOST_RANGES, 'more range')} (--json has all)`))
  }
  for (const each of told) {
    if (each.kind === 'note') {
      notes.push(each.message)
      continue
    }
    counts.all += 1
    if (each.verdict !== undefined) counts.judged += 1
    if (each.verdict === 'refused' || each.verdict === 'unknown') counts[each.verdict] += 1
    const where = `${each.device} ${each.record} ${each.key}`
    if (where !== place) {
      await omitted()
      ranges = 0
      place = where
    }
    if (each.pages !== undefined && ++ranges > MOST_RANGES) continue
    if (each.device !== device) {
      device = each.device
      await out.line(colours.bold(printable(device ?? 'migration')))
    }
    await out.line(lineOf(each, colours))
    for (const refusal of each.refusals ?? []) await out.line(`       ${refusal}`)
  }
  await omitted()
  for (const note of notes) await out.line(colours.dim(`note: ${note}`))
  const more = counts.unknown === 0 ? '' : `, ${counts.unknown} that only it can judge`
  const judged = counts.judged === 0 ? '' : `, ${counts.refused} that the destination refuses${more}`
  await out.line(`${counted(counts.all, 'difference')}${judged}`)
  await out.flush()
  return counts.all === 0 ? 0 : 1
}

const IN = { both: 'differs', a: 'only in a', b: 'only in b' } as const

function lineOf({ record, key, a, b, bytes, pages, verdict }: MigrationDifference, colours: Palette): string {
  if (pages !== undefined) {
    const end = pages.address + pages.bytes - 1n
    const range = `0x${pages.address.toString(16)}-0x${end.toString(16)}`
    return `${colours.dim(range)}  ${printable(`${record} ${key}`)}: ${counted(Number(pages.bytes), 'byte')}, ${IN[pages.in]}`
  }
  const offset = colours.dim(offsetText((a ?? b)?.offset ?? 0))
  const name = printable(`${record} ${key}`)
  if (key === 'only in a') return `${offset}  ${name}: ${side(a, colours.removed)}`
  if (key === 'only in b') return `${offset}  ${name}: ${side(b, colours.added)}`
  if (bytes === undefined && a === undefined && b === undefined) return name + levelText(verdict, colours)
  const at = bytes === undefined ? '' : ` ${bytesText(bytes)}`
  return `${offset}  ${name}${at}: ${side(a, colours.removed)} -> ${side(b, colours.added)}${levelText(verdict, colours)}`
}

function bytesText({ first, isExact, a, b }: NonNullable<MigrationDifference['bytes']>): string {
  const sizes = a === b ? `of ${counted(a, 'byte')}` : `of ${a} and ${counted(b, 'byte')}`
  return `from ${isExact ? '' : 'about '}0x${first.toString(16)} on, ${sizes}`
}
