import { counted, type Finding, hexOffset, type Severity } from '../../findings/index.ts'
import type { ByteSource } from '../../layout/index.ts'
import { ramUseCodes } from '../judge/ram-codes.ts'
import { type ChannelsCode, channelsCodes } from '../multifd/channels-codes.ts'
import { type MultifdPagesHeader, pageSizeOf } from '../multifd/packet.ts'
import type { PlacedPacket } from '../multifd/read.ts'
import { SentPages } from '../ram/sent-pages.ts'
import { DeviceStates } from './device-states.ts'
import type { MainStream } from './main-stream.ts'
import { ChannelReading } from './reading.ts'
import { RoundPages } from './round-pages.ts'

/** @param channel index of the channel that a finding is of; undefined for the main stream */
export type TellChannels = (finding: Finding, channel: number | undefined) => void

/**
 * Reads the multifd channels of a migration, all at once and each in constant memory, and judges them: each for itself, with
 * the others, and with the main stream, which was read before.
 *
 * @param isWhole whether the main stream came to its end without an error: else what it lacks is not told of channels
 */
export async function judgeChannels(
  main: MainStream,
  sources: readonly ByteSource[],
  tell: TellChannels,
  { isWhole = true }: { readonly isWhole?: boolean } = {},
): Promise<void> {
  await new ChannelsJudge(main, sources, tell, isWhole).judge()
}

const NOWHERE = { offset: 0, length: 0, path: [] }
/** Most that a number of a packet can be without a doubt. */
const MOST_NUMBER = 2 ** 40
/** Most channels that are named in one sentence. */
const MOST_NAMED = 8

class ChannelsJudge {
  readonly #channels: readonly ChannelReading[]
  readonly #round = new RoundPages()
  readonly #devices: DeviceStates
  readonly #numbers = new SentPages()
  #lastNumber = -1
  /** Whether the source is of QEMU before 9.0, which numbers and repeats pages in a way of its own. */
  #isOld = false
  #method: string | number | undefined
  readonly #odd = new Set<string>()

  constructor(
    private readonly main: MainStream,
    sources: readonly ByteSource[],
    private readonly tell: TellChannels,
    private readonly isMainWhole: boolean,
  ) {
    this.#channels = sources.map((source, index) => new ChannelReading(source, (finding) => tell(finding, index)))
    this.#devices = new DeviceStates(main, tell)
  }

  async judge(): Promise<void> {
    while (this.#channels.some(({ isOver }) => !isOver)) {
      this.#round.clear()
      for (const [index, channel] of this.#channels.entries()) {
        this.#round.nextChannel()
        for await (const packet of channel.round()) this.#packet(packet, index)
      }
    }
    this.#identities()
    const areWhole = this.#channels.every(({ isWhole }) => isWhole)
    if (this.isMainWhole) this.#syncs()
    if (areWhole) this.#packetNumbers()
    this.#devices.finish(this.isMainWhole && areWhole)
    if (this.isMainWhole && areWhole) this.#missingPages()
  }

  #packet(packet: PlacedPacket, channel: number): void {
    const { header } = packet
    if ('instanceId' in header) {
      this.#devices.add(packet, channel)
      return
    }
    // Later ones have no pages in packets that synchronise.
    this.#isOld ||= header.flags.sync && header.pagesAllocated > 0
    this.#number(Number(header.packetNumber))
    const count = Math.min(header.normalPages + header.zeroPages, header.offsets.length)
    if (count > 0) this.#pages({ ...packet, header }, count, channel)
  }

  #pages(packet: PlacedPacket & { readonly header: MultifdPagesHeader }, count: number, channel: number): void {
    const { header } = packet
    const { block, offsets, flags } = header
    const { blocks, pageSize, sent } = this.main
    this.#methods(packet, flags.compression, channel)
    const own = pageSizeOf(offsets.length)
    if (own !== pageSize) {
      const message = `Pages of the channel have ${own} bytes, those of the main stream ${pageSize}.`
      this.#once('multifd-page-size', message, packet, 'pagesAllocated', channel)
      return
    }
    const length = blocks.get(block)
    if (length === undefined) {
      // A stream that goes on after a failure lists none.
      if (blocks.size === 0) return
      this.#say('multifd-block', `The main stream lists no block ${JSON.stringify(block)}.`, packet, 'block', channel)
      return
    }
    let [twice, first] = [0, 0]
    for (let at = 0; at < count; at++) {
      const address = Number(offsets[at])
      if (address > length - pageSize) {
        const message = `The page at ${hexOffset(address)} is not in ${block}, which has ${hexOffset(length)} bytes.`
        this.#say('multifd-outside', message, packet, 'offsets', channel)
        return
      }
      const page = Math.floor(address / pageSize)
      sent.add(block, page)
      if (!this.#round.add(block, page)) continue
      if (twice === 0) first = address
      twice += 1
    }
    if (twice === 0) return
    const pages = counted(twice, 'page of this packet', 'pages of this packet')
    const message = `${pages} came over another channel, too, and nothing says which was first: of ${block} from ${hexOffset(first)} on.`
    this.#say('multifd-unordered', message, packet, 'offsets', channel, this.#isOld ? 'info' : undefined)
  }

  #methods(packet: PlacedPacket, compression: string | number, channel: number): void {
    this.#method ??= compression
    if (compression === this.#method) return
    const message = `The pages say ${compression}, those of the first channel ${this.#method}.`
    this.#once('multifd-methods', message, packet, 'flags', channel)
  }

  #number(number: number): void {
    if (number > MOST_NUMBER) return
    this.#numbers.add('', number)
    this.#lastNumber = Math.max(this.#lastNumber, number)
  }

  /** What the first packets of channels say. */
  #identities(): void {
    const byId = new Map<number, number>()
    let uuid: string | undefined
    for (const [index, { init }] of this.#channels.entries()) {
      if (init === undefined) continue
      const own = hex(init.uuid)
      uuid ??= own
      if (own !== uuid) {
        const place = { offset: 8, length: 16, path: ['init', 'uuid'] }
        this.#finding('multifd-uuid', `The channel is of machine ${own}, the first of ${uuid}.`, place, index)
      }
      const { channelId } = init
      const other = byId.get(channelId)
      const place = { offset: 24, length: 1, path: ['init', 'channelId'] }
      if (other === undefined) byId.set(channelId, index)
      else {
        this.#finding('multifd-channel-twice', `Another channel has the number ${channelId}, too.`, place, index)
      }
    }
    const missing = Array.from({ length: Math.max(-1, ...byId.keys()) + 1 }, (_, id) => id).filter(
      (id) => !byId.has(id),
    )
    if (missing.length === 0 || this.#channels.some(({ init }) => init === undefined)) return
    const more = missing.length - MOST_NAMED
    const named = missing.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
    const message = missing.length === 1 ? `Channel ${named} is missing.` : `The channels ${named} are missing.`
    this.#finding('multifd-channel-missing', message, NOWHERE, undefined)
  }

  #syncs(): void {
    for (const [index, { syncs, isWhole, length }] of this.#channels.entries()) {
      if (!isWhole || syncs === this.main.syncs) continue
      const message = `The channel synchronises ${counted(syncs, 'time')}, the main stream ${counted(this.main.syncs, 'time')}.`
      this.#finding('multifd-sync-count', message, { offset: length, length: 0, path: ['packets'] }, index)
    }
  }

  #packetNumbers(): void {
    const { again, isFull } = this.#numbers
    if (isFull || this.#isOld) return
    const missing = this.#lastNumber + 1 - this.#numbers.distinct('')
    if (missing > 0) {
      const message = `Of ${counted(this.#lastNumber + 1, 'packet')} ${counted(missing, 'is', 'are')} missing.`
      this.#finding('multifd-packet-numbers', message, NOWHERE, undefined)
    }
    if (again === 0) return
    const message = `${counted(again, 'packet has', 'packets have')} a number that another has, too.`
    this.#finding('multifd-packet-numbers', message, NOWHERE, undefined)
  }

  /** Pages that neither the main stream nor a channel has. */
  #missingPages(): void {
    const { blocks, pageSize, sent, leavesOut, isOpenEnded } = this.main
    if (sent.isFull || isOpenEnded || blocks.size === 0) return
    let missing = 0
    let first: string | undefined
    for (const [name, length] of blocks) {
      const absent = Math.ceil(length / pageSize) - sent.distinct(name)
      if (absent <= 0) continue
      missing += absent
      first ??= name
    }
    if (first === undefined) return
    const message = `${counted(missing, 'page that is listed', 'pages that are listed')} came neither in the main stream nor over the channels, the first block with such pages is ${first}.`
    const severity = leavesOut ? { severity: 'info' as const } : {}
    this.tell(
      ramUseCodes.finding('qemu/ram-not-complete', message, { ...NOWHERE, path: ['elements'], ...severity }),
      undefined,
    )
  }

  /** Says something of a channel once. */
  #once(code: Code, message: string, packet: PlacedPacket, member: string, channel: number): void {
    const key = `${code} ${channel}`
    if (this.#odd.has(key)) return
    this.#odd.add(key)
    this.#say(code, message, packet, member, channel)
  }

  #say(code: Code, message: string, packet: PlacedPacket, member: string, channel: number, severity?: Severity): void {
    const { offset, length, path } = packet
    const place = { offset, length, path: [...path, member], ...(severity && { severity }) }
    this.#finding(code, message, place, channel)
  }

  #finding(code: Code, message: string, place: Place, channel: number | undefined): void {
    this.tell(channelsCodes.finding(`qemu/${code}`, message, place), channel)
  }
}

type Code = ChannelsCode extends `qemu/${infer C}` ? C : never
type Place = Pick<Finding, 'offset' | 'length' | 'path'> & { readonly severity?: Severity }

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
