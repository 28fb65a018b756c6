import type { Path } from '../findings/index.ts'
import { type Located, runField } from '../layout/index.ts'
import { decodeDevice, type PciField, type StructDescription } from '../qemu/index.ts'
import { vectorsOfLength } from '../vf-state/index.ts'

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

const ENTRY = 16

/** Reads a state. Fields that a destination compares with its own say so by their type. */
export function describedDevice(bytes: Uint8Array, description: StructDescription): DescribedDevice {
  const types = typesOf(description)
  const decoded = decodeDevice(bytes, description)
  const pieces = decoded.pci.flatMap((field) => [...piecesOf(field, bytes)])
  const fields: Located[] = []
  for (const field of decoded.located()) {
    const judged = { ...field, type: judgedType(field.type, types.get(keyOf(field.path))) }
    const within = pieces.filter(({ start }) => start >= field.offset && start < field.offset + field.length)
    if (within.length === 0) fields.push(judged)
    else fields.push(...remains(judged, bytes, within))
  }
  return { fields, pieces }
}

function* piecesOf({ type, offset: start, length }: PciField, state: Uint8Array): Generator<DevicePiece> {
  const bytes = state.subarray(start, start + length)
  if (type === 'pci config') yield { format: 'pci-config-space', start, bytes }
  const vectors = type === 'msix state' ? vectorsOfLength(length) : undefined
  if (vectors !== undefined) {
    const end = ENTRY * vectors
    yield { format: 'msix-table', start, bytes: bytes.subarray(0, end) }
    yield { format: 'msix-pba', start: start + end, bytes: bytes.subarray(end) }
  }
}

/** What pieces leave of the bytes of a field, which may be the whole state of a virtio device. */
function* remains({ path, offset, length }: Located, state: Uint8Array, pieces: DevicePiece[]): Generator<Located> {
  let at = offset
  for (const { start, bytes } of [...pieces, { start: offset + length, bytes: NOTHING }]) {
    if (start > at) yield runField([...path, at - offset], at, state.subarray(at, start))
    at = start + bytes.length
  }
}

const NOTHING = new Uint8Array(0)

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
