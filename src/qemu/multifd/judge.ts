import { counted, type Path, type Report, type Severity } from '../../findings/index.ts'
import { type MultifdCode, multifdCodes } from './codes.ts'
import { NO_INDEX } from './packet.layout.ts'
import {
  type MultifdDeviceHeader,
  type MultifdDevicePart,
  type MultifdPagesHeader,
  PART_BYTES,
  pageSizeOf,
} from './packet.ts'

/** A header with its place. */
interface Placed<H> {
  readonly header: H
  /** Of the header. */
  readonly path: Path
  readonly offset: number
  readonly length: number
}

/** Devices of which the order of parts is followed; no machine has more. */
const MOST_DEVICES = 4096
const NAME_BYTES = 256

/** Judges the packets of one channel. */
export class MultifdJudge {
  #compression: string | number | undefined
  readonly #devices = new Map<string, { index: number; isOver: boolean }>()

  constructor(private readonly report: Report) {}

  pages(placed: Placed<MultifdPagesHeader>, capacity: number): void {
    const { header } = placed
    const { pagesAllocated, normalPages, zeroPages, flags, block } = header
    if (!this.#counts(placed, capacity) || normalPages + zeroPages === 0) return
    const { compression } = flags
    this.#compression ??= compression
    if (typeof compression === 'number') {
      this.#say(placed, 'multifd-compression', `Compression ${compression} is unknown.`, 'flags')
    } else if (compression !== this.#compression) {
      const message = `The pages say ${compression}, those before ${this.#compression}.`
      this.#say(placed, 'multifd-compression', message, 'flags')
    }
    if (block === '') this.#say(placed, 'multifd-name', 'The pages are of no block.', 'block')
    else if (block.length === NAME_BYTES)
      this.#say(placed, 'multifd-name', 'The name of the block has no end.', 'block')
    this.#size(placed, pageSizeOf(capacity))
    this.#offsets(placed, Math.min(normalPages + zeroPages, pagesAllocated), pageSizeOf(capacity))
  }

  /** @param part undefined where the packet is too short for it */
  device(placed: Placed<MultifdDeviceHeader>, part: MultifdDevicePart | undefined): void {
    const { header } = placed
    const { name, flags, nextPacketSize } = header
    const say = (message: string, member: string) => this.#say(placed, 'multifd-device-packet', message, member)
    if (name === '') this.#say(placed, 'multifd-name', 'The state is of no device.', 'name')
    else if (name.length === NAME_BYTES) this.#say(placed, 'multifd-name', 'The name of the device has no end.', 'name')
    if (flags.sync) say('A packet with device state does not synchronise.', 'flags')
    if (nextPacketSize < PART_BYTES) {
      say(`The part has ${counted(nextPacketSize, 'byte')}, fewer than its header.`, 'nextPacketSize')
    }
    if (part === undefined) return
    if (part.version !== 0) say(`The part is of version ${part.version}, not 0.`, 'nextPacketSize')
    if (part.index === NO_INDEX) say('The index of the part is 0xffffffff.', 'nextPacketSize')
    this.#order(placed, part)
  }

  #counts(placed: Placed<MultifdPagesHeader>, capacity: number): boolean {
    const { pagesAllocated, normalPages, zeroPages } = placed.header
    const say = (message: string, member: string) => this.#say(placed, 'multifd-page-count', message, member)
    if (pagesAllocated > capacity) {
      say(`The packet has room for ${capacity} pages, not ${pagesAllocated}.`, 'pagesAllocated')
      return false
    }
    if (normalPages > pagesAllocated) {
      say(`The packet counts ${normalPages} pages in room for ${pagesAllocated}.`, 'normalPages')
      return false
    }
    if (zeroPages > pagesAllocated - normalPages) {
      say(`The packet counts ${zeroPages} zero pages in room for ${pagesAllocated - normalPages}.`, 'zeroPages')
      return false
    }
    return true
  }

  #size(placed: Placed<MultifdPagesHeader>, pageSize: number): void {
    const { normalPages, nextPacketSize, flags } = placed.header
    if (normalPages === 0) return
    const wanted = normalPages * pageSize
    if (flags.compression === 'none' && nextPacketSize !== wanted) {
      const message = `Pages of ${pageSize} bytes take ${wanted} bytes in all, not ${nextPacketSize}.`
      this.#say(placed, 'multifd-size', message, 'nextPacketSize')
    } else if (nextPacketSize === 0) {
      this.#say(placed, 'multifd-size', 'Pages take more than no bytes.', 'nextPacketSize')
    }
  }

  #offsets(placed: Placed<MultifdPagesHeader>, count: number, pageSize: number): void {
    const mask = BigInt(pageSize - 1)
    const crooked = placed.header.offsets.slice(0, count).filter((offset) => (offset & mask) !== 0n)
    const [first] = crooked
    if (first === undefined) return
    const many = `${counted(crooked.length, 'offset is', 'offsets are')} no multiple of ${pageSize}`
    this.#say(placed, 'multifd-offset', `${many}, the first 0x${first.toString(16)}.`, 'offsets')
  }

  #order(placed: Placed<MultifdDeviceHeader>, { index, flags }: MultifdDevicePart): void {
    const { name, instanceId } = placed.header
    const key = `${instanceId} ${name}`
    const last = this.#devices.get(key)
    if (last === undefined && this.#devices.size >= MOST_DEVICES) return
    this.#devices.set(key, { index: Math.max(index, last?.index ?? 0), isOver: flags.config || last?.isOver === true })
    if (last === undefined || (index > last.index && !last.isOver)) return
    const isRefused = index === last.index || (last.isOver && index > last.index)
    const message = last.isOver
      ? `Part ${index} follows the PCI state, which is part ${last.index} or one before.`
      : `Part ${index} follows part ${last.index}.`
    this.#say(placed, 'multifd-device-order', message, 'name', isRefused ? 'error' : undefined)
  }

  #say(
    { path, offset, length }: Placed<unknown>,
    code: MultifdCode extends `qemu/${infer C}` ? C : never,
    message: string,
    member: string,
    severity?: Severity,
  ): void {
    const place = { offset, length, path: [...path, member], ...(severity && { severity }) }
    this.report(multifdCodes.finding(`qemu/${code}`, message, place))
  }
}
