import type { TraceEvent } from '../protocol/index.ts'
import type { SectionType } from './stream/writer.ts'

/** A round of memory copy, with the pages that it sends in their order. */
export interface Round {
  readonly number: number
  readonly pages: readonly number[]
}

/** One thing that the source did, or that happened in the run. */
export type Entry =
  | { readonly kind: 'device'; readonly device: number; readonly config: Uint8Array }
  | { readonly kind: 'event'; readonly event: TraceEvent }
  | { readonly kind: 'memory'; readonly name: string; readonly pages: number }
  | { readonly kind: 'round'; readonly round: Round }
  | { readonly kind: 'page'; readonly page: number; readonly content: Uint8Array }
  | { readonly kind: 'section'; readonly type: SectionType; readonly body: Uint8Array }
  | { readonly kind: 'pci-state'; readonly config: Uint8Array; readonly msix: Uint8Array }

/** What happened in a run, in its order, with the bytes that the source sent: all that a record of the run is made from. */
export class Journal {
  readonly entries: Entry[] = []
  #rounds = 0
  #pages: number[] = []

  /** A device moves along; its configuration space says what it is. */
  device(device: number, config: Uint8Array): void {
    this.entries.push({ kind: 'device', device, config: config.slice() })
  }

  event(event: TraceEvent): void {
    this.entries.push({ kind: 'event', event })
  }

  /** There is guest memory, of so many pages. */
  memory(name: string, pages: number): void {
    this.entries.push({ kind: 'memory', name, pages })
  }

  beginRound(): void {
    this.#pages = []
    this.#rounds += 1
    this.entries.push({ kind: 'round', round: { number: this.#rounds, pages: this.#pages } })
  }

  /** A page is sent; its content is kept as it is. */
  page(page: number, content: Uint8Array): void {
    this.#pages.push(page)
    this.entries.push({ kind: 'page', page, content })
  }

  /** A section of the device is sent. */
  section(type: SectionType, body: Uint8Array): void {
    this.entries.push({ kind: 'section', type, body })
  }

  /** The source has sent everything: what its device is left with. */
  pciState(config: Uint8Array, msix: Uint8Array): void {
    this.entries.push({ kind: 'pci-state', config: config.slice(), msix: msix.slice() })
  }
}
