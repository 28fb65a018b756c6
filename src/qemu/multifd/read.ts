import { counted, type Path } from '../../findings/index.ts'
import {
  type Parse,
  type PushReader,
  pushReader,
  type ReadEvent,
  type Wanted,
  type Window,
} from '../../layout/index.ts'
import { Teller } from '../teller.ts'
import { multifdCodes } from './codes.ts'
import { MultifdJudge } from './judge.ts'
import { MULTIFD_MAGIC } from './packet.layout.ts'
import * as packet from './packet.ts'

/** How a channel is read. */
export interface MultifdReadOptions {
  readonly wanted?: Wanted
  /** Bytes of a page of the guest; what the packets say, or else 4096, where it is not given. */
  readonly pageSize?: number | undefined
  /** Hears of what the channel starts with. */
  readonly onInit?: (init: packet.MultifdInit) => void
  /** Hears of each packet when its header was read. */
  readonly onPacket?: (packet: PlacedPacket) => void
}

/** The header of a packet with its place; the content follows it. */
export interface PlacedPacket {
  readonly header: packet.MultifdPagesHeader | packet.MultifdDeviceHeader
  /** Of a packet with device state. */
  readonly part?: packet.MultifdDevicePart | undefined
  /** Of the header. */
  readonly path: Path
  readonly offset: number
  readonly length: number
}

/** Reads a multifd channel as it comes in: holds one header at a time. Pages and device state come as runs of bytes. */
export function multifdReader(options: MultifdReadOptions = {}): PushReader {
  return pushReader((window, events) => new Reader(window, events, options).parse())
}

class Reader {
  readonly #teller: Teller
  readonly #judge: MultifdJudge
  #capacity: number | undefined
  #count = 0

  constructor(
    private readonly window: Window,
    events: ReadEvent[],
    private readonly options: MultifdReadOptions,
  ) {
    const { wanted, pageSize } = options
    this.#teller = new Teller(window, events, wanted)
    this.#judge = new MultifdJudge(this.#teller.report)
    this.#capacity = pageSize === undefined ? undefined : packet.capacityOf(pageSize)
  }

  *parse(): Parse {
    const { window } = this
    if (window.available < packet.INIT_BYTES) yield packet.INIT_BYTES
    const init = yield* this.#teller.struct('init', packet.multifdInitCodec)
    // Fewer bytes, or another magic, are another format.
    if (init === undefined) packet.multifdInitCodec.decodePrefix(window.peek(window.available))
    else this.options.onInit?.(init)
    this.#teller.begin('packets', 'list')
    for (;;) {
      if (window.available < packet.START_BYTES) yield packet.START_BYTES
      if (window.available === 0) break
      if (!(yield* this.#packet())) yield* this.#skip()
    }
    this.#teller.end()
    this.#teller.close()
  }

  /** Takes the next packet; false, and nothing taken, where there is none. */
  *#packet(): Generator<number, boolean, undefined> {
    const { window } = this
    if (window.available < packet.START_BYTES || !packet.isMarker(window.view, window.position)) return false
    const isDevice = packet.isDeviceState(window.view, window.position)
    if (!isDevice) this.#capacity ??= yield* this.#foundCapacity()
    const length = isDevice ? packet.DEVICE_HEADER_BYTES : packet.pagesHeaderBytes(this.#capacity as number)
    if (window.available < length) yield length
    if (window.available < length) return false
    const start = window.offset
    this.#teller.begin(this.#count++, 'object')
    const path = this.#teller.path()
    const missing = isDevice ? yield* this.#device(length) : yield* this.#pages(length)
    if (missing > 0) {
      const message = `The channel ends ${counted(missing, 'byte')} before the end of the packet.`
      this.#truncated(message, start, path)
    }
    this.#teller.end()
    return true
  }

  /** Takes a packet with pages; gives how many of its bytes are missing. */
  *#pages(length: number): Generator<number, number, undefined> {
    const capacity = this.#capacity as number
    const { offset } = this.window
    const header = yield* this.#teller.struct('header', packet.multifdPagesHeaderCodec, { parameters: { capacity } })
    if (header === undefined) return length
    const placed = { header, path: this.#teller.path('header'), offset, length }
    this.#judge.pages(placed, capacity)
    this.options.onPacket?.(placed)
    // Where no length is to be believed, the next packet is looked for.
    const size = packet.pagesBytes(header, capacity) ?? 0
    return size === 0 ? 0 : yield* this.#payload(size)
  }

  /** Takes a packet with device state; gives how many of its bytes are missing. */
  *#device(length: number): Generator<number, number, undefined> {
    const { window } = this
    const { offset } = window
    const header = yield* this.#teller.struct('header', packet.multifdDeviceHeaderCodec)
    if (header === undefined) return length
    let left = header.nextPacketSize
    const hasPart = left >= packet.PART_BYTES
    if (hasPart && window.available < packet.PART_BYTES) yield packet.PART_BYTES
    let part: packet.MultifdDevicePart | undefined
    if (hasPart && window.available >= packet.PART_BYTES) {
      part = yield* this.#teller.struct('part', packet.multifdDevicePartCodec)
      left -= packet.PART_BYTES
    }
    const placed = { header, path: this.#teller.path('header'), offset, length }
    this.#judge.device(placed, part)
    this.options.onPacket?.({ ...placed, part })
    return left === 0 ? 0 : yield* this.#payload(left)
  }

  /** Takes the pages or the state of a packet; gives how many of its bytes are missing. */
  *#payload(length: number): Generator<number, number, undefined> {
    const start = this.window.offset
    yield* this.#teller.run('payload', length)
    return length - (this.window.offset - start)
  }

  /** Offsets in each packet: as the first one says, or as the next one lies behind it. */
  *#foundCapacity(): Generator<number, number, undefined> {
    const { window } = this
    const most = packet.pagesHeaderBytes(Math.max(...CAPACITIES)) + packet.MARKER_BYTES
    if (window.available < most) yield most
    const { view, position, available } = window
    if (available >= packet.PAGES_ALLOCATED + 4) {
      const stated = view.getUint32(position + packet.PAGES_ALLOCATED)
      if (CAPACITIES.includes(stated)) return stated
    }
    const fits = (capacity: number) => {
      const end = packet.pagesHeaderBytes(capacity)
      if (available < end + packet.MARKER_BYTES) return available === end
      return packet.isMarker(view, position + end)
    }
    return CAPACITIES.find(fits) ?? (CAPACITIES[0] as number)
  }

  /** Passes over bytes that are no packet, up to the next one, or the end. */
  *#skip(): Parse {
    const { window } = this
    const start = window.offset
    const isCut = window.available < packet.MARKER_BYTES || packet.isMarker(window.view, window.position)
    this.#teller.begin(this.#count++, 'object')
    const path = this.#teller.path()
    this.#teller.begin('opaque', 'bytes')
    yield* this.#teller.pass(1)
    for (;;) {
      if (window.available < packet.MARKER_BYTES) yield packet.MARKER_BYTES
      if (window.available < packet.MARKER_BYTES) {
        yield* this.#teller.pass(window.available)
        break
      }
      const at = distance(window)
      if (at === 0) break
      yield* this.#teller.pass(at)
    }
    this.#teller.end()
    this.#teller.end()
    const length = window.offset - start
    if (isCut && window.available === 0) {
      this.#truncated(`The channel ends ${counted(length, 'byte')} into a packet.`, start, path)
      return
    }
    const message = `${counted(length, 'byte is', 'bytes are')} no packet.`
    this.#teller.report(multifdCodes.finding('qemu/multifd-bytes-skipped', message, { offset: start, length, path }))
  }

  #truncated(message: string, start: number, path: Path): void {
    const place = { offset: start, length: this.window.offset - start, path }
    this.#teller.report(multifdCodes.finding('qemu/multifd-truncated', message, place))
  }
}

const CAPACITIES = packet.PAGE_SIZES.map(packet.capacityOf)
const FIRST = MULTIFD_MAGIC >>> 24

/** Bytes up to the next packet, or to where one could begin that is not wholly here. */
function distance({ bytes, view, position, limit }: Window): number {
  const last = limit - packet.MARKER_BYTES
  for (let at = bytes.indexOf(FIRST, position); at >= 0 && at <= last; at = bytes.indexOf(FIRST, at + 1)) {
    if (packet.isMarker(view, at)) return at - position
  }
  return last + 1 - position
}
