import { DecodeError, type Path } from '../../findings/index.ts'
import { type ByteSource, joined, type ReadEvent, readEvents } from '../../layout/index.ts'
import type { MultifdCode } from './codes.ts'
import type { MultifdDeviceHeader, MultifdDevicePart, MultifdPagesHeader } from './packet.ts'
import { type MultifdReadOptions, multifdReader } from './read.ts'

/** A packet with what follows its header, in memory of its own. */
export interface WholePacket {
  readonly header: MultifdPagesHeader | MultifdDeviceHeader
  readonly part: MultifdDevicePart | undefined
  readonly payload: Uint8Array
  readonly path: Path
  /** First byte of the packet in the channel. */
  readonly offset: number
  /** First byte of the payload in the channel. */
  readonly payloadOffset: number
}

interface PacketOptions extends Pick<MultifdReadOptions, 'pageSize'> {
  /** Most bytes of a payload. */
  readonly maxBytes: number
}

/**
 * The packets of a channel, one after another.
 *
 * @throws DecodeError for another format, for damage, and for a payload of more than `maxBytes`
 */
export async function* wholePackets(
  source: ByteSource,
  { maxBytes, ...options }: PacketOptions,
): AsyncGenerator<WholePacket> {
  let open: Assembly | undefined
  for await (const event of readEvents(multifdReader(options), source)) {
    if (event.kind === 'finding') refuseDamage(event)
    else if (event.path.length > 2) open?.take(event)
    else if (event.path.length === 2 && event.kind === 'begin') open = new Assembly(event.path, event.offset, maxBytes)
    else if (event.path.length === 2 && event.kind === 'end') {
      const packet = open?.whole()
      open = undefined
      if (packet !== undefined) yield packet
    }
  }
}

/** A packet of which the parts come one after another. */
class Assembly {
  #header: WholePacket['header'] | undefined
  #part: MultifdDevicePart | undefined
  readonly #pieces: Uint8Array[] = []
  #length = 0
  #payloadOffset: number

  constructor(
    readonly path: Path,
    readonly offset: number,
    readonly maxBytes: number,
  ) {
    this.#payloadOffset = offset
  }

  take(event: Exclude<ReadEvent, { kind: 'finding' }>): void {
    const name = event.path[2]
    if (event.kind === 'value' && name === 'header') this.#header = event.value as WholePacket['header']
    else if (event.kind === 'value' && name === 'part') this.#part = event.value as MultifdDevicePart
    else if (event.kind === 'begin') this.#payloadOffset = event.offset
    // Bytes that are no packet are told of behind them.
    else if (event.kind === 'bytes' && name === 'payload') this.#add(event.bytes)
  }

  #add(bytes: Uint8Array): void {
    this.#length += bytes.length
    if (this.#length > this.maxBytes) {
      const expected = `at most ${this.maxBytes} bytes`
      const place = { path: [...this.path, 'payload'], offset: this.#payloadOffset }
      throw new DecodeError({ code: 'layout/number-too-large', ...place, expected, found: `${this.#length} or more` })
    }
    this.#pieces.push(bytes.slice())
  }

  /** Undefined where it is none. */
  whole(): WholePacket | undefined {
    const header = this.#header
    if (header === undefined) return undefined
    const { path, offset } = this
    const payload = joined(this.#pieces)
    return { header, part: this.#part, payload, path, offset, payloadOffset: this.#payloadOffset }
  }
}

/** Findings behind which nothing is to be believed. */
const DAMAGE: ReadonlySet<string> = new Set<MultifdCode>([
  'qemu/multifd-truncated',
  'qemu/multifd-bytes-skipped',
  'qemu/multifd-page-count',
  'qemu/multifd-compression',
  'qemu/multifd-device-packet',
])

function refuseDamage({ finding }: Extract<ReadEvent, { kind: 'finding' }>): void {
  const { code, path, offset, message } = finding
  if (!DAMAGE.has(code)) return
  throw new DecodeError({ code, path, offset, expected: 'a packet without damage', found: foundOf(message) })
}

/** The sentence of a finding within another. */
const foundOf = (message: string) => `that ${message.charAt(0).toLowerCase()}${message.slice(1, -1)}`
