import type { Located } from '../../layout/index.ts'

/**
 * What a reader of any kind of migration feeds into a comparison, in the order in which it comes. Bytes are views that are
 * good until the next one is asked for. Offsets count in the input.
 */
export type MigrationPart =
  | DeviceFacts
  | PartBegin
  | PartBytes
  | PartEnd
  | RegionFacts
  | PageBytes
  | PageFill
  | Damage
  | Remark

/** Who a device is; without it devices are known by their numbers. */
export interface DeviceFacts {
  readonly kind: 'device'
  readonly device: number
  /** Such as 0000:01:10.0; empty where it is not known. */
  readonly address: string
  /** Vendor, device and subsystem, in any one form; empty where they are not known. */
  readonly ids: string
}

/** A part begins: the state of a device, an event, a bitmap. Its bytes follow, other parts may come between. */
export interface PartBegin {
  readonly kind: 'begin'
  /** Number that its bytes and its end share with it. */
  readonly id: number
  /** Undefined for the migration as a whole. */
  readonly device: number | undefined
  /** Only parts of one type and one group are compared with each other. */
  readonly type: string
  readonly group?: string
  /** Of several parts that changed, those for which this is the same are compared first. */
  readonly pairing?: string
  /** Fields that are no part of its bytes. */
  readonly head?: readonly Located[]
  readonly content: Content
  readonly offset: number
  /** Why a destination that has no such part refuses it; one sentence. */
  readonly needed?: string
}

/** What the bytes of a part are. */
export type Content =
  /** Bytes of which nothing is known. */
  | { readonly kind: 'opaque' }
  /** A structure; the offsets of its fields count in the part, and bytes may be in no field. @throws DecodeError */
  | {
      readonly kind: 'fields'
      fields(bytes: Uint8Array): Located[]
      /** Fields by which it is compared, where those are not all: the moment of an event is no content. */
      compared?(bytes: Uint8Array): Located[]
    }
  /** State in a format, with its options as name=value. */
  | { readonly kind: 'format'; readonly name: string; readonly options: readonly string[] }
  /** A set of pages. */
  | {
      readonly kind: 'bitmap'
      readonly encoding: string
      readonly pages: bigint
      readonly pageSize: number
      readonly base: bigint
    }

/** The next bytes of a part. */
export interface PartBytes {
  readonly kind: 'bytes'
  readonly id: number
  readonly bytes: Uint8Array
  readonly offset: number
  /** Bytes in the input, where these are not the bytes themselves but what they were inflated from. */
  readonly packed?: number
}

export interface PartEnd {
  readonly kind: 'end'
  readonly id: number
}

/** How a region of memory is laid out; its pages come later. */
export interface RegionFacts {
  readonly kind: 'region'
  readonly region: number
  /** By which it is found on the other side; its number where it is empty. */
  readonly name: string
  readonly base: bigint
  /** Bytes that are compared at once: pages begin and end at multiples of it. */
  readonly unit: number
}

/** The content of pages, in place of what they had. */
export interface PageBytes {
  readonly kind: 'pages'
  readonly region: number
  /** Bytes from the begin of the region, a multiple of its unit. */
  readonly at: number
  /** Whole units. */
  readonly bytes: Uint8Array
}

/** Pages that are one byte throughout. */
export interface PageFill {
  readonly kind: 'fill'
  readonly region: number
  readonly at: number
  /** Bytes, a multiple of the unit. */
  readonly length: number
  readonly byte: number
}

/** Something in the input is damaged. */
export interface Damage {
  readonly kind: 'damage'
}

/** What is no content, and may be of interest where the other side has something else. */
export interface Remark {
  readonly kind: 'remark'
  /** What it is about, as the subject of a sentence. */
  readonly about: string
  readonly text: string
}
