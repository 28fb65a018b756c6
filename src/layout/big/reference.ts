import { EncodeError, type Path } from '../../findings/index.ts'
import { sha256, sha256Of } from '../../hash/index.ts'
import { type Json, toHex } from '../json.ts'
import { BYTES_SCHEMA, type JsonSchema } from '../schema.ts'

/** Runs of more bytes than this stand in the JSON of a stream as a reference into its file: 64 KiB. */
export const LONGEST_IN_JSON = 65536

/** Bytes that stand elsewhere: in the file that was decoded. */
export interface BytesReference {
  /** First byte in the file. */
  readonly offset: number
  readonly length: number
  /** 64 digits of lower-case hexadecimal. */
  readonly sha256: string
}

/** JSON Schema of a run of bytes in the JSON of a stream: hexadecimal, or a reference. */
export const RUN_SCHEMA: JsonSchema = {
  anyOf: [
    BYTES_SCHEMA,
    {
      type: 'object',
      required: ['$bytes'],
      additionalProperties: false,
      properties: {
        $bytes: {
          type: 'object',
          required: ['offset', 'length', 'sha256'],
          additionalProperties: false,
          properties: { offset: { type: 'integer' }, length: { type: 'integer' }, sha256: { type: 'string' } },
        },
      },
    },
  ],
}

/** Gives the bytes of a reference, checked against its digest, in pieces. @throws EncodeError where they are not those */
export type Resolve = (reference: BytesReference, path: Path) => Iterable<Uint8Array>

/** For JSON that nothing is at hand for which references could be into. @throws EncodeError always */
export const noReferences: Resolve = ({ offset, length }, path) => {
  const found = `a reference to ${length} bytes at ${offset}`
  throw new EncodeError({ code: 'layout/wrong-type', path, expected: 'the bytes themselves', found })
}

/** A reference to bytes; `offset` is where they lie in the file. */
export function referenceJson(bytes: Uint8Array, offset: number): Json {
  return { $bytes: { offset, length: bytes.length, sha256: toHex(sha256Of(bytes)) } }
}

/** The reference that a piece of JSON is; undefined where it is something else. @throws EncodeError for half of one */
export function referenceOf(json: unknown, path: Path): BytesReference | undefined {
  if (json === null || typeof json !== 'object' || !Object.hasOwn(json, '$bytes')) return undefined
  const { $bytes: reference } = json as { $bytes: Partial<BytesReference> | null }
  const { offset, length, sha256: digest } = reference ?? {}
  const isWhole = isCount(offset) && isCount(length) && typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest)
  if (isWhole && Object.keys(json).length === 1) return { offset, length, sha256: digest }
  const expected = '{ "$bytes": { "offset", "length", "sha256" } }'
  throw new EncodeError({ code: 'layout/wrong-type', path, expected, found: JSON.stringify(json).slice(0, 80) })
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** Passes the pieces of a reference on and checks them on the way. @throws EncodeError where they are not those */
export function* checkedPieces(
  pieces: Iterable<Uint8Array>,
  { length, sha256: expected }: BytesReference,
  path: Path,
): Generator<Uint8Array> {
  const digest = sha256()
  let left = length
  for (const piece of pieces) {
    digest.update(piece)
    left -= piece.length
    yield piece
  }
  const found = toHex(digest.digest())
  if (left === 0 && found === expected) return
  const facts = left === 0 ? { expected: `bytes with SHA-256 ${expected}`, found } : shorter(length, length - left)
  throw new EncodeError({ code: 'layout/other-bytes', path, ...facts })
}

const shorter = (expected: number, found: number) => ({ expected: `${expected} bytes`, found: `${found}` })

/** The same JSON with bytes in place of every reference: what is decoded next, so no larger than one part of a stream. */
export function withBytes(json: Json, resolve: Resolve, path: Path): Json {
  if (json === null || typeof json !== 'object') return json
  if (Array.isArray(json)) return json.map((element, index) => withBytes(element, resolve, [...path, index]))
  const reference = referenceOf(json, path)
  if (reference !== undefined) return gathered(resolve(reference, path), reference.length) as unknown as Json
  return Object.fromEntries(
    Object.entries(json).map(([name, member]) => [name, withBytes(member, resolve, [...path, name])]),
  )
}

function gathered(pieces: Iterable<Uint8Array>, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
