import { DirtyBitmap } from './bitmap.ts'

/** What changed with one round. Numbers of pages. */
export interface RoundChange {
  readonly dirty: number
  /** Dirty now, clean in the round before. The first round has only these. */
  readonly newlyDirty: number
  /** Dirty in both. */
  readonly stillDirty: number
  /** Dirty in the round before, clean now. */
  readonly becameClean: number
}

const NOTHING: RoundChange = { dirty: 0, newlyDirty: 0, stillDirty: 0, becameClean: 0 }

/**
 * Compares a series of bitmaps, rounds, piece by piece: all rounds of the first piece, then all of the second, and so on,
 * so that five pieces are in memory, however many and long the rounds are.
 */
export class RoundComparison {
  readonly #changes: RoundChange[] = []
  /** Pages dirty in any round so far, in two or more, in every one. */
  readonly #any: DirtyBitmap
  readonly #again: DirtyBitmap
  readonly #always: DirtyBitmap
  #before: DirtyBitmap
  #now: DirtyBitmap
  #round = 0

  /** @param piecePages pages of a piece */
  constructor(readonly piecePages: number) {
    const make = () => DirtyBitmap.clean({ pageSize: 4096, base: 0n, length: piecePages })
    this.#any = make()
    this.#again = make()
    this.#always = make()
    this.#before = make()
    this.#now = make()
  }

  /** Begins the next piece. */
  begin(): void {
    this.#round = 0
    for (const bitmap of [this.#any, this.#again, this.#always, this.#now]) bitmap.delete(0, this.piecePages)
  }

  /** The next round of this piece, which the caller fills before `compare`. */
  next(): DirtyBitmap {
    const filled = this.#before
    this.#before = this.#now
    this.#now = filled
    return filled
  }

  /** Takes up what the caller filled. */
  compare(): void {
    const [before, now] = [this.#before, this.#now]
    const earlier = this.#round === 0 ? 0 : before.count()
    const dirty = now.count()
    const stillDirty = this.#round === 0 ? 0 : before.and(now).count()
    this.#add({ dirty, newlyDirty: dirty - stillDirty, stillDirty, becameClean: earlier - stillDirty })
    if (this.#round === 0) this.#always.or(now)
    else {
      this.#always.and(now)
      // The round before is not needed any more and lies within those before it.
      this.#again.or(before.or(this.#any).and(now))
    }
    this.#any.or(now)
    this.#round += 1
  }

  get changes(): readonly RoundChange[] {
    return this.#changes
  }

  /** Pages of this piece that were dirty in any round. */
  get any(): DirtyBitmap {
    return this.#any
  }

  /** Pages of this piece that were dirty in two rounds or more. */
  get again(): DirtyBitmap {
    return this.#again
  }

  /** Pages of this piece that were dirty in every round. */
  get always(): DirtyBitmap {
    return this.#always
  }

  dispose(): void {
    for (const bitmap of [this.#any, this.#again, this.#always, this.#before, this.#now]) bitmap.dispose()
  }

  #add(more: RoundChange): void {
    const sum = this.#changes[this.#round] ?? NOTHING
    this.#changes[this.#round] = {
      dirty: sum.dirty + more.dirty,
      newlyDirty: sum.newlyDirty + more.newlyDirty,
      stillDirty: sum.stillDirty + more.stillDirty,
      becameClean: sum.becameClean + more.becameClean,
    }
  }
}
