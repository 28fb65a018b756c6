import { counted } from '../../findings/index.ts'
import type { Palette } from '../render/palette.ts'
import { tableLines } from '../render/table.ts'
import { wrap } from '../render/wrap.ts'
import type { Convergence } from './advice.ts'
import { DENSITIES } from './density.ts'
import { heatMapLines } from './heat-map.ts'
import { addressDigits, type Place, spanText } from './place.ts'
import { percentText, sizeText } from './quantities.ts'
import type { Regions } from './regions.ts'
import type { SeriesSurvey, Survey } from './survey.ts'

/** How a report is written. */
export interface Style {
  readonly colours: Palette
  /** Columns that text is wrapped to; none in a pipe. */
  readonly wrapTo: number | undefined
  /** Columns of the map. */
  readonly mapWidth: number
  readonly blocks: boolean
}

/** What is said of one bitmap. */
export function* bitmapLines(title: string, survey: Survey, place: Place, regions: Regions, style: Style) {
  yield* headLines(title, survey, place, style)
  yield* numberLines(survey, place, style)
  yield* regionLines(regions, survey, 1, place, style)
  yield* runLines('longest runs', survey.runs.longest, survey, place, style)
  yield ''
  yield* mapLines(survey, 1, place, style)
}

/** What is said of a series. */
export function* seriesLines(title: string, survey: SeriesSurvey, place: Place, regions: Regions, style: Style) {
  yield* headLines(title, survey, place, style)
  yield ''
  yield* roundLines(survey)
  yield ''
  const { pages, runs, again, always } = survey
  const part = (count: number) =>
    `${counted(count, 'page')}, ${sizeText(count * place.pageSize)}, ${percentText(count, pages)}`
  yield* entry('dirty', `${part(runs.pages)} in at least one round`, style)
  yield* entry('again', `${part(again)} in two rounds or more`, style)
  yield* entry('always', `${part(always.pages)} in every round`, style)
  yield* regionLines(regions, survey, survey.rounds.length, place, style)
  yield* runLines('longest runs that are always dirty', always.longest, survey, place, style)
  yield ''
  yield* mapLines(survey, survey.rounds.length, place, style)
}

/** The verdict on a migration, and what helps. */
export function* convergenceLines({ verdict, advice }: Convergence, { colours, wrapTo }: Style): Generator<string> {
  yield ''
  for (const [at, sentence] of verdict.entries()) {
    const lines = wrap(sentence, 0, wrapTo)
    yield* at === 0 ? lines.map(colours.bold) : lines
  }
  for (const line of advice) yield `  ${wrap(line, 4, wrapTo).join('\n')}`
}

function* headLines(title: string, { pages, behind, missing }: Survey, place: Place, { colours, wrapTo }: Style) {
  const size = `${counted(pages, 'page')} of ${sizeText(place.pageSize)}, ${sizeText(pages * place.pageSize)}`
  const [first, ...others] = wrap(`${title}: ${size}, ${spanText(place, 0, pages)}`, 2, wrapTo) as [string, ...string[]]
  yield first.replace(title, () => colours.bold(title))
  yield* others
  if (behind > 0) {
    yield* wrap(`${counted(behind, 'bit is', 'bits are')} set behind the last page and left out.`, 2, wrapTo)
  }
  if (missing > 0) {
    yield* wrap(`${counted(missing, 'page has', 'pages have')} no bits and count as clean.`, 2, wrapTo)
  }
}

function* numberLines({ pages, runs }: Survey, place: Place, style: Style): Generator<string> {
  const { count, byLength } = runs
  yield ''
  const share = percentText(runs.pages, pages)
  yield* entry('dirty', `${counted(runs.pages, 'page')}, ${sizeText(runs.pages * place.pageSize)}, ${share}`, style)
  if (count === 0) return
  const longest = runs.longest[0]
  const most = longest === undefined ? '' : `, longest ${counted(longest.pages, 'page')}`
  yield* entry('runs', `${count}${most}, mean ${Number((runs.pages / count).toPrecision(3))} pages`, style)
  yield* entry('by length', [...lengthTexts(byLength)].join(', '), style)
}

function* lengthTexts(byLength: readonly number[]): Generator<string> {
  for (const [power, runs] of byLength.entries()) {
    if (!runs) continue
    const [from, to] = [2 ** power, 2 ** (power + 1) - 1]
    yield `${runs} of ${from === to ? from : `${from} to ${to}`}`
  }
}

function* regionLines(
  { size, count, byClass, hot }: Regions,
  survey: Survey,
  layers: number,
  place: Place,
  style: Style,
) {
  const { colours } = style
  const classes = byClass.flatMap((number, level) => (number === 0 ? [] : [`${number} ${DENSITIES[level]?.label}`]))
  yield* entry('regions', `${count} of ${sizeText(size * place.pageSize)}: ${classes.join(', ')}`, style)
  if (hot.length === 0) return
  yield ''
  yield colours.bold('hot regions')
  const digits = addressDigits(place, survey.pages)
  const rows = hot.map(({ first, pages, dirty, density }) => [
    `  ${spanText(place, first, pages, digits)}`,
    percentText(density, 1),
    layers === 1 ? counted(dirty, 'page') : `${Number((dirty / layers).toPrecision(3))} pages a round`,
  ])
  yield* bodyLines(rows)
}

function* runLines(title: string, runs: Survey['runs']['longest'], survey: Survey, place: Place, { colours }: Style) {
  if (runs.length === 0) return
  yield ''
  yield colours.bold(title)
  const digits = addressDigits(place, survey.pages)
  const rows = runs.map(({ first, pages }) => [
    `  ${spanText(place, first, pages, digits)}`,
    counted(pages, 'page'),
    sizeText(pages * place.pageSize),
  ])
  yield* bodyLines(rows)
}

function* roundLines({ rounds, pages }: SeriesSurvey): Generator<string> {
  const head = ['round', 'dirty', 'density', 'new', 'still', 'cleaned', 'overlap']
  const rows = rounds.map((round, at) => {
    const { dirty, newlyDirty, stillDirty, becameClean } = round
    const either = newlyDirty + stillDirty + becameClean
    const counts = [newlyDirty, stillDirty, becameClean].map(String)
    return [String(at + 1), String(dirty), percentText(dirty, pages), ...counts, percentText(stillDirty, either)]
  })
  yield* tableLines(head, rows)
}

function mapLines({ grid, pages }: Survey, layers: number, place: Place, style: Style): Iterable<string> {
  if (pages === 0) return []
  const { mapWidth: width, blocks, colours } = style
  return heatMapLines({ grid, layers, ...place, width, blocks, colours })
}

/** A name and what there is to say, the names in one column. */
function* entry(name: string, text: string, { wrapTo }: Style): Generator<string> {
  const [first, ...others] = wrap(text, 11, wrapTo)
  yield `${name.padEnd(11)}${first}`
  yield* others
}

/** Rows in columns, the first to the left, the others to the right. */
function* bodyLines(rows: readonly (readonly string[])[]): Generator<string> {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  for (const row of rows) {
    yield row.map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join('  ')
  }
}
