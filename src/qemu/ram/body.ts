import { hexOffset } from '../../findings/index.ts'
import type { Parse } from '../../layout/index.ts'
import { RAM_FLAGS } from '../frame.layout.ts'
import { ramBlockNameCodec } from '../frame.ts'
import { type Teller, waitFor } from '../teller.ts'
import { blockList } from './block-list.ts'
import type { PageKind, RamListener, RamState } from './blocks.ts'
import { ramCodes } from './codes.ts'
import { flagsOf, isPageWord, pageSizeByRecords, RECORDS_LOOKED_AT } from './page-size.ts'
import { samePages } from './same-pages.ts'
import { ToldRun } from './told-run.ts'
import type { RamUse } from './use.ts'
import { xbzrleProblem } from './xbzrle.ts'

/** Page records by the flag that says so. */
const PAGES: ReadonlyMap<number, PageKind> = new Map([
  [RAM_FLAGS.zero, 'zero'],
  [RAM_FLAGS.page, 'page'],
  [RAM_FLAGS.xbzrle, 'xbzrle'],
  [RAM_FLAGS.compressed, 'compressed'],
])

/** Records without an address. */
const OTHERS: ReadonlyMap<number, string> = new Map([
  [RAM_FLAGS.endOfSection, 'endOfSection'],
  [RAM_FLAGS.multifdFlush, 'multifdFlush'],
  [RAM_FLAGS.hook, 'hook'],
])

/** What a destination refuses in a mapped-ram file, where the pages stand behind the list of blocks. */
const REFUSED_IN_FILE: ReadonlySet<number> = new Set([
  ...[RAM_FLAGS.zero, RAM_FLAGS.page, RAM_FLAGS.xbzrle, RAM_FLAGS.hook, RAM_FLAGS.multifdFlush],
])

const WORD = 8
const HIGH = 2 ** 32

/**
 * Reads the records of a RAM section, up to the one that ends it. Records of pages that follow one another, of the same
 * block and kind, are told as one run. The content of a page is not looked at unless the listener wants it.
 */
export class RamBody {
  readonly #run: ToldRun
  #index = 0

  constructor(
    private readonly teller: Teller,
    private readonly state: RamState,
    private readonly listener: RamListener,
    private readonly use: RamUse,
  ) {
    this.#run = new ToldRun(teller, () => this.#index++)
  }

  /** False where the body cannot be read on, or is cut. */
  *read(): Generator<number, boolean, undefined> {
    const { teller } = this
    teller.begin('ram', 'list')
    const isWhole = yield* this.#records()
    this.#run.close()
    teller.end()
    return isWhole
  }

  *#records(): Generator<number, boolean, undefined> {
    const { window } = this.teller
    for (;;) {
      this.#pagesHere()
      if (window.available < WORD && !(yield* this.#need(WORD))) return false
      if (!this.state.isPageSizeKnown && isPageWord(window.view.getUint32(window.position + 4))) {
        yield* this.#learnPageSize()
      }
      const { view, position } = window
      const low = view.getUint32(position + 4)
      const flags = flagsOf(low, this.state)
      const flag = flags & ~RAM_FLAGS.sameBlock
      const kind = PAGES.get(flag)
      if (this.state.mappedRam && REFUSED_IN_FILE.has(flag)) {
        this.#say('qemu/ram-flags', `A mapped-ram file has no record with the flags ${hexOffset(flags)}.`, WORD)
      }
      if (kind !== undefined) {
        const address = view.getUint32(position) * HIGH + (low - flags)
        if (!(yield* this.#page(kind, address, flag !== flags))) return false
        continue
      }
      this.#run.close()
      if (flag === RAM_FLAGS.memorySize) {
        if (!(yield* this.#item('memorySize', () => blockList(this.teller, this.state, this.listener, this.use))))
          return false
        continue
      }
      const other = OTHERS.get(flag)
      if (other === undefined) {
        this.#say('qemu/ram-flags', `No RAM record has the flags ${hexOffset(flags)}.`, WORD)
        return false
      }
      const { teller } = this
      if (other === 'multifdFlush') this.listener.sync?.()
      if (flag === RAM_FLAGS.multifdFlush || flag === RAM_FLAGS.hook) this.use.synchronised()
      yield* this.#item(other, () => teller.run('records', WORD))
      if (flag === RAM_FLAGS.endOfSection) return true
    }
  }

  /** Finds out how long pages are, where nothing said so. */
  *#learnPageSize(): Parse {
    const { state } = this
    const before = state.pageSize
    state.isLookingAhead = true
    yield* this.#need(RECORDS_LOOKED_AT)
    state.isLookingAhead = false
    state.learnPageSize(pageSizeByRecords(this.teller.window, state))
    if (state.pageSize !== before) this.listener.pageSizeFound?.(state.pageSize)
  }

  *#item(kind: string, read: () => Generator<number, boolean, undefined>): Generator<number, boolean, undefined> {
    const { teller } = this
    teller.begin(this.#index++, 'object')
    teller.derived('kind', kind)
    const isWhole = yield* read()
    teller.end()
    return isWhole
  }

  /** Takes the pages that are wholly here and of the block of the record before. */
  #pagesHere(): void {
    const { window } = this.teller
    const { last: block, pageSize } = this.state
    if (block === undefined) return
    const used = this.state.isListed ? this.state.usedLength(block) : Number.POSITIVE_INFINITY
    for (;;) {
      // Who listens hears of each page, and what is wrong with one has its own place.
      const isAlone = this.listener.page !== undefined || used === undefined
      const same = samePages(window, pageSize, isAlone ? 1 : Number.POSITIVE_INFINITY)
      if (same === undefined) return
      const { kind, address, size } = same
      const inside = Math.ceil(((used ?? 0) - address) / pageSize)
      const count = Math.max(1, Math.min(same.count, inside))
      if (count === 1) this.#take(block, kind, address, WORD, size)
      else {
        if (this.state.isListed) this.use.pages(block, address, kind, window.offset, count)
        this.#run.add(block, kind, address, pageSize, count)
        window.skip(count * size)
      }
    }
  }

  /** Takes a record that is wholly here, the content of its page from `start` on. */
  #take(block: string, kind: PageKind, address: number, start: number, size: number): void {
    const { teller, listener } = this
    const { window } = teller
    this.#check(block, address, kind, start)
    if (kind === 'xbzrle') this.#delta(address, start, size)
    this.#run.add(block, kind, address, this.state.pageSize)
    const content =
      listener.wantsContent === true
        ? window.bytes.subarray(window.position + start, window.position + size)
        : undefined
    listener.page?.(block, address, kind, content, size, window.offset)
    window.skip(size)
  }

  /** Takes the record of a page. */
  *#page(kind: PageKind, address: number, isSame: boolean): Generator<number, boolean, undefined> {
    const { state, listener } = this
    const { window } = this.teller
    let head = WORD
    let block = state.last
    if (isSame) {
      if (block === undefined) return this.#noBlock()
    } else {
      if (!(yield* this.#need(WORD + 1))) return false
      head = WORD + 1 + (window.bytes[window.position + WORD] as number)
      if (!(yield* this.#need(head))) return false
      const { bytes, view, position } = window
      const place = { bytes, view, offset: position + WORD, end: position + head }
      block = ramBlockNameCodec.decodeAt(place).value.name
      state.last = block
    }
    const prefix = head + PREFIXES[kind]
    if (window.available < prefix && !(yield* this.#need(prefix))) return false
    const length = this.#contentLength(kind, head)
    if (length === undefined) return false
    const size = prefix + length
    // A delta is judged, and so waited for.
    const isWaitedFor = listener.wantsContent === true || kind === 'xbzrle'
    if (isWaitedFor && !(yield* this.#need(size))) return this.#cut(block, kind, address, head)
    if (window.available >= size) {
      this.#take(block, kind, address, kind === 'zero' ? head : prefix, size)
      return true
    }
    this.#check(block, address, kind, head)
    this.#run.add(block, kind, address, this.state.pageSize)
    listener.page?.(block, address, kind, undefined, size, window.offset)
    for (let left = size; left > 0; ) {
      if (window.available === 0 && !(yield* this.#need(1))) return false
      const here = Math.min(left, window.available)
      window.skip(here)
      left -= here
    }
    return true
  }

  /** Bytes behind what the kind of record has in any case. */
  #contentLength(kind: PageKind, head: number): number | undefined {
    const { view, bytes, position } = this.teller.window
    if (kind === 'zero') return 0
    if (kind === 'page') return this.state.pageSize
    if (kind === 'xbzrle') {
      const encoding = bytes[position + head] as number
      if (encoding === 1) return view.getUint16(position + head + 1)
      this.#say('qemu/xbzrle-version', `The encoding is ${encoding}, not 1.`, head + 1)
      return undefined
    }
    const length = view.getUint32(position + head)
    if (length > 0 && length <= compressBound(this.state.pageSize)) return length
    this.#say('qemu/compressed-length', `A page does not take ${length} bytes when it is compressed.`, head + 4)
    return undefined
  }

  /** Looks whether a delta can be applied at all. */
  #delta(address: number, start: number, size: number): void {
    const { bytes, position } = this.teller.window
    const problem = xbzrleProblem(bytes.subarray(position + start, position + size), this.state.pageSize)
    if (problem === undefined) return
    this.#say('qemu/xbzrle-damaged', `The delta of the page at ${hexOffset(address)} is damaged: ${problem}.`, size)
  }

  #check(block: string, address: number, kind: PageKind, head: number): void {
    const { state } = this
    if (state.isListed) {
      const used = state.usedLength(block)
      if (used === undefined) {
        this.#say('qemu/ram-unknown-block', `No block is called ${JSON.stringify(block)}.`, head)
      } else if (address >= used) {
        const message = `The page at ${hexOffset(address)} is behind the end of ${block} (${hexOffset(used)}).`
        this.#say('qemu/ram-address', message, head)
      } else this.use.pages(block, address, kind, this.teller.window.offset, 1)
    }
    if (kind !== 'zero') return
    const fill = this.teller.window.bytes[this.teller.window.position + head] as number
    if (fill !== 0) this.#say('qemu/ram-fill', `The page is filled with ${hexOffset(fill)}, not with 0.`, head + 1)
  }

  #noBlock(): false {
    this.#say('qemu/ram-no-block', 'The record is of the block before, and no record named one.', WORD)
    return false
  }

  /** Takes what there is of a record that the input ends in. */
  #cut(block: string, kind: PageKind, address: number, head: number): false {
    const { window } = this.teller
    this.#check(block, address, kind, head)
    this.#run.add(block, kind, address, this.state.pageSize)
    window.skip(window.available)
    return false
  }

  #say(code: keyof typeof ramCodes.entries, message: string, length: number): void {
    const place = { offset: this.teller.window.offset, length, path: this.teller.path() }
    this.teller.report(ramCodes.finding(code, message, place))
  }

  *#need(length: number): Generator<number, boolean, undefined> {
    if (this.teller.window.available >= length) return true
    this.#run.flush()
    return yield* waitFor(this.teller.window, length)
  }
}

/** The most bytes that zlib makes of so many. */
const compressBound = (size: number) => size + (size >>> 12) + (size >>> 14) + (size >>> 25) + 13

/** Bytes between the head of a record and its content: fill, encoding and length, length. */
const PREFIXES: Readonly<Record<PageKind, number>> = { zero: 1, page: 0, xbzrle: 3, compressed: 4 }
