import type { DensityGrid } from '../../dirty-bitmap/index.ts'
import { DENSITIES, densityClass } from './density.ts'

/** A stretch of the memory. */
export interface Region {
  readonly first: number
  readonly pages: number
  /** Dirty pages; of a series those of all rounds together. */
  readonly dirty: number
  /** Part of 1. */
  readonly density: number
}

/** The memory in regions of one size. */
export interface Regions {
  /** Pages of a region, the last one may have fewer. */
  readonly size: number
  readonly count: number
  /** Number of regions of each class of density. */
  readonly byClass: readonly number[]
  /** The densest ones that are not clean. */
  readonly hot: readonly Region[]
}

/** Most regions: enough to tell places apart, few enough to read. */
const MOST_REGIONS = 1024
/** A region of fewer pages would say no more than its pages. */
const LEAST_PAGES = 64

/**
 * Divides the memory into regions.
 *
 * @param layers bitmaps that lie on each other in the grid
 * @param keep how many of the densest are named
 */
export function regionsOf(grid: DensityGrid, layers: number, keep: number): Regions {
  const size = Math.max(LEAST_PAGES, grid.pagesFor(MOST_REGIONS))
  const byClass = DENSITIES.map(() => 0)
  const regions = Array.from(grid.counts(size), (dirty, at): Region => {
    const pages = Math.min(size, grid.length - at * size)
    const level = densityClass(dirty, layers * pages)
    byClass[level] = (byClass[level] as number) + 1
    return { first: at * size, pages, dirty, density: dirty / (layers * pages) }
  })
  const hot = regions
    .filter(({ dirty }) => dirty > 0)
    .sort((a, b) => b.density - a.density || b.dirty - a.dirty || a.first - b.first)
    .slice(0, keep)
  return { size, count: regions.length, byClass, hot }
}
