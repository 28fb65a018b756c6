import type { DensityGrid } from '../../dirty-bitmap/index.ts'
import type { Palette } from '../render/palette.ts'
import { DENSITIES, densityClass } from './density.ts'
import { columnsFor, mapShape, pagesOfCell } from './map-shape.ts'
import { addressDigits } from './place.ts'
import { addressText, sizeText } from './quantities.ts'

/** How a map is drawn in text. */
export interface TextMap {
  readonly grid: DensityGrid
  /** Bitmaps that lie on each other in the grid. */
  readonly layers: number
  readonly base: bigint
  readonly pageSize: number
  /** Columns of text. */
  readonly width: number
  /** Blocks and colours; plain characters otherwise. */
  readonly blocks: boolean
  readonly colours: Palette
}

const ROWS = 16

/** A map of the density: rows of cells, each row with the address that it starts at, and a legend. */
export function* heatMapLines(map: TextMap): Generator<string> {
  const { grid, layers, base, pageSize, width, blocks, colours } = map
  const digits = addressDigits({ base, pageSize }, grid.length)
  const columns = columnsFor(width - digits - '0x  '.length)
  const shape = mapShape(grid, columns, ROWS)
  const { cellPages, rows, counts } = shape
  const rowText = sizeText(columns * cellPages * pageSize)
  yield `map: a cell is ${sizeText(cellPages * pageSize)}, a row ${rowText}`
  for (let row = 0; row < rows; row++) {
    const address = base + BigInt(row * columns * cellPages) * BigInt(pageSize)
    const cells = Array.from(counts.subarray(row * columns, (row + 1) * columns), (dirty, at) =>
      densityClass(dirty, layers * pagesOfCell(shape, row * columns + at, grid.length)),
    )
    yield `${colours.dim(addressText(address, digits))}  ${cellTexts(cells, blocks, colours)}`
  }
  const legend = DENSITIES.map(({ label }, level) => `${cellTexts([level], blocks, colours)} ${label}`)
  const plain = DENSITIES.map(({ label }) => label.length + 2)
  yield* legendLines(legend, plain, width)
}

/** Characters of cells, with one change of colour for each stretch of equal ones. */
function cellTexts(cells: readonly number[], blocks: boolean, colours: Palette): string {
  let text = ''
  for (let at = 0; at < cells.length; ) {
    const level = cells[at] as number
    let end = at
    while (end < cells.length && cells[end] === level) end++
    const { ascii, block } = DENSITIES[level] as (typeof DENSITIES)[number]
    text += colours.heat(level / (DENSITIES.length - 1), (blocks ? block : ascii).repeat(end - at))
    at = end
  }
  return text
}

function* legendLines(entries: readonly string[], widths: readonly number[], width: number): Generator<string> {
  let line: string[] = []
  let used = 0
  for (const [at, entry] of entries.entries()) {
    const more = (widths[at] as number) + 2
    if (line.length > 0 && used + more > width) {
      yield line.join('  ')
      line = []
      used = 0
    }
    line.push(entry)
    used += more
  }
  yield line.join('  ')
}
