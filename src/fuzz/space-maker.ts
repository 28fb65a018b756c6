import { toView } from '../layout/index.ts'
import type { FunctionFacts, PciOptions } from '../pci/capability.ts'
import { capabilityName, catalogues, type ListName } from '../pci/config-space/catalogue.ts'
import type { CapabilityEntry, ConfigSpace, ExtendedCapabilityEntry, Gap } from '../pci/config-space/value.ts'
import { barsOf, HEADER_SIZE, type Header, headerCodec } from '../pci/header.ts'
import { makeValue } from './arbitrary.ts'
import { type Planned, type Settled, settle, UNKNOWN_ID } from './space-layout.ts'
import type { Tape } from './tape.ts'

const [LEGACY_END, EXTENDED_START, EXTENDED_END] = [0x100, 0x100, 0x1000]
const [EXPRESS, PCIX] = [0x10, 0x07]
/** Vendor capabilities of this one have a description of their own. */
const VIRTIO_VENDOR = 0x1af4
/** Registers by which a capability is told from others of its ID, where its description leaves them free. */
const IDENTITIES: Readonly<Record<string, Record<string, number>>> = {
  'pci-cap-bridge-migration-2015': { length: 24, subtype: 0x4d },
  'pci-cap-vendor-clipped': { length: 0xff },
}

/** Makes one configuration space from a tape: places, registers, chains, and last the gaps between them. */
export class SpaceMaker {
  private readonly space: Uint8Array
  private readonly layout: number
  private readonly header: Header

  constructor(
    private readonly tape: Tape,
    private readonly options: PciOptions,
    /** Sizes to choose from; any where none are given. */
    private readonly sizes?: readonly number[],
  ) {
    this.layout = tape.pick([0, 0, 0, 1, 1, 2, 3 + tape.below(125)])
    this.space = tape.bytes(this.size())
    this.header = makeValue(headerCodec(this.layout).type, tape) as unknown as Header
    this.header.headerType.layout = this.layout
  }

  make(): ConfigSpace {
    const { space, header, tape } = this
    const legacy = this.layout > 2 ? [] : this.plan('capabilities', HEADER_SIZE, Math.min(space.length, LEGACY_END))
    const legacyChain = this.chain(legacy)
    this.writeHeads(legacyChain)
    this.point(legacyChain[0]?.item.offset)
    space.set(headerCodec(this.layout).encode(header as never), 0)
    const settledLegacy = settle(legacy, space, this.facts(), this.options)

    const isExpress = settledLegacy.some(({ id }) => id === EXPRESS || id === PCIX)
    const extended = isExpress ? this.plan('extendedCapabilities', EXTENDED_START, space.length) : []
    if (isExpress && extended.length === 0) this.emptyExtendedList()
    const extendedChain = this.chain(extended)
    this.writeHeads(extendedChain)
    const settledExtended = settle(extended, space, this.facts(), this.options)

    const value: ConfigSpace = {
      size: space.length,
      header,
      capabilities: this.entries(legacyChain, settledLegacy),
      extendedCapabilities: this.entries(extendedChain, settledExtended) as ExtendedCapabilityEntry[],
      gaps: this.gaps([...settledLegacy, ...settledExtended]),
    }
    if (space.length === EXTENDED_END && tape.rarely(8)) value.trailing = tape.bytes(1 + tape.below(16))
    return value
  }

  private entries(chain: readonly Link[], settled: readonly Settled[]): CapabilityEntry[] {
    return chain.flatMap(({ item, next, version }) => {
      const found = settled.find(({ offset }) => offset === item.offset)
      return found === undefined ? [] : [this.entry(found, next, version)]
    })
  }

  private size(): number {
    const { tape, sizes } = this
    if (sizes !== undefined) return tape.pick(sizes)
    return tape.pick([HEADER_SIZE, 256, 4096, 4096, 4096, 256, 4096, HEADER_SIZE + tape.below(EXTENDED_END - 63)])
  }

  /** Capabilities from low to high, with room to spare between some of them. */
  private plan(list: ListName, start: number, end: number): Planned[] {
    const { tape } = this
    const { headLength } = catalogues[list]
    const items: Planned[] = []
    const wanted = tape.below(list === 'capabilities' ? 8 : 12)
    let offset = list === 'capabilities' ? start + 4 * tape.below(3) : start
    while (items.length < wanted && offset + headLength <= end) {
      // Without one of these, nobody looks for extended capabilities.
      const express = list === 'capabilities' && items.length === 0 && this.space.length > LEGACY_END && tape.below(4)
      const item = this.item(list, offset, express ? EXPRESS : undefined)
      const registers = item.codec === undefined ? new Uint8Array(0) : item.codec.encode(item.registers as never)
      const length = headLength + registers.length
      if (offset + length > end) break
      this.space.set(registers, offset + headLength)
      items.push(item)
      const spare = tape.rarely(3) ? tape.below(12) : 0
      offset += 4 * (Math.ceil(length / 4) + spare)
    }
    return items
  }

  private item(list: ListName, offset: number, wanted: number | undefined): Planned {
    const { tape } = this
    const { byId, names } = catalogues[list]
    const opaque = { list, offset, codec: undefined, registers: undefined }
    if (wanted === undefined && tape.rarely(5)) {
      const known = Object.keys(names).map(Number)
      const unknown = UNKNOWN_ID[list] + tape.below(16)
      return { ...opaque, id: tape.pick([0, tape.pick(known), unknown]) }
    }
    const id = wanted ?? tape.pick([...byId.keys()])
    const codec = tape.pick(byId.get(id)?.codecs ?? [])
    const { name } = codec.type
    // What else of the function, or of its own registers, makes it this capability.
    if (name.startsWith('pci-cap-virtio')) this.header.vendorId = VIRTIO_VENDOR
    return { list, offset, id, codec, registers: { ...makeValue(codec.type, tape), ...IDENTITIES[name] } }
  }

  /** The order in which pointers lead through the capabilities; the extended list starts with its lowest. */
  private chain(plan: readonly Planned[]): Link[] {
    const { tape, space } = this
    const isExtended = plan[0]?.list === 'extendedCapabilities'
    const order = isExtended ? [plan[0] as Planned] : []
    const left = plan.slice(order.length)
    while (left.length > 0) order.push(...left.splice(tape.below(left.length), 1))
    const [limit, capture] = [isExtended ? EXTENDED_END : LEGACY_END, (space.length + 3) & ~3]
    const last = capture < limit && tape.rarely(4) ? capture : 0
    return order.map((item, at) => {
      const low = tape.rarely(24) ? tape.below(4) : 0
      const next = (order[at + 1]?.offset ?? last) | low
      const version = isExtended ? tape.below(16) : undefined
      // A head that is all zeros would end the list.
      return { item, next, version: version === 0 && item.id === 0 && next === 0 ? 1 : version }
    })
  }

  private writeHeads(chain: readonly Link[]): void {
    const view = toView(this.space)
    for (const { item, next, version } of chain) {
      if (version === undefined) view.setUint16(item.offset, item.id | (next << 8), true)
      else view.setUint32(item.offset, (item.id | (version << 16) | (next << 20)) >>> 0, true)
    }
  }

  /** Pointer to the list and Status.CapList. */
  private point(first: number | undefined): void {
    const { header, tape, space } = this
    const isListed = first !== undefined || tape.below(2) === 1
    header.status.capabilityList = isListed
    if (!('capabilitiesPointer' in header)) return
    if (first !== undefined) header.capabilitiesPointer = first | (tape.rarely(24) ? tape.below(4) : 0)
    else if (isListed) header.capabilitiesPointer = space.length > HEADER_SIZE ? 0 : 0x40 + tape.below(0xc0)
    else header.capabilitiesPointer = tape.below(0x100)
  }

  private emptyExtendedList(): void {
    const { tape, space } = this
    if (space.length >= EXTENDED_START + 4) space.fill(tape.pick([0, 0xff]), EXTENDED_START, EXTENDED_START + 4)
  }

  private facts(): FunctionFacts {
    const { vendorId, deviceId, command } = this.header
    const unknown = { barSizes: undefined, vfBarSizes: undefined, bus: undefined }
    const [size, bars] = [this.space.length, barsOf(this.header)]
    return { size, headerLayout: this.layout, vendorId, deviceId, command, bars, ...unknown }
  }

  private entry({ list, offset, id, codec, registers, length }: Settled, next: number, version: number | undefined) {
    const head = {
      offset,
      id,
      ...(version === undefined ? {} : { version }),
      name: capabilityName(list, id, codec),
      next,
    }
    if (codec !== undefined) return { ...head, layout: codec.type.name, ...registers }
    return { ...head, opaque: this.space.slice(offset + catalogues[list].headLength, offset + length) }
  }

  private gaps(places: readonly Settled[]): Gap[] {
    const gaps: Gap[] = []
    let at = HEADER_SIZE
    const end = { offset: this.space.length, length: 0 }
    for (const { offset, length } of [...places.toSorted((a, b) => a.offset - b.offset), end]) {
      if (offset > at) gaps.push({ offset: at, bytes: this.space.slice(at, offset) })
      at = offset + length
    }
    return gaps
  }
}

/** A capability in its chain. */
interface Link {
  readonly item: Planned
  readonly next: number
  /** Extended capabilities only. */
  readonly version: number | undefined
}
