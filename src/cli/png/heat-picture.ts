import { counted } from '../../findings/index.ts'
import { DENSITIES, densityClass } from '../dirty/density.ts'
import { type MapShape, mapShape, pagesOfCell } from '../dirty/map-shape.ts'
import { addressDigits, addressOf, type Place } from '../dirty/place.ts'
import { addressText, percentText, sizeText } from '../dirty/quantities.ts'
import type { Survey } from '../dirty/survey.ts'
import type { Colour } from './canvas.ts'
import { Canvas, CHARACTER, LINE, MIDDLE, widthOf } from './canvas.ts'

/** What a picture shows. */
export interface HeatPicture {
  readonly title: string
  readonly survey: Survey
  /** Bitmaps that lie on each other. */
  readonly layers: number
  readonly place: Place
}

/** Numbers of colours: 0 is the paper. */
const [INK, AXIS, FIRST_DENSITY] = [1, 2, 3]
const PALETTE: readonly Colour[] = [
  [0xff, 0xff, 0xff],
  [0x21, 0x25, 0x29],
  [0x86, 0x8e, 0x96],
  ...DENSITIES.map(({ colour }) => colour),
]

const PLOT_WIDTH = 1024
const MOST_CELLS = 2 ** 15
const MOST_COLUMNS = 256
/** Dots of a cell, and from which size on cells have a gap between them. */
const [LEAST_CELL, MOST_CELL, GAP_FROM] = [4, 24, 8]
const MARGIN = 24
const TICK = 6
const SWATCH = 16
/** Between the head and the map: a line of caption with space around it. */
const HEAD_GAP = 2 * LINE
/** Characters of the two columns of the legend. */
const [LABEL, NUMBER] = [8, 5]

/** Where things stand in the picture. */
interface Layout {
  readonly shape: MapShape
  readonly cell: number
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A heat map as the bytes of a PNG: rows of cells with addresses at their left, offsets below, and a legend. */
export function heatPicture(given: HeatPicture): Uint8Array {
  const { survey, place, layers } = given
  const shape = pictureShape(survey)
  const cell = Math.max(LEAST_CELL, Math.min(MOST_CELL, Math.floor(PLOT_WIDTH / shape.columns)))
  const head = headTexts(given, shape)
  const digits = addressDigits(place, survey.pages)
  const left = MARGIN + widthOf('0x') + digits * CHARACTER + CHARACTER + TICK
  const top = MARGIN + head.length * LINE + HEAD_GAP
  const layout = { shape, cell, left, top, right: left + shape.columns * cell, bottom: top + shape.rows * cell }
  const legend = legendEntries(given, shape)
  const legendLeft = layout.right + MARGIN
  const legendWidth = SWATCH + CHARACTER + widthOf(' '.repeat(LABEL + NUMBER))
  const width = Math.max(legendLeft + legendWidth, ...head.map((text) => MARGIN + widthOf(text))) + MARGIN
  const height = Math.max(layout.bottom + 3 * LINE, top + legend.length * LINE) + MARGIN
  const canvas = new Canvas(width, height, PALETTE)
  for (const [line, text] of head.entries()) canvas.text(text, MARGIN, MARGIN + line * LINE, INK, line === 0)
  drawCells(canvas, layout, survey, layers)
  drawRowAxis(canvas, layout, place, digits)
  drawOffsetAxis(canvas, layout, place)
  const legendText = legendLeft + SWATCH + CHARACTER
  canvas.text('dirty pages', legendLeft, top - 2 * LINE, AXIS)
  canvas.text('in a cell', legendLeft, top - LINE, AXIS)
  canvas.text('cells'.padStart(LABEL + NUMBER), legendText, top - LINE, AXIS)
  for (const [level, text] of legend.entries()) {
    canvas.fill(legendLeft, top + level * LINE - 1, SWATCH, SWATCH, FIRST_DENSITY + level)
    canvas.text(text, legendText, top + level * LINE, INK)
  }
  return canvas.toPng()
}

/** About four times as wide as high, in columns of a power of two. */
function pictureShape({ grid }: Survey): MapShape {
  const cells = Math.ceil(grid.length / grid.pagesFor(MOST_CELLS))
  const columns = 2 ** Math.floor(Math.log2(Math.sqrt(4 * cells)))
  return mapShape(grid, Math.max(8, Math.min(MOST_COLUMNS, columns)), MOST_CELLS / MOST_COLUMNS)
}

function headTexts({ title, survey, layers, place }: HeatPicture, { cellPages }: MapShape): string[] {
  const { pages, runs } = survey
  const { pageSize } = place
  const size = `${counted(pages, 'page')} of ${sizeText(pageSize)} (${sizeText(pages * pageSize)})`
  const share = percentText(runs.pages, pages)
  const what =
    layers === 1
      ? `${runs.pages} dirty (${share}) in ${counted(runs.count, 'run')}`
      : `${runs.pages} dirty (${share}) at least once in ${layers} rounds; colours show the mean`
  return [title, `${size}, ${what}`, `One cell is ${counted(cellPages, 'page')} (${sizeText(cellPages * pageSize)}).`]
}

function levelOf(shape: MapShape, cell: number, survey: Survey, layers: number): number {
  return densityClass(shape.counts[cell] as number, layers * pagesOfCell(shape, cell, survey.grid.length))
}

function drawCells(canvas: Canvas, { shape, cell, left, top }: Layout, survey: Survey, layers: number): void {
  const size = cell >= GAP_FROM ? cell - 1 : cell
  for (let at = 0; at < shape.counts.length; at++) {
    const x = left + (at % shape.columns) * cell
    const y = top + Math.floor(at / shape.columns) * cell
    canvas.fill(x, y, size, size, FIRST_DENSITY + levelOf(shape, at, survey, layers))
  }
}

function drawRowAxis(canvas: Canvas, { shape, cell, left, top, bottom }: Layout, place: Place, digits: number): void {
  canvas.text('address', MARGIN, top - LINE - MIDDLE, AXIS)
  canvas.fill(left - 2, top, 1, bottom - top, AXIS)
  let step = 1
  while (step * cell < LINE) step *= 2
  for (let row = 0; row < shape.rows; row += step) {
    const y = top + row * cell
    canvas.fill(left - 2 - TICK, y, TICK, 1, AXIS)
    const address = addressOf(place, row * shape.columns * shape.cellPages)
    canvas.text(addressText(address, digits), MARGIN, y - MIDDLE, INK)
  }
}

function drawOffsetAxis(canvas: Canvas, { shape, cell, left, right, bottom }: Layout, { pageSize }: Place): void {
  const y = bottom + 1
  canvas.fill(left, y, right - left, 1, AXIS)
  const label = (column: number) => `+${sizeText(column * shape.cellPages * pageSize)}`
  const widest = Math.max(widthOf(label(shape.columns - 1)), widthOf(label(shape.columns / 4)))
  let step = 1
  while (step * cell < widest + 2 * CHARACTER) step *= 2
  for (let column = 0; column < shape.columns; column += step) {
    const x = left + column * cell
    canvas.fill(x, y, 1, TICK, AXIS)
    canvas.text(column === 0 ? '+0' : label(column), x, y + TICK + 4, INK)
  }
  canvas.text('offset in the row', left, y + TICK + 4 + LINE, AXIS)
}

/** The classes with how many cells are in each. */
function legendEntries({ survey, layers }: HeatPicture, shape: MapShape): string[] {
  const cells = DENSITIES.map(() => 0)
  for (let at = 0; at < shape.counts.length; at++) {
    const level = levelOf(shape, at, survey, layers)
    cells[level] = (cells[level] as number) + 1
  }
  return DENSITIES.map(({ label }, level) => label.padEnd(LABEL) + String(cells[level]).padStart(NUMBER))
}
