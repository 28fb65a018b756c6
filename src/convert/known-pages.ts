import { applyXbzrle } from '../qemu/index.ts'

/** Bytes of pages that are kept at most; QEMU's own cache for this has 64 MiB unless it is told otherwise. */
const MOST_KEPT = 2 ** 26
/** What a page costs besides its bytes. */
const PER_PAGE = 64

/**
 * What pages had before, for those that come as a difference (XBZRLE). Where there is more than 64 MiB of them nothing is
 * kept any more, so that memory does not follow the stream.
 */
export class KnownPages {
  readonly #pages = new Map<string, Uint8Array | number>()
  #left = MOST_KEPT
  #isWhole = true

  /** @param content bytes that nobody writes to, or the byte that all are */
  set(block: string, address: number, content: Uint8Array | number): void {
    if (!this.#isWhole) return
    const key = `${address} ${block}`
    this.#left += costOf(this.#pages.get(key))
    this.#left -= costOf(content)
    this.#pages.set(key, content)
    if (this.#left >= 0) return
    this.#isWhole = false
    this.#pages.clear()
  }

  /** What a page is after a difference. @returns why that is not known */
  changed(block: string, address: number, delta: Uint8Array, pageSize: number): Uint8Array | 'xbzrle' | 'damaged' {
    const before = this.#pages.get(`${address} ${block}`)
    if (!this.#isWhole) return 'xbzrle'
    const page = before instanceof Uint8Array ? before.slice() : new Uint8Array(pageSize).fill(before ?? 0)
    if (applyXbzrle(delta, page) !== undefined) return 'damaged'
    return page
  }
}

const costOf = (content: Uint8Array | number | undefined) =>
  content === undefined ? 0 : PER_PAGE + (typeof content === 'number' ? 0 : content.length)
