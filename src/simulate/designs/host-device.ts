import { byteDifferences, memoryDifferences } from '../compare.ts'
import { bufferAddress, MAP } from '../guest/memory-map.ts'
import { PAGE, pagesOf } from '../guest/ram.ts'
import { RING_SIZE } from '../guest/variables.layout.ts'
import type { Machine } from '../machine.ts'
import { Random } from '../random.ts'
import type { Stage } from '../stage.ts'
import { traffic } from '../traffic.ts'

/** What happens on both machines after the migration, to see whether they still do the same. */
const AFTERWARDS = 60

/** The host driver of a device that it can stop without the guest: it knows which pages the device has written. */
export class HostDevice {
  readonly #written = new Set<number>()

  constructor(private readonly stage: Stage) {
    const { vf } = stage.source
    const { observe } = vf
    vf.observe = (dma) => {
      if (dma.direction === 'from-device') this.#written.add(dma.page)
      observe(dma)
    }
  }

  /** The pages written since the last query are marked, as a log of the device says; a bad log `forgets` some. */
  queryWritten(forgets: (page: number) => boolean = () => false): void {
    this.#mark([...this.#written].filter((page) => !forgets(page)).sort((a, b) => a - b))
    this.#written.clear()
  }

  /** All pages that are pinned for the device are marked: rings and buffers. */
  queryPinned(): void {
    const buffers = pagesOf(bufferAddress('rxBuffers', 0), RING_SIZE * (PAGE / 2))
    this.#mark([MAP.rxRing.page, MAP.txRing.page, ...buffers])
  }

  #mark(pages: readonly number[]): void {
    const { trace, source } = this.stage
    trace.add('source', 'bitmap-queried', { start: 0, pages: source.ram.pages, dirty: pages.length })
    for (const page of pages) {
      source.ram.mark(page)
      trace.add('source', 'page-dirtied', { page, how: 'bitmap' })
    }
  }
}

/** Memory, configuration space, registers and MSI-X table have to be the same to the byte. */
export function wholeDifferences(source: Machine, target: Machine): string[] {
  return [
    ...memoryDifferences(source.ram, target.ram),
    ...byteDifferences('config space', source.vf.config, target.vf.config),
    ...byteDifferences('registers', source.vf.registers, target.vf.registers),
    ...byteDifferences('MSI-X table', source.vf.msix, target.vf.msix),
  ]
}

/** Lets the same things happen on both machines; they have to end up the same. */
export function laterDifferences(source: Machine, target: Machine, seed: number): string[] {
  const observers = [source, target].map(({ vf }) => vf.observe)
  for (const machine of [source, target]) {
    const random = new Random(seed)
    machine.vf.observe = () => {}
    for (let step = 0; step < AFTERWARDS; step++) traffic(machine, random)
  }
  const differences = wholeDifferences(source, target).map((text) => `afterwards, ${text}`)
  for (const [index, machine] of [source, target].entries())
    machine.vf.observe = observers[index] as Machine['vf']['observe']
  return differences
}
