import { DecodeError } from '../../findings/index.ts'
import { type Codec, type Region, toView } from '../../layout/index.ts'
import type { Capability, CapabilityContext, FunctionFacts, PciOptions } from '../capability.ts'
import { barsOf, HEADER_SIZE, type Header, headerCodec } from '../header.ts'
import { capabilityName, catalogues, type ListName } from './catalogue.ts'
import { type Head, type ListIssue, nextHigher, walkExtended, walkLegacy } from './lists.ts'
import { type CapabilityEntry, type ConfigSpace, EXTENDED_SIZE, type Gap, LEGACY_SIZE } from './value.ts'

/** What a capture knows about a function besides its bytes. */
export interface Surroundings {
  readonly bus?: number
  /** Bytes behind each BAR; undefined where unknown. */
  readonly barSizes?: readonly (number | undefined)[]
  readonly vfBarSizes?: readonly (number | undefined)[]
}

/** Where a capability lies and how it was read. */
export interface Placement {
  readonly list: ListName
  /** Index in its list. */
  readonly index: number
  readonly head: Head
  readonly headLength: number
  /** Bytes with the head. */
  readonly length: number
  readonly capability: Capability | undefined
  readonly codec: Codec | undefined
  /** Registers as decoded; undefined where they are opaque. */
  readonly registers: Record<string, unknown> | undefined
  /** Whether it is known that the description has nothing to report of the registers. */
  readonly clean: boolean
  /** Why a description that should fit did not. */
  readonly failure: DecodeError | undefined
  readonly context: CapabilityContext
}

/** A decoded configuration space with what its rules need to know. */
export interface Reading {
  /** At most 4096 bytes. */
  readonly space: Uint8Array
  readonly view: DataView
  /** Bytes behind them. */
  readonly trailing: Uint8Array | undefined
  readonly header: Header
  readonly placements: readonly Placement[]
  readonly issues: readonly ListIssue[]
  readonly facts: FunctionFacts
}

/**
 * Reads a configuration space of any size from 64 bytes on.
 *
 * @throws DecodeError for fewer than 64 bytes: not even the header is there
 */
export function readConfigSpace(bytes: Uint8Array, options: PciOptions, around: Surroundings = {}): Reading {
  if (bytes.length < HEADER_SIZE) {
    throw new DecodeError({
      code: 'layout/ended-early',
      path: ['header'],
      offset: bytes.length,
      expected: `a header of ${HEADER_SIZE} bytes`,
      found: `only ${bytes.length}`,
      needsMore: true,
    })
  }
  const space = bytes.length > EXTENDED_SIZE ? bytes.subarray(0, EXTENDED_SIZE) : bytes
  const view = toView(space)
  const layout = (space[0x0e] as number) & 0x7f
  const region = { bytes: space, view, offset: 0, end: HEADER_SIZE }
  const header = headerCodec(layout).decodeAt(region).value as unknown as Header
  const facts = factsOf(header, space, around)
  const legacy = walkLegacy(space, layout, header.status.capabilityList)
  const express = legacy.heads.some(({ id }) => id === 0x10 || id === 0x07)
  const extended = walkExtended(space, express)

  const placements: Placement[] = []
  const place = (list: ListName, heads: readonly Head[]): void => {
    for (let index = 0; index < heads.length; index++) {
      const head = heads[index] as Head
      placements.push(placeCapability(list, index, head, view, new Context(options, facts, space, head, heads)))
    }
  }
  place('capabilities', legacy.heads)
  place('extendedCapabilities', extended.heads)
  const trailing = bytes.length > EXTENDED_SIZE ? bytes.subarray(EXTENDED_SIZE) : undefined
  return { space, view, trailing, header, placements, issues: legacy.issues.concat(extended.issues), facts }
}

/** The value that a reading stands for. */
export function configSpaceOf({ space, trailing, header, placements }: Reading): ConfigSpace {
  const entries = (list: ListName) => placements.filter((placement) => placement.list === list).map(entryOf)
  const value: ConfigSpace = {
    size: space.length,
    header,
    capabilities: entries('capabilities'),
    extendedCapabilities: entries('extendedCapabilities') as ConfigSpace['extendedCapabilities'],
    gaps: gapsOf(space, placements),
  }
  if (trailing !== undefined) value.trailing = trailing
  return value
}

function factsOf(header: Header, space: Uint8Array, around: Surroundings): FunctionFacts {
  return {
    size: space.length,
    headerLayout: header.headerType.layout,
    vendorId: header.vendorId,
    deviceId: header.deviceId,
    command: header.command,
    bars: barsOf(header),
    barSizes: around.barSizes,
    vfBarSizes: around.vfBarSizes,
    bus: around.bus,
  }
}

function placeCapability(
  list: ListName,
  index: number,
  head: Head,
  view: DataView,
  context: CapabilityContext,
): Placement {
  const { byId, names, headLength } = catalogues[list]
  const { space } = context
  const end = Math.min(space.length, list === 'capabilities' ? LEGACY_SIZE : EXTENDED_SIZE)
  const from = Math.min(head.offset + headLength, end)
  const capability = byId.get(head.id)
  const codec = capability?.only ?? capability?.select(space.subarray(from, end), context)
  if (codec !== undefined) {
    const reach = capability?.extent === undefined ? end : Math.min(end, from + capability.extent(context))
    const region = { bytes: space, view, offset: from, end: reach }
    const certain = codec.certainSize
    if (certain !== undefined && certain <= reach - from) {
      return new SurePlacement(list, index, head, headLength, headLength + certain, capability, codec, region, context)
    }
    try {
      const { value: registers, length: taken, clean = false } = codec.decodeAt(region)
      const length = headLength + taken
      return { list, index, head, headLength, length, capability, codec, registers, clean, failure: undefined, context }
    } catch (failure) {
      if (!(failure instanceof DecodeError)) throw failure
      const length = Math.min(context.nextHigher, end) - head.offset
      return { list, index, head, headLength, length, capability, ...OPAQUE, failure, context }
    }
  }
  const bare = head.id === 0 || (list === 'capabilities' && head.id === 0xff)
  const stated = bare ? headLength : (names[head.id]?.length ?? context.nextHigher - head.offset)
  const length = Math.max(headLength, Math.min(stated, end - head.offset))
  return { list, index, head, headLength, length, capability, ...OPAQUE, failure: undefined, context }
}

/** What a capability's rules may know; where its neighbour starts is only looked for when somebody asks. */
class Context implements CapabilityContext {
  readonly offset: number

  constructor(
    readonly options: PciOptions,
    readonly facts: FunctionFacts,
    readonly space: Uint8Array,
    head: Head,
    private readonly heads: readonly Head[],
  ) {
    this.offset = head.offset
  }

  get nextHigher(): number {
    return nextHigher(this.heads, this.offset)
  }
}

/** A capability whose registers cannot fail to decode: that waits until somebody asks for them. */
class SurePlacement implements Placement {
  readonly failure = undefined
  readonly clean = false
  private decoded: Record<string, unknown> | undefined

  constructor(
    readonly list: ListName,
    readonly index: number,
    readonly head: Head,
    readonly headLength: number,
    readonly length: number,
    readonly capability: Capability | undefined,
    readonly codec: Codec,
    private readonly region: Region,
    readonly context: CapabilityContext,
  ) {}

  get registers(): Record<string, unknown> {
    this.decoded ??= this.codec.decodeAt(this.region).value
    return this.decoded
  }
}

const OPAQUE = { codec: undefined, registers: undefined, clean: true } as const

function entryOf(placement: Placement): CapabilityEntry {
  const { list, head, headLength, length, codec, registers, context } = placement
  const name = capabilityName(list, head.id, codec)
  const { offset, id, next } = head
  const version = head.version === undefined ? undefined : { version: head.version }
  if (registers !== undefined && codec !== undefined) {
    return { offset, id, ...version, name, next, layout: codec.type.name, ...registers }
  }
  const opaque = context.space.subarray(offset + headLength, offset + length)
  return { offset, id, ...version, name, next, opaque }
}

/** Runs of bytes behind the header that no capability covers. */
function gapsOf(space: Uint8Array, placements: readonly Placement[]): Gap[] {
  const covered = placements
    .map(({ head, length }) => [head.offset, head.offset + length] as const)
    .sort((a, b) => a[0] - b[0])
  const gaps: Gap[] = []
  let at = HEADER_SIZE
  for (const [start, end] of covered) {
    if (start > at) gaps.push({ offset: at, bytes: space.subarray(at, start) })
    at = Math.max(at, end)
  }
  if (at < space.length) gaps.push({ offset: at, bytes: space.subarray(at) })
  return gaps
}
