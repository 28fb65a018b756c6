import { RAM_FLAGS } from '../qemu/frame.layout.ts'
import { ramBlockNameCodec, ramRecordWordCodec } from '../qemu/frame.ts'
import type { QemuWriter, WrittenDevice } from './qemu-writer.ts'
import type { Tape } from './tape.ts'

const PAGE = 4096
const NAMES = ['pc.ram', 'pc.bios', '/rom@etc/acpi/tables'] as const

type Flag = keyof typeof RAM_FLAGS

interface Block {
  readonly name: string
  readonly pages: number
}

/** Writes the sections of guest memory: few pages, which are long. */
export class RamMaker {
  readonly #device: WrittenDevice
  readonly #blocks: Block[]
  #last: Block | undefined
  /** A page in full is long, and two are enough. */
  #full = 0

  constructor(
    private readonly tape: Tape,
    private readonly writer: QemuWriter,
  ) {
    this.#device = writer.device('ram')
    // The area that mapped-ram has is as long as its block.
    const most = writer.mappedRam ? 2 : 70
    this.#blocks = NAMES.slice(0, tape.below(NAMES.length + 1)).map((name) => ({ name, pages: 1 + tape.below(most) }))
  }

  start(): void {
    const { writer } = this
    const total = this.#blocks.reduce((sum, { pages }) => sum + pages, 0)
    writer.section('START', this.#device, () => {
      this.#word(['memorySize'], total)
      for (const block of this.#blocks) this.#listed(block)
      this.#word(['endOfSection'], 0)
    })
  }

  go(kind: 'PART' | 'END'): void {
    this.writer.section(kind, this.#device, () => {
      if (!this.writer.mappedRam) for (let left = this.tape.below(6); left > 0; left--) this.#record()
      if (this.tape.rarely(4)) this.#word(['multifdFlush'], 0)
      this.#word(['endOfSection'], 0)
    })
  }

  /** An entry of the list, and where a mapped-ram file has its pages. */
  #listed({ name, pages }: Block): void {
    const { tape, writer } = this
    const usedLength = BigInt(pages * PAGE)
    const huge = writer.postcopyAdvised && tape.rarely(3) ? { pageSize: 2n ** 21n } : {}
    if (!writer.mappedRam) {
      writer.add(writer.block(name, usedLength, huge))
      return
    }
    const places = { version: 1, pageSize: BigInt(PAGE), bitmapOffset: 0n, pagesOffset: 0n }
    const bitmapOffset = writer.offset + writer.block(name, usedLength, { ...huge, mappedRam: places }).length
    const bitmapLength = 8 * Math.ceil(pages / 64)
    const gaps = [tape.below(9), tape.below(9)] as const
    const mappedRam = {
      ...places,
      bitmapOffset: BigInt(bitmapOffset + gaps[0]),
      pagesOffset: BigInt(bitmapOffset + gaps[0] + bitmapLength + gaps[1]),
    }
    writer.add(
      writer.block(name, usedLength, { ...huge, mappedRam }),
      new Uint8Array(gaps[0]),
      tape.bytes(bitmapLength),
      new Uint8Array(gaps[1]),
      tape.bytes(pages * PAGE),
    )
  }

  #record(): void {
    const { tape, writer } = this
    const block = tape.pick(this.#blocks.length === 0 ? [{ name: 'pc.ram', pages: 1 }] : this.#blocks)
    const kinds = ['zero', 'zero', 'zero', 'xbzrle', 'compressed', this.#full < 2 ? 'page' : 'zero'] as const
    const kind = tape.pick(kinds)
    // Pages mostly come in order.
    const first = tape.below(block.pages)
    const times = kind === 'page' ? 1 : 1 + tape.below(3)
    for (let page = first; page < Math.min(first + times, block.pages); page++) {
      const isSame = this.#last === block && !tape.rarely(4)
      this.#word(isSame ? [kind, 'sameBlock'] : [kind], page)
      if (!isSame) writer.add(ramBlockNameCodec.encode({ length: block.name.length, name: block.name }))
      this.#last = block
      this.#content(kind)
    }
  }

  #content(kind: 'zero' | 'xbzrle' | 'compressed' | 'page'): void {
    const { tape, writer } = this
    const data = tape.bytes(1 + tape.below(30))
    if (kind === 'zero') writer.add(Uint8Array.of(tape.rarely(8) ? 7 : 0))
    else if (kind === 'xbzrle') writer.add(Uint8Array.of(1, 0, data.length), data)
    else if (kind === 'compressed') writer.add(Uint8Array.of(0, 0, 0, data.length), data)
    else {
      this.#full += 1
      writer.add(tape.bytes(PAGE))
    }
  }

  /** The word of a record; the page number of a list of blocks is their total. */
  #word(flags: readonly Flag[], page: number): void {
    const given = Object.fromEntries(Object.keys(RAM_FLAGS).map((name) => [name, flags.includes(name as Flag)]))
    const word = { ...(given as Record<Flag, boolean>), lowAddress: 0, pageNumber: BigInt(page) }
    this.writer.add(ramRecordWordCodec.encode({ word }))
  }
}
