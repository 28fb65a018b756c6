import { type AnyType, bool8, i8, i16be, i32be, i64be, text, u8, u16be, u32be, u64be } from '../../layout/index.ts'

/** How the value of a field without fields of its own is read. Everything is big-endian. */
export type ScalarKind =
  | 'bool'
  | `${'u' | ''}int${8 | 16 | 32 | 64}`
  /** One byte, 0x30: the element of an array of pointers that points nowhere. */
  | 'pointer'
  /** A length byte and that many characters. */
  | 'counted'
  | 'bytes'

/** Types by the names that QEMU gives them; all others are runs of bytes. "le" means "less or equal", not a byte order. */
const KINDS: ReadonlyMap<string, ScalarKind> = new Map<string, ScalarKind>([
  ['bool', 'bool'],
  ['int8', 'int8'],
  ['int16', 'int16'],
  ['int32', 'int32'],
  ['int32 equal', 'int32'],
  ['int32 le', 'int32'],
  ['int64', 'int64'],
  // QEMU's name for a check of an unsigned number.
  ['int64 equal', 'uint64'],
  ['uint8', 'uint8'],
  ['uint8 equal', 'uint8'],
  ['uint16', 'uint16'],
  ['uint16 equal', 'uint16'],
  ['uint32', 'uint32'],
  ['uint32 equal', 'uint32'],
  ['uint64', 'uint64'],
  ['timer', 'uint64'],
  ['CPU_Double_U', 'uint64'],
  ['nullptr', 'pointer'],
  ['capability', 'counted'],
])

/** Lists with a mark before each element, whose elements the JSON describes under one key, so that all but one are lost. */
const MARKED_LISTS: ReadonlySet<string> = new Set(['qtailq', 'qlist', 'gtree'])

/** Layouts of the kinds, for those who print fields and for sizes. */
export const KIND_TYPES: Readonly<Record<ScalarKind, AnyType>> = {
  bool: bool8,
  int8: i8,
  int16: i16be,
  int32: i32be,
  int64: i64be,
  uint8: u8,
  uint16: u16be,
  uint32: u32be,
  uint64: u64be,
  pointer: u8,
  counted: text(0),
  bytes: u8,
}

/** The byte that stands for a null pointer: the digit 0. */
export const NULL_POINTER = 0x30

/** The kind that goes with the name of a type. */
export const kindOf = (type: string): ScalarKind => KINDS.get(type) ?? 'bytes'

export const isMarkedList = (type: string): boolean => MARKED_LISTS.has(type)

/** Bytes of a value of this kind; undefined where the description has to say. */
export function widthOf(kind: ScalarKind): number | undefined {
  if (kind === 'bool' || kind === 'pointer') return 1
  const type = KIND_TYPES[kind]
  return kind !== 'bytes' && type.kind === 'int' ? type.size : undefined
}
