import { counted, type Finding } from '../../findings/index.ts'
import { readEvents } from '../../layout/index.ts'
import { type MultifdPagesHeader, multifdReader, type PageCounts, RamStatistics } from '../../qemu/index.ts'
import type { Stream } from '../big/stream.ts'
import { Complaint } from '../complaint.ts'
import type { DirtyOptions } from '../dirty/options.ts'
import { percentText, sizeText } from '../dirty/quantities.ts'
import type { Output } from '../output.ts'
import { printable } from '../render/printable.ts'
import { tableLines } from '../render/table.ts'
import { channelChunks, named } from './channels.ts'
import { checkChannels } from './check-channels.ts'
import { readQemu } from './read.ts'

/** Says what the pages of a migration stream come to. */
export async function tellStream(
  out: Output,
  title: string,
  { stream, path }: { readonly stream: Stream; readonly path: string },
  { json, channels }: Pick<DirtyOptions, 'json' | 'channels'>,
): Promise<void> {
  await checkChannels(path, channels)
  const statistics = new RamStatistics()
  const stop = await readQemu(stream, { ram: statistics })
  const stops = stop === undefined ? [] : [`The stream was not read to its end: ${stop.message}`]
  for (const channel of channels) {
    const damage = await addChannel(statistics, channel)
    if (damage !== undefined) stops.push(`${channel} is damaged: ${damage.message}`)
  }
  if (statistics.blocks.length === 0) {
    throw new Complaint(`There is no guest memory in the stream${stop === undefined ? '.' : `: ${stop.message}`}`)
  }
  if (json) await out.line(JSON.stringify(streamJson(statistics, stops), null, 2))
  else await out.lines(streamLines(title, statistics, stops))
}

/** @returns the first damage of the channel */
async function addChannel(statistics: RamStatistics, path: string): Promise<Finding | undefined> {
  const pageSize = statistics.pageSize
  let damage: Finding | undefined
  for await (const event of named(path, readEvents(multifdReader({ wanted: 'all' }), channelChunks(path)))) {
    if (event.kind === 'finding' && event.finding.severity === 'error') damage ??= event.finding
    if (event.kind !== 'value' || event.path[0] !== 'packets' || event.path[2] !== 'header') continue
    const header = event.value as Partial<MultifdPagesHeader>
    const { block, offsets, normalPages = 0, zeroPages = 0 } = header
    if (block === undefined || offsets === undefined) continue
    for (const [index, offset] of offsets.slice(0, normalPages + zeroPages).entries()) {
      if (index < normalPages) statistics.channelPage(block, Number(offset), 'page', pageSize)
      else statistics.channelPage(block, Number(offset), 'zero', 0)
    }
  }
  return damage
}

const shareOf = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)

/** What `--json` prints. */
function streamJson(statistics: RamStatistics, stops: readonly string[]) {
  const { pageSize, total, blocks, passes, passCount } = statistics
  const sum = (name: 'distinct' | 'again' | 'unknown') => blocks.reduce((all, block) => all + block[name], 0)
  const distinct = sum('distinct')
  return {
    pageSize,
    ...total,
    ...{ distinct, again: sum('again'), unknown: sum('unknown') },
    timesSent: shareOf(total.pages, distinct),
    whole: stops.length === 0,
    blocks: blocks.map(({ length = null, ...block }) => ({ ...block, length })),
    passCount,
    passes,
    pagesPerPass: shareOf(
      passes.reduce((all, { pages }) => all + pages, 0),
      passCount,
    ),
  }
}

const HEAD = ['pages', 'zero', 'normal', 'xbzrle', 'compressed', 'size']
const cells = ({ pages, zero, normal, xbzrle, compressed, bytes }: PageCounts) => [
  ...[pages, zero, normal, xbzrle, compressed].map(String),
  sizeText(bytes),
]

/** Passes that are listed; of more, the first and the last. */
const MOST_PASSES = 20

function* streamLines(title: string, statistics: RamStatistics, stops: readonly string[]): Generator<string> {
  const { pageSize, total, blocks, passes, passCount } = statistics
  const { again, distinct, timesSent, pagesPerPass, unknown } = streamJson(statistics, stops)
  yield `${title}: ${counted(total.pages, 'page')} of ${sizeText(pageSize)} sent, ${sizeText(total.bytes)}`
  yield `different  ${distinct} pages, each sent ${timesSent.toFixed(2)} times on average`
  yield `again      ${again} pages, ${percentText(again, total.pages)}`
  if (unknown > 0) yield `           ${counted(unknown, 'page')} more, of which that is not known`
  for (const stop of stops) yield printable(stop)
  yield ''
  const used = blocks.filter(({ pages }) => pages > 0)
  const shown = used.length > 0 ? used : blocks
  yield* tableLines(
    ['block', 'length', ...HEAD, 'again'],
    shown.map((block) => [
      printable(block.name),
      block.length === undefined ? '?' : sizeText(block.length),
      ...cells(block),
      `${block.again}`,
    ]),
  )
  if (passes.length === 0) return
  yield ''
  const middle = passes.length > MOST_PASSES ? passes.length - MOST_PASSES : 0
  const listed = [...passes.keys()].filter((pass) => pass < MOST_PASSES / 2 || pass >= MOST_PASSES / 2 + middle)
  yield* tableLines(
    ['pass', ...HEAD, ''],
    listed.map((pass) => {
      const counts = passes[pass] as (typeof passes)[number]
      return [`${pass + 1}`, ...cells(counts), counts.isFinal ? 'the guest stands still' : '']
    }),
  )
  if (middle > 0) yield `(${counted(middle, 'pass', 'passes')} between are not shown)`
  yield `average    ${Math.round(pagesPerPass)} pages a pass, ${counted(passCount, 'pass', 'passes')}`
}
