/** Bytes of a page, of guest and hypervisor alike. */
export const PAGE = 4096

/**
 * Memory of a guest as the hypervisor sees it: writes of the CPU leave a mark in its dirty log, writes of a device do
 * not. Addresses are guest-physical, in bytes.
 */
export class Ram {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly #dirty: Uint8Array

  constructor(readonly pages: number) {
    this.bytes = new Uint8Array(pages * PAGE)
    this.view = new DataView(this.bytes.buffer)
    this.#dirty = new Uint8Array(pages)
  }

  /** A view of `length` bytes: it changes with the memory. */
  at(address: number, length: number): Uint8Array {
    return this.bytes.subarray(address, address + length)
  }

  page(page: number): Uint8Array {
    return this.at(page * PAGE, PAGE)
  }

  /** A write of the CPU. */
  write(address: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, address)
    for (const page of pagesOf(address, bytes.length)) this.mark(page)
  }

  /** A write of a device: nothing tells the hypervisor. */
  dma(address: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, address)
  }

  /** Has the page sent (again). */
  mark(page: number): void {
    this.#dirty[page] = 1
  }

  get dirtyPages(): number {
    return this.#dirty.reduce((sum, mark) => sum + mark, 0)
  }

  /** The marked pages in order; the log starts anew. */
  takeDirty(): number[] {
    const pages: number[] = []
    for (let page = 0; page < this.pages; page++) if (this.#dirty[page] === 1) pages.push(page)
    this.#dirty.fill(0)
    return pages
  }
}

/** Numbers of the pages that a range touches. */
export function pagesOf(address: number, length: number): number[] {
  const first = Math.floor(address / PAGE)
  const last = Math.floor((address + Math.max(length, 1) - 1) / PAGE)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
