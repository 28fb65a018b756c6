import { closeSync, openSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { EncodeError, type Path, printPath } from '../../findings/index.ts'
import { sha256Of } from '../../hash/index.ts'
import type { Json, Resolve } from '../../layout/index.ts'
import { fromHex, toHex } from '../../layout/index.ts'
import { jsonPieces, LONGEST_PAYLOAD } from '../../stream/index.ts'
import { systemProblem } from '../complain.ts'
import { Complaint } from '../complaint.ts'
import { deflatedAgain } from './deflate-again.ts'
import { filePieces } from './file-pieces.ts'
import type { FilePlace } from './folder-writer.ts'

/** Bytes of a file in the folder, and what compressing them gives where the stream has them compressed. */
interface FileReference extends FilePlace {
  readonly deflated?: {
    readonly length: number
    readonly sha256: string
    /** Bytes that stand in front of those of the file. */
    readonly head: Uint8Array
  }
}

/** The stream that a manifest and the files beside it make. */
interface ManifestStream {
  /** Files that it is made from. */
  readonly inputs: readonly string[]
  pieces(): Iterable<Uint8Array>
}

/** @throws Complaint before anything is written */
export function manifestStream(path: string): ManifestStream {
  const files = new Files(dirname(path), path)
  const value = files.withReferences(manifestValue(path), ['value'])
  return { inputs: [path, ...files.inputs], pieces: () => complaining(path, jsonPieces(value, files.resolve)) }
}

function* complaining(name: string, pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  try {
    yield* pieces
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error
    const { path, expected, found } = error
    throw new Complaint(`${name}: ${printPath(['value', ...path])}: expected ${expected}, found ${found}.`)
  }
}

function manifestValue(path: string): Json {
  const refuse = (problem: string) => new Complaint(`${path} is no manifest of vfmig unpack: ${problem}.`)
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (systemProblem(error) !== undefined) throw error
    throw refuse(`it is not JSON (${(error as Error).message})`)
  }
  const { vfmig, format, value } = (json ?? {}) as { [name: string]: Json | undefined }
  if (vfmig !== 1) throw refuse('its member "vfmig" is not 1')
  if (format !== 'migration-stream') throw refuse('its member "format" is not "migration-stream"')
  if (value === undefined) throw refuse('its member "value" is missing')
  return value
}

/** The files that a manifest speaks of. */
class Files {
  readonly #references: FileReference[] = []
  /** Path in the file system and size by the path in the manifest. */
  readonly #known = new Map<string, { readonly path: string; readonly size: number }>()
  readonly #folder: string

  constructor(
    folder: string,
    readonly manifest: string,
  ) {
    this.#folder = realpathSync(folder)
  }

  /** The files that were spoken of. */
  get inputs(): string[] {
    return Array.from(this.#known.values(), ({ path }) => path)
  }

  /** The same JSON where references to files stand as references by number. */
  withReferences(json: Json, path: Path): Json {
    if (json === null || typeof json !== 'object') return json
    if (Array.isArray(json)) return json.map((element, index) => this.withReferences(element, [...path, index]))
    if (Object.hasOwn(json, '$bytes')) {
      throw this.#refuse(path, 'bytes of a manifest stand in files, so it has $file instead of $bytes')
    }
    if (Object.hasOwn(json, '$file')) return this.#numbered(json, path)
    return Object.fromEntries(
      Object.entries(json).map(([name, member]) => [name, this.withReferences(member, [...path, name])]),
    )
  }

  readonly resolve: Resolve = ({ offset: number }, path) => {
    const reference = this.#references[number] as FileReference
    const { deflated } = reference
    if (deflated === undefined) return this.#pieces(reference, path)
    const payload = deflatedAgain(Buffer.concat([deflated.head, ...this.#pieces(reference, path)]))
    if (payload.length === deflated.length && toHex(sha256Of(payload)) === deflated.sha256) return [payload]
    throw this.#refuse(['value', ...path], `${reference.path} does not compress to the payload that the stream had`)
  }

  #numbered(json: { [name: string]: Json }, path: Path): Json {
    const reference = referenceOf(json)
    if (reference === undefined) {
      throw this.#refuse(path, 'a reference to a file is { "$file": { "path", "offset", "length" } }')
    }
    const { path: name, offset, length, deflated } = reference
    const { size } = this.#file(name, path)
    if (offset + length > size) {
      throw this.#refuse(path, `${name} has ${size} bytes, too few for ${length} at offset ${offset}`)
    }
    // Runs that are no record may have any length; they are passed on in pieces.
    const isPart = path[1] === 'records' && path[3] === 'payload'
    if (isPart && Math.max(length + (deflated?.head.length ?? 0), deflated?.length ?? 0) > LONGEST_PAYLOAD) {
      throw this.#refuse(path, `a payload has at most ${LONGEST_PAYLOAD} bytes`)
    }
    this.#references.push(reference)
    const number = this.#references.length - 1
    return { $bytes: { offset: number, length: deflated?.length ?? length, sha256: NO_DIGEST } }
  }

  /** Where a file is, once it is sure that it is one, and in the folder. */
  #file(name: string, path: Path): { readonly path: string; readonly size: number } {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const parts = name.split('/')
    if (name === '' || /[\\\0]|^[A-Za-z]:/.test(name) || parts.some((part) => part === '..' || part === '')) {
      throw this.#refuse(path, `${JSON.stringify(name)} is no path below the folder of the manifest`)
    }
    let real: string
    try {
      real = realpathSync(join(this.#folder, ...parts))
    } catch (error) {
      throw this.#refuse(path, `${name}: ${systemProblem(error) ?? (error as Error).message}`)
    }
    if (!real.startsWith(this.#folder.endsWith(sep) ? this.#folder : `${this.#folder}${sep}`)) {
      throw this.#refuse(path, `${name} leads out of the folder of the manifest`)
    }
    const facts = statSync(real)
    if (!facts.isFile()) throw this.#refuse(path, `${name} is not a file`)
    const file = { path: real, size: facts.size }
    this.#known.set(name, file)
    return file
  }

  *#pieces({ path: name, offset, length }: FileReference, path: Path): Generator<Uint8Array> {
    const file = openSync(this.#file(name, path).path, 'r')
    try {
      let left = length
      for (const piece of filePieces(file, name, { offset, length })) {
        left -= piece.length
        yield piece
      }
      if (left > 0) throw this.#refuse(['value', ...path], `${name} became shorter while it was read`)
    } finally {
      closeSync(file)
    }
  }

  #refuse(path: Path, problem: string): Complaint {
    return new Complaint(`${this.manifest}: ${printPath(path)}: ${problem}.`)
  }
}

const NO_DIGEST = '0'.repeat(64)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function referenceOf(json: { [name: string]: Json }): FileReference | undefined {
  const { $file: reference, ...besides } = json
  if (reference === null || typeof reference !== 'object' || Object.keys(besides).length > 0) return undefined
  const { path, offset, length, deflated, ...strangers } = reference as { [name: string]: Json }
  if (typeof path !== 'string' || !isCount(offset) || !isCount(length)) return undefined
  if (Object.keys(strangers).length > 0) return undefined
  if (deflated === undefined) return { path, offset, length }
  const { length: stored, sha256, head = '', ...others } = (deflated ?? {}) as { [name: string]: Json }
  const before = typeof head === 'string' ? fromHex(head) : undefined
  if (!isCount(stored) || typeof sha256 !== 'string' || before === undefined) return undefined
  if (Object.keys(others).length > 0) return undefined
  return { path, offset, length, deflated: { length: stored, sha256, head: before } }
}
