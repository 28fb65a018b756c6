import type { CapabilityContext } from '../capability.ts'

/** What the PCI Express capability of a function says about the layout of its extended capabilities. */
export interface ExpressFacts {
  readonly type:
    | 'endpoint'
    | 'root-port'
    | 'switch-port'
    | 'bridge'
    | 'integrated-endpoint'
    | 'event-collector'
    | 'unknown'
  /** Maximum link width in lanes; 0 where the link registers are not there or hidden. */
  readonly lanes: number
  /** End-to-end TLP prefixes are supported. */
  readonly tlpPrefixes: boolean
}

const TYPES: Readonly<Record<number, ExpressFacts['type']>> = {
  0: 'endpoint',
  1: 'endpoint',
  4: 'root-port',
  5: 'switch-port',
  6: 'switch-port',
  7: 'bridge',
  8: 'bridge',
  9: 'integrated-endpoint',
  10: 'event-collector',
}

const EXPRESS_ID = 0x10
const LEGACY_SIZE = 0x100
/** 48 capabilities of 4 bytes fill the space behind the header. */
const MOST_CAPABILITIES = 48

/** Facts of the PCI Express capability; undefined where the legacy list has none. */
export function expressOf(space: Uint8Array): ExpressFacts | undefined {
  const at = findExpress(space)
  if (at === undefined) return undefined
  const flags = byteAt(space, at + 2)
  const linkCapabilities = byteAt(space, at + 0x0c) | (byteAt(space, at + 0x0d) << 8)
  const isVersion2 = (flags & 0x0f) >= 2
  return {
    type: TYPES[flags >> 4] ?? 'unknown',
    lanes: (linkCapabilities >> 4) & 0x3f,
    tlpPrefixes: isVersion2 && (byteAt(space, at + 0x26) & 0x20) !== 0,
  }
}

/** Bytes from the start of a capability to the next higher one. */
export function roomOf({ offset, nextHigher }: CapabilityContext): number {
  return nextHigher - offset
}

function findExpress(space: Uint8Array): number | undefined {
  const start = (byteAt(space, 0x0e) & 0x7f) === 2 ? 0x14 : 0x34
  let at = byteAt(space, start) & 0xfc
  for (let hops = 0; hops < MOST_CAPABILITIES && at >= 0x40; hops++) {
    if (byteAt(space, at) === EXPRESS_ID) return at
    at = byteAt(space, at + 1) & 0xfc
  }
  return undefined
}

/** A byte of the first 256; those beyond or not captured count as 0. */
function byteAt(space: Uint8Array, at: number): number {
  return at < LEGACY_SIZE ? (space[at] ?? 0) : 0
}
