import { joined } from '../../layout/index.ts'
import {
  ramBlockNameCodec,
  ramRecordWordCodec,
  sectionFooterCodec,
  sectionHeaderCodec,
  streamHeaderCodec,
} from '../../qemu/index.ts'
import { PAGE, type Ram } from '../guest/ram.ts'
import { Journal } from '../journal.ts'

/** Name of the only RAM block of the simulated guest. */
export const RAM_BLOCK = 'pc.ram'

/** Section IDs: memory first, then the device. */
export const RAM_SECTION = 1
export const DEVICE_SECTION = 2

export type SectionType = 'START' | 'PART' | 'END' | 'FULL'

/** What traces call the section of each type. */
export const PARTS = { START: 'setup', PART: 'iterate', END: 'complete', FULL: 'complete' } as const

const NO_FLAGS = {
  full: false,
  zero: false,
  memorySize: false,
  page: false,
  endOfSection: false,
  sameBlock: false,
  xbzrle: false,
  hook: false,
  compressed: false,
  multifdFlush: false,
  lowAddress: 0,
  pageNumber: 0n,
}

/** Writes a migration stream of QEMU: guest memory and the sections of one device. */
export class StreamWriter {
  readonly #pieces: Uint8Array[] = []
  #length = 0
  /** Whether a record of this section has named the block. */
  #named = false

  constructor(
    readonly device: { readonly name: string; readonly version: number },
    private readonly journal = new Journal(),
  ) {
    this.#put(streamHeaderCodec.encode({ magic: 0x5145564d, version: 3 }))
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length
  }

  /** A section of the device. */
  section(type: SectionType, body: Uint8Array): void {
    this.journal.section(type, body)
    this.#open(type, DEVICE_SECTION, this.device)
    this.#put(body)
    this.#close(DEVICE_SECTION)
  }

  /** The START section of memory: how much there is. */
  memory(ram: Ram): void {
    this.journal.memory(RAM_BLOCK, ram.pages)
    this.#open('START', RAM_SECTION, { name: 'ram', version: 4 })
    const total = BigInt(ram.pages)
    this.#put(ramRecordWordCodec.encode({ word: { ...NO_FLAGS, memorySize: true, pageNumber: total } }))
    this.#put(ramBlockNameCodec.encode({ length: RAM_BLOCK.length, name: RAM_BLOCK }))
    this.#put(bigEndian64(total * BigInt(PAGE)))
    this.endRound()
  }

  /** Begins the PART (or, last, the END) section of a round. */
  beginRound(isLast: boolean): void {
    this.journal.beginRound()
    this.#open(isLast ? 'END' : 'PART', RAM_SECTION)
    this.#named = false
  }

  /** The content that a page has now. */
  page(ram: Ram, page: number): void {
    const content = ram.page(page).slice()
    this.journal.page(page, content)
    const zero = content.every((byte) => byte === 0)
    const word = { ...NO_FLAGS, zero, page: !zero, sameBlock: this.#named, pageNumber: BigInt(page) }
    this.#put(ramRecordWordCodec.encode({ word }))
    if (!this.#named) this.#put(ramBlockNameCodec.encode({ length: RAM_BLOCK.length, name: RAM_BLOCK }))
    this.#named = true
    this.#put(zero ? new Uint8Array(1) : content)
  }

  endRound(): void {
    this.#put(ramRecordWordCodec.encode({ word: { ...NO_FLAGS, endOfSection: true } }))
    this.#close(RAM_SECTION)
  }

  /** Ends the stream. */
  end(): void {
    this.#put(Uint8Array.of(0))
  }

  /** All bytes so far. */
  bytes(): Uint8Array {
    return joined(this.#pieces)
  }

  #open(type: SectionType, sectionId: number, device?: { readonly name: string; readonly version: number }): void {
    const name = type === 'START' || type === 'FULL' ? device?.name : undefined
    const identity =
      name === undefined || device === undefined
        ? { nameLength: undefined, name: undefined, instanceId: undefined, version: undefined }
        : { nameLength: name.length, name, instanceId: 0, version: device.version }
    this.#put(sectionHeaderCodec.encode({ kind: type, sectionId, ...identity }))
  }

  #close(sectionId: number): void {
    this.#put(sectionFooterCodec.encode({ marker: 0x7e, sectionId }))
  }

  #put(bytes: Uint8Array): void {
    this.#pieces.push(bytes)
    this.#length += bytes.length
  }
}

function bigEndian64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, value)
  return bytes
}
