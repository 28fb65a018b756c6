import { inflateSync } from 'node:zlib'
import type { Finding } from '../../findings/index.ts'
import {
  ChannelRounds,
  type MultifdPage,
  type PageKind,
  type RamBlock,
  RamImage,
  type RamListener,
  WaitPoints,
} from '../../qemu/index.ts'
import { LONGEST_IMAGE, SparseImage } from '../big/sparse-image.ts'
import type { Spool } from '../big/spool.ts'
import { Complaint } from '../complaint.ts'
import { channelPages } from './channels.ts'
import { listed } from './part.ts'
import { checkWhole, type QemuTaker } from './taker.ts'

interface Options {
  /** Name of the block. */
  readonly block: string
  readonly channels: readonly string[]
  /** Most bytes that are written though the stream does not hold them. */
  readonly mostFilled: number
}

/** What came in on the main channel, until the channels have caught up. */
type Held = 'sync' | Parameters<RamImage['page']>

/**
 * Puts a block of guest memory together. Pages of multifd channels come in where the main channel waited for them, so that
 * of a page that was sent several times the last one stays.
 */
export class RamTaker implements QemuTaker {
  readonly #names = new Set<string>()
  readonly #sparse: SparseImage
  readonly #image: RamImage
  readonly #channels: ChannelRounds
  #held: Held[] = []
  #isBlock = false
  #pages = 0
  readonly #waits = new WaitPoints()
  /** Whether pages are missing as if they had come over channels. */
  #isElsewhere = false

  constructor(
    spool: Spool,
    private readonly options: Options,
  ) {
    spool.restart()
    this.#sparse = new SparseImage(spool, options.mostFilled)
    this.#image = new RamImage(options.block, this.#sparse, inflated)
    this.#channels = new ChannelRounds(options.channels.map(channelPages))
  }

  readonly ram: RamListener = {
    wantsContent: true,
    section: (kind, offset, pageSize) => {
      this.#image.section(kind, offset, pageSize)
      if (this.#waits.section(kind)) this.#held.push('sync')
    },
    pageSizeFound: (bytes) => this.#image.pageSizeFound(bytes),
    sync: () => {
      this.#waits.flush()
      this.#held.push('sync')
    },
    block: (block) => this.#block(block),
    page: (block, address, kind, content, size, offset) => {
      if (block === this.options.block) this.#page(block, address, kind, content, size, offset)
    },
    mappedBitmap: (block, start, bytes) => this.#image.mappedBitmap(block, start, bytes),
    mapped: (block, start, bytes) => {
      if (block.name === this.options.block) this.#pages += 1
      this.#image.mapped(block, start, bytes)
    },
  }

  finding({ code }: Finding): void {
    this.#isElsewhere ||= code === 'qemu/ram-elsewhere'
  }

  async after(): Promise<void> {
    if (this.#held.length === 0) return
    const held = this.#held
    this.#held = []
    for (const one of held) {
      if (one !== 'sync') this.#image.page(...one)
      else for await (const page of this.#channels.next()) this.#put(page)
    }
  }

  async finish(stop: Finding | undefined): Promise<void> {
    const { block, channels } = this.options
    await this.after()
    for await (const page of this.#channels.rest()) this.#put(page)
    if (!this.#isBlock) {
      checkWhole('The stream', stop)
      throw new Complaint(`No block of memory is called ${block}; there are ${listed(this.#names)}.`)
    }
    checkWhole(`The memory of ${block}`, stop)
    if ((this.#waits.flushes > 0 || this.#isElsewhere) && channels.length === 0) {
      throw new Complaint(`Pages of ${block} came over multifd channels; give them with --channel.`)
    }
    if (this.#pages === 0) throw new Complaint(`The stream has no page of ${block}: the destination has its memory.`)
    await this.#sparse.finish(Number(this.#image.listed?.usedLength))
  }

  #block(block: RamBlock): void {
    this.#names.add(block.name)
    this.#image.block(block)
    if (block.name !== this.options.block) return
    this.#isBlock = true
    if (block.usedLength > LONGEST_IMAGE) {
      throw new Complaint(`${block.name} states ${block.usedLength} bytes, more than a file can have here.`)
    }
  }

  #page(...page: [string, number, PageKind, Uint8Array | undefined, number, number]): void {
    this.#pages += 1
    if (this.options.channels.length === 0) {
      this.#image.page(...page)
      return
    }
    const [block, address, kind, content, size, offset] = page
    this.#held.push([block, address, kind, content?.slice(), size, offset])
  }

  #put({ block, address, bytes, isZero }: MultifdPage): void {
    if (block !== this.options.block) return
    this.#pages += 1
    this.#image.page(block, Number(address), isZero ? 'zero' : 'page', bytes)
  }
}

/** Inflates a page; what is wrong is said in words that do not depend on Node. */
function inflated(data: Uint8Array, most: number): Uint8Array {
  try {
    return inflateSync(data, { maxOutputLength: most })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw code === 'ERR_BUFFER_TOO_LARGE' ? new TypeError('more than a page') : new TypeError(message)
  }
}
