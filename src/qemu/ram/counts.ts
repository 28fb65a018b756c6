import type { PageKind } from './blocks.ts'

/** Pages by the way in which they came, and what they took. */
export interface PageCounts {
  /** Pages that were sent, each as often as it was. */
  readonly pages: number
  readonly zero: number
  /** Whole pages; QEMU's `normal`. */
  readonly normal: number
  readonly xbzrle: number
  readonly compressed: number
  /** Bytes of their records, headers and all; of mapped-ram files and multifd channels the content of the pages. */
  readonly bytes: number
}

/** Counts that go on. */
export class Counts implements PageCounts {
  pages = 0
  zero = 0
  normal = 0
  xbzrle = 0
  compressed = 0
  bytes = 0

  add(kind: PageKind, bytes: number): void {
    this.pages += 1
    this[kind === 'page' ? 'normal' : kind] += 1
    this.bytes += bytes
  }

  /** Adds others, or takes them away. */
  include(others: PageCounts, sign: 1 | -1): void {
    for (const name of COUNTS) this[name] += sign * others[name]
  }

  /** What they are now. */
  now(): PageCounts {
    const { pages, zero, normal, xbzrle, compressed, bytes } = this
    return { pages, zero, normal, xbzrle, compressed, bytes }
  }
}

const COUNTS = ['pages', 'zero', 'normal', 'xbzrle', 'compressed', 'bytes'] as const
