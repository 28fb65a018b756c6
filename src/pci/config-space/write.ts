import { atPath, counted, EncodeError, hexOffset, type Path, printPath } from '../../findings/index.ts'
import { describe } from '../../layout/index.ts'
import { HEADER_SIZE, headerCodec } from '../header.ts'
import { capabilityName, catalogues, LISTS, type ListName } from './catalogue.ts'
import { type CapabilityEntry, type ConfigSpace, EXTENDED_SIZE } from './value.ts'

/** A run of bytes and the part of the value that it comes from. */
interface Piece {
  readonly path: Path
  readonly offset: number
  readonly bytes: Uint8Array
}

/**
 * Writes a configuration space. Every byte has to come from somewhere, and parts that overlap have to agree.
 *
 * @throws EncodeError for a value that has no encoding, naming both paths where two parts disagree
 */
export function writeConfigSpace(value: ConfigSpace): Uint8Array {
  const { size, trailing } = record(value, []) as unknown as ConfigSpace
  if (!Number.isInteger(size) || size < HEADER_SIZE || size > EXTENDED_SIZE) {
    refuse(['size'], `a number from ${HEADER_SIZE} to ${EXTENDED_SIZE}`, describe(size), 'layout/value-out-of-range')
  }
  const canvas = new Canvas(size)
  for (const piece of pieces(value)) canvas.paint(piece)
  canvas.finish()
  if (trailing === undefined) return canvas.bytes
  const more = run(trailing, ['trailing'])
  if (size !== EXTENDED_SIZE) {
    refuse(['trailing'], `nothing behind ${size} bytes`, counted(more.length, 'byte'), 'layout/length-mismatch')
  }
  const whole = new Uint8Array(size + more.length)
  whole.set(canvas.bytes)
  whole.set(more, size)
  return whole
}

function* pieces(value: ConfigSpace): Generator<Piece> {
  const layout = value.header?.headerType?.layout
  yield {
    path: ['header'],
    offset: 0,
    bytes: atPath(['header'], () => headerCodec(layout ?? 0).encode(value.header as never)),
  }
  for (const list of LISTS) {
    for (const [index, given] of array(value[list], [list]).entries()) {
      const path = [list, index]
      const entry = record(given, path) as unknown as CapabilityEntry
      yield { path, offset: entry.offset, bytes: headBytes(list, entry, path) }
      const bytes = atPath(path, () => registerBytes(list, entry))
      yield { path, offset: entry.offset + catalogues[list].headLength, bytes }
    }
  }
  for (const [index, given] of array(value.gaps, ['gaps']).entries()) {
    const path = ['gaps', index]
    const { offset, bytes } = record(given, path)
    yield { path, offset: offset as number, bytes: run(bytes, [...path, 'bytes']) }
  }
}

function record(value: unknown, path: Path): Record<string, unknown> {
  const isRecord = value !== null && typeof value === 'object' && !Array.isArray(value)
  return isRecord ? (value as Record<string, unknown>) : refuse(path, 'an object', describe(value), 'layout/wrong-type')
}

function array(value: unknown, path: Path): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(path, 'an array', describe(value), 'layout/wrong-type')
}

function run(value: unknown, path: Path): Uint8Array {
  return value instanceof Uint8Array ? value : refuse(path, 'bytes', describe(value), 'layout/wrong-type')
}

function headBytes(list: ListName, entry: CapabilityEntry, path: Path): Uint8Array {
  const { id, next } = entry
  if (list === 'capabilities') {
    return Uint8Array.of(field(id, 0xff, [...path, 'id']), field(next, 0xff, [...path, 'next']))
  }
  const version = field(entry.version, 0xf, [...path, 'version'])
  const low = field(id, 0xffff, [...path, 'id'])
  const high = version | (field(next, 0xfff, [...path, 'next']) << 4)
  return Uint8Array.of(low & 0xff, low >>> 8, high & 0xff, high >>> 8)
}

function field(value: unknown, max: number, path: Path): number {
  const fits = Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max
  return fits ? (value as number) : refuse(path, `0 to ${max}`, describe(value), 'layout/value-out-of-range')
}

function registerBytes(list: ListName, entry: CapabilityEntry): Uint8Array {
  const { byLayout } = catalogues[list]
  const known = entry.layout === undefined ? undefined : byLayout.get(entry.layout)
  if (entry.layout !== undefined && known === undefined) {
    refuse(['layout'], `one of ${[...byLayout.keys()].join(', ')}`, describe(entry.layout), 'layout/unknown-tag')
  }
  const name = capabilityName(list, entry.id, known?.codec)
  if (entry.name !== undefined && entry.name !== name) {
    refuse(['name'], `${JSON.stringify(name)}, which follows from the ID`, describe(entry.name), 'pci/contradiction')
  }
  if (known !== undefined) return known.codec.encode(entry as never)
  if (entry.opaque instanceof Uint8Array) return entry.opaque
  return refuse(['opaque'], 'bytes, where no layout is named', describe(entry.opaque), 'layout/missing-field')
}

/** Bytes under construction, with who wrote each of them. */
class Canvas {
  readonly bytes: Uint8Array
  private readonly owners: (Piece | undefined)[]

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
    this.owners = new Array(size)
  }

  paint(piece: Piece): void {
    const { offset, bytes, path } = piece
    if (!Number.isInteger(offset) || offset < 0 || offset + bytes.length > this.bytes.length) {
      const room = `a place within ${this.bytes.length} bytes`
      refuse(
        [...path, 'offset'],
        room,
        `${counted(bytes.length, 'byte')} at ${describe(offset)}`,
        'layout/value-out-of-range',
      )
    }
    for (let at = 0; at < bytes.length; at++) {
      const owner = this.owners[offset + at]
      if (owner !== undefined && this.bytes[offset + at] !== bytes[at]) {
        const [ours, theirs] = [bytes[at] as number, this.bytes[offset + at] as number]
        const expected = `${hexOffset(theirs)} at offset ${hexOffset(offset + at)}, as ${printPath(owner.path)} has it`
        refuse(path, expected, hexOffset(ours), 'pci/overlap-disagrees')
      }
      this.bytes[offset + at] = bytes[at] as number
      this.owners[offset + at] = piece
    }
  }

  finish(): void {
    for (let at = 0; at < this.bytes.length; at++) {
      if (this.owners[at] === undefined) {
        refuse(
          ['gaps'],
          `bytes for every offset below ${this.bytes.length}`,
          `none at ${hexOffset(at)}`,
          'pci/uncovered',
        )
      }
    }
  }
}

function refuse(path: Path, expected: string, found: string, code: string): never {
  throw new EncodeError({ code, path, expected, found })
}
