import { DecodeError } from '../../findings/index.ts'
import type { ByteSource } from '../../layout/index.ts'
import { type RawInflater, ZlibStream } from './deflate.ts'
import { MULTIFD_PACKET_BYTES } from './packet.layout.ts'
import { type MultifdPagesHeader, pageSizeOf } from './packet.ts'
import { type WholePacket, wholePackets } from './packets.ts'
import { type MakeZstdDecoder, ZstdStream } from './zstd.ts'

/** A page of the guest. */
export interface MultifdPage {
  /** RAM block. */
  readonly block: string
  /** First byte in the block. */
  readonly address: bigint
  readonly bytes: Uint8Array
  /** Whether the channel only says that the page is zero. */
  readonly isZero: boolean
  /** Synchronisations before it in the channel: as many MULTIFD_FLUSH records are before it on the main channel. */
  readonly round: number
}

/** What reading the pages of a channel depends on. */
export interface MultifdPagesOptions {
  /** Bytes of a page; what the packets say where it is not given. */
  readonly pageSize?: number
  /** Makes what inflates pages that are compressed with zlib; the platform's DecompressionStream unless said. */
  readonly inflater?: (() => RawInflater) | undefined
  /** Makes what decompresses zstd; without it such pages are refused. */
  readonly zstd?: MakeZstdDecoder | undefined
}

/** Compressed data may be a little longer than what it holds. */
const MOST_PAYLOAD = 2 * MULTIFD_PACKET_BYTES

/**
 * The pages of a multifd channel, those of a packet in memory of their own: zero pages first, as QEMU applies them. A page
 * may come more than once; what counts is the last of all channels, in the order of the synchronisations.
 *
 * @throws DecodeError for another format, for damage, and for pages that are compressed in a way that is not known here
 */
export async function* multifdPages(
  source: ByteSource,
  { pageSize, inflater, zstd }: MultifdPagesOptions = {},
): AsyncGenerator<MultifdPage> {
  const streams = new Streams(inflater, zstd)
  let round = 0
  for await (const packet of wholePackets(source, { pageSize, maxBytes: MOST_PAYLOAD })) {
    const { header } = packet
    if ('instanceId' in header) continue
    const size = pageSizeOf(header.offsets.length)
    const { block, normalPages, zeroPages } = header
    const zero = header.offsets.slice(normalPages, normalPages + zeroPages)
    for (const address of zero) yield { block, address, bytes: new Uint8Array(size), isZero: true, round }
    const content = await streams.pages(packet, header, normalPages * size)
    for (const [index, address] of header.offsets.slice(0, normalPages).entries()) {
      yield { block, address, bytes: content.subarray(index * size, (index + 1) * size), isZero: false, round }
    }
    // Pages of the packet itself belong to what it ends.
    if (header.flags.sync) round += 1
  }
}

/** What is compressed in a channel is one stream over all its packets. */
class Streams {
  readonly #zlib: ZlibStream
  readonly #zstd: ZstdStream | undefined

  constructor(inflater: MultifdPagesOptions['inflater'], zstd: MultifdPagesOptions['zstd']) {
    this.#zlib = new ZlibStream(inflater)
    this.#zstd = zstd === undefined ? undefined : new ZstdStream(zstd)
  }

  /** The pages of a packet one after another. @throws DecodeError */
  async pages({ payload, path, payloadOffset }: WholePacket, header: MultifdPagesHeader, length: number) {
    if (length === 0) return payload
    const { compression } = header.flags
    const refuse = (expected: string, found: string) =>
      new DecodeError({
        code: 'layout/damaged-part',
        path: [...path, 'payload'],
        offset: payloadOffset,
        expected,
        found,
      })
    let content = payload
    try {
      if (compression === 'zlib') content = await this.#zlib.next(payload, length)
      else if (compression === 'zstd' && this.#zstd !== undefined) content = this.#zstd.next(payload, length)
      else if (compression !== 'none') throw refuse('pages that are stored, or compressed with zlib', `${compression}`)
    } catch (error) {
      if (error instanceof DecodeError) throw error
      throw refuse(`${compression} data`, `what the decoder refuses (${(error as Error).message})`)
    }
    if (content.length === length) return content
    throw refuse(`${length} bytes of pages`, content.length > length ? 'more' : `${content.length}`)
  }
}
