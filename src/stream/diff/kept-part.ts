import { sha256 } from '../../hash/index.ts'
import { joined, type Located, plainJson, toHex } from '../../layout/index.ts'
import { hashOf, type PageHash, Units } from './page-hash.ts'
import type { Content, PartBegin, PartBytes } from './parts.ts'

/** Most bytes of a part that are kept, and of all parts of a side together; of what is longer there are hashes. */
const LONGEST_KEPT = 2 ** 24
const MOST_KEPT = 2 ** 26
/** Bytes that a hash stands for. */
export const BLOCK = 4096

/** How many bytes may still be kept. */
export interface Budget {
  left: number
}

export const newBudget = (): Budget => ({ left: MOST_KEPT })

/** Where bytes of a part lie in the input. */
interface Piece {
  /** First byte in the part. */
  readonly start: number
  readonly offset: number
  /** Bytes in the input, where they are not the bytes of the part. */
  readonly packed?: number
}

/** What is kept of a part. */
export interface KeptPart {
  readonly device: number | undefined
  readonly type: string
  readonly group: string
  readonly pairing: string
  readonly head: readonly Located[]
  readonly content: Content
  readonly needed: string | undefined
  readonly offset: number
  readonly length: number
  /** The same for parts that are the same, head included. */
  readonly identity: string
  /** The bytes; without them there are hashes of blocks. */
  readonly bytes: Uint8Array | undefined
  readonly blocks: readonly PageHash[]
  readonly pieces: readonly Piece[]
}

/** Gathers a part whose bytes come in pieces. */
export class PartKeeper {
  readonly #digest = sha256()
  readonly #pieces: Piece[] = []
  #length = 0
  #chunks: Uint8Array[] | undefined = []
  readonly #blocks: PageHash[] = []
  #units: Units | undefined

  constructor(
    private readonly begin: PartBegin,
    private readonly budget: Budget,
  ) {
    const head = (begin.head ?? []).map(({ path, value }) => [path, plainJson(value)])
    this.#digest.update(new TextEncoder().encode(`${JSON.stringify(head)}\n`))
  }

  push({ bytes, offset, packed }: PartBytes): void {
    this.#digest.update(bytes)
    const isNext = this.#pieces.at(-1)
    // Runs of bytes that follow one another are one piece.
    const continues = packed === undefined && isNext !== undefined && isNext.packed === undefined
    if (!continues || isNext.offset - isNext.start !== offset - this.#length) {
      this.#pieces.push({ start: this.#length, offset, ...(packed === undefined ? {} : { packed }) })
    }
    this.#length += bytes.length
    if (this.#chunks !== undefined && this.#length <= LONGEST_KEPT && bytes.length <= this.budget.left) {
      this.#chunks.push(bytes.slice())
      this.budget.left -= bytes.length
    } else this.#hash(bytes)
  }

  end(): KeptPart {
    this.#units?.end()
    const { device, type, group = '', pairing = '', head = [], content, needed, offset } = this.begin
    return {
      ...{ device, type, group, pairing, head, content, needed, offset },
      length: this.#length,
      identity: toHex(this.#digest.digest().subarray(0, 16)),
      bytes: this.#chunks === undefined ? undefined : joined(this.#chunks),
      blocks: this.#blocks,
      pieces: this.#pieces,
    }
  }

  #hash(bytes: Uint8Array): void {
    this.#units ??= new Units(BLOCK, (unit) => this.#blocks.push(hashOf(unit)))
    for (const chunk of this.#chunks ?? []) {
      this.#units.push(chunk)
      this.budget.left += chunk.length
    }
    this.#chunks = undefined
    this.#units.push(bytes)
  }
}

/** The hashes of the blocks of a part. */
export function blocksOf({ bytes, blocks }: KeptPart): readonly PageHash[] {
  if (bytes === undefined) return blocks
  const own: PageHash[] = []
  const units = new Units(BLOCK, (unit) => own.push(hashOf(unit)))
  units.push(bytes)
  units.end()
  return own
}

/** A field of a part, where it lies in the input; of bytes that were compressed, the record that holds them. */
export function located({ pieces }: KeptPart, field: Located): Located {
  const piece = pieces.findLast(({ start }) => start <= field.offset)
  if (piece === undefined) return field
  if (piece.packed !== undefined) return { ...field, offset: piece.offset, length: piece.packed }
  return { ...field, offset: field.offset - piece.start + piece.offset }
}
