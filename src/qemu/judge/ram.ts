import { counted, hexOffset, type Report } from '../../findings/index.ts'
import type { PageKind, RamBlock, RamState } from '../ram/blocks.ts'
import { SentPages } from '../ram/sent-pages.ts'
import type { RamUse } from '../ram/use.ts'
import type { Progress } from './progress.ts'
import { ramUseCodes } from './ram-codes.ts'

/** What is known when a stream has come to its end mark. */
export interface RamFacts {
  readonly offset: number
  /** Whether a device may have told QEMU to leave pages out: a balloon, or virtio-mem. */
  readonly leavesOut: boolean
}

/** Follows which pages of guest memory come. */
export class RamJudge implements RamUse {
  readonly #sent = new SentPages()
  /** Pages with content of their own. */
  #contents = 0
  #isSynchronised = false
  #isListRepeated = false
  #unknownDeltas = 0
  #firstDelta: { readonly offset: number; readonly block: string; readonly address: number } | undefined

  constructor(
    private readonly report: Report,
    private readonly state: RamState,
    private readonly progress: Progress,
  ) {}

  pages(block: string, address: number, kind: PageKind, offset: number, count: number): void {
    if (kind !== 'zero') this.#contents += count
    const first = Math.floor(address / this.state.pageSize)
    if (count > 1) {
      this.#sent.addRun(block, first, count)
      return
    }
    const cameBefore = this.#sent.add(block, first)
    if (kind !== 'xbzrle' || cameBefore !== false) return
    this.#unknownDeltas += 1
    this.#firstDelta ??= { offset, block, address }
  }

  /** A record tells to wait for other channels. */
  synchronised(): void {
    this.#isSynchronised = true
  }

  /** A block of the list was read, and may be there already. */
  block({ name }: RamBlock, offset: number, path: readonly (string | number)[]): void {
    if (this.#isListRepeated || !this.state.blocks.has(name)) return
    this.#isListRepeated = true
    const message = `The block ${name} was listed before.`
    this.report(ramUseCodes.finding('qemu/ram-list-repeated', message, { offset, length: 0, path }))
  }

  /** The input is over. `facts` are there where the stream came to its end mark. */
  finish(facts: RamFacts | undefined): void {
    const place = { offset: facts?.offset ?? this.#firstDelta?.offset ?? 0, length: 0, path: ['elements'] }
    const { again, isFull } = this.#sent
    const { isResumed, usesPostcopy, usesColo } = this.progress
    if (this.#firstDelta !== undefined && !isResumed && !this.#isSynchronised) {
      const { block, address, offset } = this.#firstDelta
      const message = `${counted(this.#unknownDeltas, 'difference is', 'differences are')} to pages that had not come, the first to ${hexOffset(address)} of ${block}.`
      this.report(ramUseCodes.finding('qemu/ram-delta-of-nothing', message, { ...place, offset, length: 8 }))
    }
    if (facts === undefined) return
    if (isFull) {
      this.report(ramUseCodes.finding('qemu/ram-not-counted', 'Not all pages were followed.', place))
    }
    if (again > 0) {
      const message = `${isFull ? 'At least ' : ''}${counted(again, 'page record is', 'page records are')} of pages that had come before.`
      this.report(ramUseCodes.finding('qemu/ram-sent-again', message, place))
    }
    if (isFull || isResumed || usesPostcopy || usesColo) return
    this.#judgeMissing(facts, place)
  }

  #judgeMissing({ leavesOut }: RamFacts, place: { offset: number; length: number; path: string[] }): void {
    const { state } = this
    if (!state.isListed || state.ignoreShared || state.mappedRam) return
    const { missing, block } = this.#missing()
    if (missing > 0n && (this.#isSynchronised || this.#contents === 0)) {
      const message = `${missing} of the pages that are listed are not in this stream.`
      this.report(ramUseCodes.finding('qemu/ram-elsewhere', message, place))
    } else if (missing > 0n) {
      const message = `${missing} of the pages that are listed never came, the first block with such pages is ${block}.`
      const severity = leavesOut ? { severity: 'info' as const } : {}
      this.report(ramUseCodes.finding('qemu/ram-not-complete', message, { ...place, ...severity }))
    }
  }

  #missing(): { missing: bigint; block: string | undefined } {
    let missing = 0n
    let block: string | undefined
    const pageSize = BigInt(this.state.pageSize)
    for (const { name, usedLength } of this.state.blocks.values()) {
      const pages = (usedLength + pageSize - 1n) / pageSize
      const absent = pages - BigInt(this.#sent.distinct(name))
      if (absent <= 0n) continue
      missing += absent
      block ??= name
    }
    return { missing, block }
  }
}
