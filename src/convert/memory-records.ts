import type { RecordInput } from '../stream/index.ts'
import type { Elsewhere, MemoryFact } from './page-runs.ts'

/** Pages that cannot be packed, and why. */
const ELSEWHERE: Readonly<Record<Exclude<Elsewhere, 'multifd'>, string>> = {
  xbzrle: 'as differences (XBZRLE) to pages that came too long before; migrate without xbzrle',
  compressed: 'compressed, and there is nothing to inflate them with',
  damaged: 'compressed or as differences, and damaged; vfmig validate says where',
  mapped: "in a mapped-ram file with a page size that is not the target's",
}

/** A stream cannot be converted; the message is one sentence that says why. */
export class ConversionError extends Error {
  override readonly name = 'ConversionError'
}

interface Region {
  readonly region: number
  readonly pageSize: number
}

/** The records that guest memory makes, in the order in which it was sent. */
export class MemoryRecords {
  readonly #regions = new Map<string, Region>()
  /** Address behind the regions so far: a stream seldom says where its blocks lie, and two cannot lie in one place. */
  #next = 0n;

  /** @throws ConversionError for pages of which the content is not known */
  *take(fact: MemoryFact): Generator<RecordInput> {
    if (fact.kind === 'elsewhere') {
      if (fact.what === 'multifd') {
        const note = 'Pages that were sent over multifd channels are not in this stream.'
        yield { type: 'note', payload: { note } }
        return
      }
      throw new ConversionError(`Pages cannot be packed that came ${ELSEWHERE[fact.what]}.`)
    }
    if (fact.kind === 'block') {
      const { name, usedLength: length, address = 0n } = fact.block
      if (this.#regions.has(name)) return
      if (address > this.#next) this.#next = address
      const base = this.#next
      this.#next += length
      const own = { region: this.#regions.size, pageSize: fact.pageSize }
      this.#regions.set(name, own)
      yield { type: 'memory-region', payload: { ...own, base, length, nameLength: name.length, name } }
      return
    }
    const region = this.#regions.get(fact.block)
    if (region === undefined) throw new ConversionError(`The stream does not list the RAM block ${fact.block}.`)
    const { region: number, pageSize } = region
    if (fact.at % pageSize !== 0) {
      const at = `0x${fact.at.toString(16)} of ${fact.block}`
      throw new ConversionError(`The page at ${at} cannot be packed: no page of ${pageSize} bytes begins there.`)
    }
    const isFill = fact.kind === 'fill'
    const head = { region: number, round: 1, firstPage: BigInt(fact.at / pageSize) }
    const pages = (isFill ? fact.length : fact.bytes.length) / pageSize
    const data = isFill ? Uint8Array.of(fact.byte) : fact.bytes
    const content = isFill ? 'fill' : 'data'
    yield { type: 'memory-pages', payload: { ...head, pages, content, reserved: new Uint8Array(3), data } }
  }
}
