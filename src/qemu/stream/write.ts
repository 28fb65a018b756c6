import { atPath, EncodeError, type Path, type PathPart } from '../../findings/index.ts'
import {
  arrayOf,
  bytesFromJson,
  type Codec,
  type CodecOptions,
  isOpaque,
  type Json,
  joined,
  type Resolve,
  recordOf,
  referenceOf,
  refuseStrangers,
  runOf,
  type StructType,
  type Value,
} from '../../layout/index.ts'
import { encodeSaveImage, saveImageFromJson } from '../container/index.ts'
import { vfioConfigStateFormat } from '../vfio/index.ts'
import { encodeDevice, fieldsFromJson, readVmDescription, type VmDescription } from '../vmdesc/index.ts'
import { derivedChecked } from './derived.ts'
import { type Members, type Part, type Shape, streamShape } from './shape.ts'

/** Where values come from: what decoding gave, or JSON of it. */
interface Source {
  struct<T extends StructType>(codec: Codec<T>, value: unknown, options: CodecOptions): Value<T>
  run(value: unknown, path: Path): Iterable<Uint8Array>
  device(fields: unknown, description: VmDescription['devices'][number]): Uint8Array
  config(value: Members): Uint8Array
  saveImage(value: unknown): Uint8Array
}

const decoded: Source = {
  struct: (_codec, value) => value as never,
  run: (value, path) => [runOf(value, path)],
  device: (fields, description) => encodeDevice(fields as never, description),
  config: (value) => vfioConfigStateFormat.encode(value as never),
  saveImage: (value) => encodeSaveImage(value as never),
}

const json = (resolve: Resolve): Source => ({
  struct: (codec, value, options) => codec.fromJson(value as Json, options),
  run(value, path) {
    const reference = referenceOf(value, path)
    return reference === undefined ? [bytesFromJson(value as Json, path)] : resolve(reference, path)
  },
  device: (fields, description) => encodeDevice(fieldsFromJson(fields as Json, description), description),
  config: (value) => vfioConfigStateFormat.encode(vfioConfigStateFormat.fromJson(value as Json)),
  saveImage: (value) => encodeSaveImage(saveImageFromJson(value as Json)),
})

/** The bytes of a stream that was decoded, part by part. @throws EncodeError */
export const treePieces = (value: unknown): Iterable<Uint8Array> => new Tree(decoded, recordOf(value, [])).pieces()

/** The bytes of a stream that stands in JSON, part by part. @throws EncodeError */
export function treeJsonPieces(value: Json, resolve: Resolve, offset = 0): Iterable<Uint8Array> {
  const tree = new Tree(json(resolve), recordOf(value, []))
  const description = tree.description()
  return derivedChecked(tree.pieces(), value, { offset, description: description && { description } })
}

class Tree {
  #description: { readonly found: VmDescription | undefined } | undefined
  /** Devices of FULL sections that came so far: the description lists them in the same order. */
  #fulls = 0

  constructor(
    private readonly source: Source,
    private readonly root: Members,
  ) {}

  *pieces(): Generator<Uint8Array> {
    yield* this.#object(streamShape, this.root, [])
  }

  *#object(shape: Shape, members: Members, path: Path): Generator<Uint8Array> {
    refuseStrangers(members, [...Object.keys(shape.parts), ...Object.keys(shape.derived)], path)
    if (isFull(members)) this.#fulls += 1
    for (const [name, part] of Object.entries(shape.parts)) {
      if (members[name] !== undefined) yield* this.#part(part, members[name], [...path, name])
    }
  }

  *#part(part: Part, value: unknown, path: Path): Generator<Uint8Array> {
    if (part === 'run') yield* this.source.run(value, path)
    else if (part === 'device') yield this.#device(value, path)
    else if (part === 'config') yield this.#config(value, path)
    else if (part === 'saveImage') yield atPath(path, () => this.source.saveImage(value))
    else if ('struct' in part) yield this.#struct(part.struct, value, path, part.parameters)
    else if ('structs' in part) {
      for (const [index, one] of arrayOf(value, path).entries()) yield this.#struct(part.structs, one, [...path, index])
    } else {
      for (const [index, one] of arrayOf(value, path).entries()) {
        yield* this.#object(part.list, recordOf(one, [...path, index]), [...path, index])
      }
    }
  }

  #struct(
    codec: Codec,
    value: unknown,
    path: Path,
    parameters?: (value: Members) => Readonly<Record<string, number>>,
  ): Uint8Array {
    const options = parameters === undefined ? {} : { parameters: parameters(recordOf(value, path)) }
    return atPath(path, () => codec.encode(this.source.struct(codec, value, options), options))
  }

  #device(index: unknown, path: Path): Uint8Array {
    const own: Path = ['devices', this.#listed('devices', index, path), 'fields']
    const { fields } = recordOf((this.root.devices as unknown[])[index as number], own.slice(0, -1))
    if (isOpaqueMember(fields)) {
      return joinedRun(this.source.run(fields.opaque, [...own, 'opaque']))
    }
    const device = this.description()?.devices[this.#fulls - 1]
    if (device === undefined) throw refused(own, 'a device that the description of the stream has', 'another')
    return atPath(own, () => this.source.device(fields, device))
  }

  #config(index: unknown, path: Path): Uint8Array {
    const own: Path = ['vfio', this.#listed('vfio', index, path)]
    const { name, sectionId, records, deviceState, ...state } = recordOf(
      (this.root.vfio as unknown[])[index as number],
      own,
    )
    return atPath(own, () => this.source.config(state))
  }

  /** The index of an entry of a list that is there. */
  #listed(list: string, index: unknown, path: Path): PathPart {
    const entries = arrayOf(this.root[list], [list])
    if (typeof index === 'number' && index in entries) return index
    throw refused(
      path,
      `an index into ${list}, of which there are ${entries.length}`,
      JSON.stringify(index) ?? 'nothing',
    )
  }

  /** The description at the end of the stream, which says how devices are written; undefined where there is none. */
  description(): VmDescription | undefined {
    if (this.#description !== undefined) return this.#description.found
    const path: Path = ['elements']
    const all = arrayOf(this.root.elements, path)
    const index = all.findLastIndex((one) => recordOf(one, path).json !== undefined)
    const run = index < 0 ? undefined : recordOf(all[index], path).json
    const bytes = run === undefined ? undefined : joinedRun(this.source.run(run, [...path, index, 'json']))
    this.#description = { found: bytes && readVmDescription(bytes).description }
    return this.#description.found
  }
}

function isFull({ section }: Members): boolean {
  return (section as { kind?: unknown } | undefined)?.kind === 'FULL'
}

const isOpaqueMember = (fields: unknown): fields is { opaque: unknown } =>
  isOpaque(fields) || (typeof fields === 'object' && fields !== null && Object.keys(fields).join() === 'opaque')

/** The bytes of a run, of which each piece may be valid until the next one only. */
const joinedRun = (pieces: Iterable<Uint8Array>) => joined(Array.from(pieces, (piece) => new Uint8Array(piece)))

const refused = (path: Path, expected: string, found: string) =>
  new EncodeError({ code: 'layout/wrong-type', path, expected, found })
