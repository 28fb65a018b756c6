import {
  DensityGrid,
  DirtyBitmap,
  type RoundChange,
  RoundComparison,
  RunJoiner,
  RunStatistics,
} from '../../dirty-bitmap/index.ts'
import { Complaint } from '../complaint.ts'
import { naming } from '../open.ts'
import { Progress } from '../progress.ts'
import type { Input } from './inputs.ts'
import { sizeText } from './quantities.ts'

type BitmapInput = Extract<Input, { kind: 'bitmap' }>

/** How bits are read. */
export interface Reading {
  /** Number of pages, where it is not that of the bits. */
  readonly pages: number | undefined
  /** Words of 64 bits in the byte order of a big-endian host. */
  readonly bigWords: boolean
  /** How many of the longest runs are kept. */
  readonly top: number
}

/** What a bitmap, or a series of them, says. */
export interface Survey {
  readonly pages: number
  readonly runs: RunStatistics
  readonly grid: DensityGrid
  /** Bits that are set behind the last page. */
  readonly behind: number
  /** Pages that were asked for and have no bits; they count as clean. */
  readonly missing: number
}

/** What a series says besides. */
export interface SeriesSurvey extends Survey {
  readonly rounds: readonly (RoundChange & { readonly path: string; readonly pages: number })[]
  readonly again: number
  /** Runs of pages that are dirty in every round. */
  readonly always: RunStatistics
}

/** Takes runs on their way. */
export type OnRuns = (runs: Float64Array) => Promise<void>

/** Files are read in pieces of this size. */
const PIECE_BYTES = 2 ** 24
/** Those of a series are smaller, since five are in memory and pass through the cache again and again; of a pipe, too. */
const SMALL_PIECE_BYTES = 2 ** 21
const MOST_PAGES = 2 ** 40

/** Reads one bitmap in constant memory. @throws Complaint or a system error */
export async function surveyOne(input: BitmapInput, reading: Reading, onRuns?: OnRuns): Promise<Survey> {
  const reader = new PieceReader(input, reading)
  const grid = new DensityGrid()
  const runs = new RunStatistics(reading.top)
  const joiner = new RunJoiner()
  const take = async (more: Float64Array) => {
    runs.add(more)
    await onRuns?.(more)
  }
  const progress = new Progress(megabytes(input.pieces.bytes ?? 0), 'MiB')
  const pieceBytes = input.pieces.bytes === undefined ? SMALL_PIECE_BYTES : PIECE_BYTES
  const piece = DirtyBitmap.clean({ pageSize: 4096, base: 0n, length: 8 * pieceBytes })
  try {
    for (let first = 0; !reader.ended; first += piece.length) {
      const pages = await naming(input.path, () => reader.fill(piece, first))
      grid.add(piece, first, pages)
      for (const more of joiner.add(piece, first)) await take(more)
      if (input.pieces.bytes !== undefined) progress.step(megabytes(pieceBytes))
    }
    await take(joiner.end())
  } finally {
    progress.end()
    piece.dispose()
    input.pieces.close()
  }
  const { missing, behind } = reader
  if (missing > 0) grid.length = reader.pages
  return { pages: reader.pages, runs, grid, behind, missing }
}

/** Reads a series side by side, piece by piece, in constant memory. @throws Complaint or a system error */
export async function surveySeries(inputs: readonly BitmapInput[], reading: Reading): Promise<SeriesSurvey> {
  const readers = inputs.map((input) => new PieceReader(input, reading))
  const grid = new DensityGrid()
  const comparison = new RoundComparison(8 * SMALL_PIECE_BYTES)
  const [runs, always] = [new RunStatistics(reading.top), new RunStatistics(reading.top)]
  const [anyJoiner, alwaysJoiner] = [new RunJoiner(), new RunJoiner()]
  let again = 0
  const total = inputs.reduce((sum, { pieces }) => sum + (pieces.bytes ?? 0), 0)
  const progress = new Progress(megabytes(total), 'MiB')
  try {
    for (let first = 0; readers.some(({ ended }) => !ended); first += 8 * SMALL_PIECE_BYTES) {
      comparison.begin()
      for (const reader of readers) {
        const piece = comparison.next()
        const pages = await naming(reader.input.path, () => reader.fill(piece, first))
        reader.input.pieces.rest()
        grid.add(piece, first, pages)
        comparison.compare()
        progress.step(megabytes(Math.min(SMALL_PIECE_BYTES, Math.ceil(pages / 8))))
      }
      again += comparison.again.count()
      for (const more of anyJoiner.add(comparison.any, first)) runs.add(more)
      for (const more of alwaysJoiner.add(comparison.always, first)) always.add(more)
    }
    runs.add(anyJoiner.end())
    always.add(alwaysJoiner.end())
  } finally {
    progress.end()
    comparison.dispose()
    for (const { pieces } of inputs) pieces.close()
  }
  const rounds = readers.map(({ input, pages }, round) => {
    const change = comparison.changes[round] ?? { dirty: 0, newlyDirty: 0, stillDirty: 0, becameClean: 0 }
    return { path: input.path, pages, ...change }
  })
  const pages = Math.max(...rounds.map((round) => round.pages))
  const sum = (of: (reader: PieceReader) => number) => readers.reduce((total, reader) => total + of(reader), 0)
  grid.length = Math.max(grid.length, pages)
  return {
    pages,
    runs,
    grid,
    behind: sum((one) => one.behind),
    missing: sum((one) => one.missing),
    rounds,
    again,
    always,
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20)
}

/** Fills pieces with what comes from one input. */
class PieceReader {
  ended = false
  behind = 0
  /** Pages that the bits read so far stand for. */
  #seen = 0
  readonly #limit: number | undefined

  constructor(
    readonly input: BitmapInput,
    readonly reading: Reading,
  ) {
    const { pieces, path, stated } = input
    this.#limit = reading.pages ?? stated?.length
    if (reading.bigWords && pieces.bytes !== undefined && pieces.bytes % 8 !== 0) throw halfWord(path, pieces.bytes)
  }

  /** Pages of the bitmap: those that were asked for, or those that the bits stand for. */
  get pages(): number {
    return this.#limit ?? this.#seen
  }

  get missing(): number {
    return Math.max(0, this.pages - this.#seen)
  }

  /** Fills a piece that begins at page `first`; the number of pages of the bitmap in it. */
  async fill(piece: DirtyBitmap, first: number): Promise<number> {
    const { pieces, path } = this.input
    if (this.ended) {
      piece.delete(0, piece.length)
      return 0
    }
    await pieces.prepare(piece.length / 8)
    let got = 0
    piece.fill((bytes) => {
      got = pieces.take(bytes)
      bytes.fill(0, got)
      if (this.reading.bigWords) Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).swap64()
    })
    this.ended = 8 * got < piece.length
    if (this.ended && this.reading.bigWords && got % 8 !== 0) throw halfWord(path, first / 8 + got)
    this.#seen += 8 * got
    if (this.#seen > MOST_PAGES) {
      throw new Complaint(`${path} has more than ${sizeText(MOST_PAGES / 8)} of bits, more than any guest has pages.`)
    }
    const pages = Math.max(0, Math.min(8 * got, (this.#limit ?? Number.POSITIVE_INFINITY) - first))
    if (pages < 8 * got) {
      this.behind += piece.count(pages)
      piece.delete(pages, piece.length - pages)
    }
    return pages
  }
}

function halfWord(path: string, bytes: number): Complaint {
  return new Complaint(`${path} has ${bytes} bytes; --word-order big is for whole words of 8 bytes.`)
}
