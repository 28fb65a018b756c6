import type { Path } from '../findings/index.ts'
import type { Located } from '../layout/index.ts'
import { decodeDevice, type StructDescription } from '../qemu/index.ts'

/** A part of a device's state that has a format of its own. */
export interface DevicePiece {
  readonly format: 'pci-config-space' | 'msix-table' | 'msix-pba'
  /** First byte in the state of the device. */
  readonly start: number
  readonly bytes: Uint8Array
}

/** The state of a device, read through its description. */
export interface DescribedDevice {
  /** What is no piece; offsets count in the state. */
  readonly fields: readonly Located[]
  readonly pieces: readonly DevicePiece[]
}

const CONFIG = 'pci config'
const MSIX = 'msix state'
const ENTRY = 16

/** Reads a state. Fields that a destination compares with its own say so by their type. */
export function describedDevice(bytes: Uint8Array, description: StructDescription): DescribedDevice {
  const types = typesOf(description)
  const fields: Located[] = []
  const pieces: DevicePiece[] = []
  for (const field of decodeDevice(bytes, description).located()) {
    const type = types.get(keyOf(field.path))
    if (type === CONFIG || type === MSIX) pieces.push(...piecesOf(field, bytes, type))
    else fields.push({ ...field, type: judgedType(field.type, type) })
  }
  return { fields, pieces }
}

function* piecesOf({ offset: start, length }: Located, state: Uint8Array, type: string): Generator<DevicePiece> {
  const bytes = state.subarray(start, start + length)
  if (type === CONFIG) yield { format: 'pci-config-space', start, bytes }
  else {
    const end = ENTRY * vectorsOf(length)
    yield { format: 'msix-table', start, bytes: bytes.subarray(0, end) }
    yield { format: 'msix-pba', start: start + end, bytes: bytes.subarray(end) }
  }
}

/** Vectors of which table and pending bits have so many bytes: 16 and an eighth each, the last one rounded up. */
const vectorsOf = (length: number) => Math.floor((8 * length) / (8 * ENTRY + 1))

/** Names of the types of fields, as the stream describes them. Elements of a list have one. */
function typesOf(struct: StructDescription, path: Path = [], types = new Map<string, string>()): Map<string, string> {
  for (const field of struct.fields) {
    const own = [...path, field.member]
    if (field.kind === 'struct') typesOf(field.struct, own, types)
    else if (field.kind !== 'pointer') types.set(keyOf(own), field.type)
  }
  for (const subsection of struct.subsections) typesOf(subsection, [...path, subsection.member], types)
  return types
}

const keyOf = (path: Path) => JSON.stringify(path.filter((part) => typeof part === 'string'))

/** Fields of these types are compared when they are loaded, and not taken over. */
function judgedType(type: Located['type'], name = ''): Located['type'] {
  if (name.endsWith(' equal')) {
    return type.agrees('equal', 'QEMU loads this field only where its own device has the same value.')
  }
  if (name.endsWith(' le')) {
    return type.agrees(
      'at-most',
      'QEMU loads this field only where its own device has the same value or a greater one.',
    )
  }
  return type
}
