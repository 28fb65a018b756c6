import type { DensityGrid } from '../../dirty-bitmap/index.ts'

/** How a map of cells lies in rows. */
export interface MapShape {
  /** Pages of a cell, a power of two. */
  readonly cellPages: number
  readonly columns: number
  readonly rows: number
  /** Dirty pages of each cell, row by row; the last row may be shorter. */
  readonly counts: Float64Array
}

/** Fits all pages of a grid into at most so many rows of so many cells. */
export function mapShape(grid: DensityGrid, columns: number, mostRows: number): MapShape {
  const cellPages = grid.pagesFor(columns * mostRows)
  const counts = grid.counts(cellPages)
  return { cellPages, columns, rows: Math.ceil(counts.length / columns), counts }
}

/** Pages of a cell, the last one may have fewer. */
export function pagesOfCell({ cellPages }: MapShape, cell: number, length: number): number {
  return Math.min(cellPages, length - cell * cellPages)
}

/** Round numbers of columns, so that rows start at round addresses. */
const COLUMNS = [8, 16, 32, 48, 64, 96, 128, 192, 256]

/** The largest round number of columns that fits. */
export function columnsFor(room: number): number {
  return COLUMNS.findLast((columns) => columns <= room) ?? 8
}
