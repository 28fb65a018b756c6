import type { ScalarKind } from './kinds.ts'

/** The JSON that ends a migration stream, checked: what the stream's own QEMU says of the devices in it. */
export interface VmDescription {
  /** Bytes of a guest page. */
  readonly pageSize: number | undefined
  /** Fields of the configuration section; only QEMU 10 and later describe them. */
  readonly configuration: StructDescription | undefined
  readonly devices: readonly DeviceDescription[]
}

/** Fields one after another, then subsections. */
export interface StructDescription {
  readonly vmsdName: string | undefined
  readonly version: number | undefined
  readonly fields: readonly FieldDescription[]
  readonly subsections: readonly SubsectionDescription[]
  /** Bytes of it all; undefined where the description does not tell, infinite above 2^53-1. */
  readonly size: number | undefined
  /** Values in it, where any bytes of its size are such a structure and nobody looks into them; undefined of others. */
  readonly plainValues: number | undefined
  /** False where something follows the fields of which the description is unusable. */
  readonly complete: boolean
}

/** The body of one FULL section. */
export interface DeviceDescription extends StructDescription {
  readonly name: string
  readonly instanceId: number
  /** True for a device that writes its state by hand: there is one field of bytes and no version. */
  readonly oldStyle: boolean
}

/** A structure behind the fields of another, with a header of its own in the stream. */
export interface SubsectionDescription extends StructDescription {
  /** Name of the member in values: that of the subsection, with a number behind it where it is taken. */
  readonly member: string
  readonly vmsdName: string
  readonly version: number
}

/** What a value, or each element of a list, is. */
export type Content =
  /** Size in bytes; undefined where each states its own. */
  | { readonly kind: ScalarKind; readonly size: number | undefined }
  | { readonly kind: 'struct'; readonly size: number | undefined; readonly struct: StructDescription }

/** A field, or elements of one that follow each other. */
export type FieldDescription = Content & {
  /** Name of the member in values: that of the field, with a number behind it where it is taken. */
  readonly member: string
  /** As QEMU names it. */
  readonly type: string
  /** Which elements of the list these are. A list with null pointers has several fields. Undefined for a single value. */
  readonly elements: { readonly first: number; readonly count: number } | undefined
}

/** A decoded value: 64-bit numbers are bigints, a null pointer is null, an array a list. */
export type FieldValue = null | boolean | number | bigint | string | Uint8Array | FieldValue[] | DeviceFields

/** Decoded fields in the order of the description. */
export interface DeviceFields {
  [member: string]: FieldValue
}

/** Top-level member for the bytes that the description does not reach. */
export const REST = 'rest'
