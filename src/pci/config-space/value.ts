import type { Header } from '../header.ts'

/** A capability of the legacy list: registers by name, or the bytes where no description fits. */
export interface CapabilityEntry {
  /** Offset in config space. */
  offset: number
  id: number
  /** Short name; derived from the ID and the layout. */
  name: string
  /** Next-capability pointer as it is, low bits included. */
  next: number
  /** Structure that describes the registers from +2; absent where they are opaque. */
  layout?: string
  /** Bytes from +2 where no description fits. */
  opaque?: Uint8Array
  /** The registers of the layout. */
  [register: string]: unknown
}

/** A capability of the extended list; the registers start at +4. */
export interface ExtendedCapabilityEntry extends CapabilityEntry {
  /** Capability version, 0 to 15. */
  version: number
}

/** Bytes that nothing covers. */
export interface Gap {
  offset: number
  bytes: Uint8Array
}

/** A decoded configuration space. All registers are little-endian. */
export interface ConfigSpace {
  /** Bytes captured: 64, 256 or 4096 where the capture is whole. */
  size: number
  header: Header
  /** In chain order. */
  capabilities: CapabilityEntry[]
  /** In chain order. */
  extendedCapabilities: ExtendedCapabilityEntry[]
  gaps: Gap[]
  /** What follows 4096 bytes. */
  trailing?: Uint8Array
}

/** Largest configuration space. */
export const EXTENDED_SIZE = 4096
/** Configuration space without the extended part. */
export const LEGACY_SIZE = 256
/** Bytes of the configuration region of the kernel's sample mediated device mtty: one short, and healthy. */
export const MTTY_REGION_SIZE = 255

/** Members of an entry that are not registers. */
export const ENTRY_MEMBERS: ReadonlySet<string> = new Set([
  'offset',
  'id',
  'name',
  'next',
  'version',
  'layout',
  'opaque',
])
