import { EncodeError, type Finding, type Path } from '../../findings/index.ts'
import {
  BYTES_SCHEMA,
  bytesFromJson,
  completeOptions,
  describe,
  type Format,
  type Json,
  type JsonSchema,
  recordOf,
  refuseStrangers,
  runOf,
  toBytes,
  toHex,
} from '../../layout/index.ts'
import { blobCodes, blobWriteCodes } from './codes.ts'
import { blobFields } from './fields.ts'
import { type ByteProfile, profileOf } from './profile.ts'
import { profileSchema } from './schema.ts'

/** Bytes that stay what they are, and what their statistics say. */
export interface OpaqueBlob {
  bytes: Uint8Array
  /** For readers; computed anew by whoever writes, and refused where it contradicts the bytes. */
  profile: ByteProfile
}

const MEMBERS = ['bytes', 'profile']

interface BlobFacts extends Pick<Format, 'name' | 'title' | 'source' | 'evidence' | 'codes'> {
  /** Why the bytes are opaque, one sentence. */
  readonly reason: string
  /** What is said besides that there is nothing, or nothing but zeros. */
  judge(blob: OpaqueBlob): Finding[]
}

/** The format of bytes that nobody but a device understands. Any bytes are of it. */
export function blobFormat(facts: BlobFacts): Format<OpaqueBlob> {
  const { name, title, source, evidence, codes, reason, judge } = facts
  const options = {}
  const read = (input: Parameters<typeof toBytes>[0]): OpaqueBlob => {
    const bytes = toBytes(input)
    return { bytes, profile: profileOf(bytes, reason) }
  }
  return {
    ...{ name, title, source, evidence, options },
    ksy: 'none',
    structures: [],
    codes: { ...blobCodes.entries, ...blobWriteCodes.entries, ...codes },
    automatic: false,
    detect: () => 0,
    decode(input, given) {
      completeOptions(options, given)
      return read(input)
    },
    encode: (value) => writeBlob(value, reason),
    inspect(input) {
      const value = read(input)
      return { value, findings: [...emptiness(value), ...judge(value)] }
    },
    fields(input) {
      const { bytes, profile } = read(input)
      return blobFields(bytes, profile)
    },
    toJson: ({ bytes, profile }) => ({ bytes: toHex(bytes), profile: profile as unknown as Json }),
    fromJson(json) {
      const given = recordOf(json, []) as { [name: string]: Json }
      refuseStrangers(given, MEMBERS, [])
      const { bytes, profile } = given
      const run = bytesFromJson(bytes, ['bytes'])
      return {
        bytes: run,
        profile: profile === undefined ? profileOf(run, reason) : (profile as unknown as ByteProfile),
      }
    },
    schema: (): JsonSchema => {
      const properties = { bytes: BYTES_SCHEMA, profile: profileSchema() }
      return { type: 'object', properties, required: ['bytes'], additionalProperties: false }
    },
  }
}

function emptiness({ bytes, profile }: OpaqueBlob): Finding[] {
  const place = { offset: 0, length: bytes.length, path: ['bytes'] }
  if (bytes.length === 0) return [blobCodes.finding('vf-state/blob-empty', 'There are no bytes.', place)]
  if (profile.reading !== 'zero' || profile.examined < bytes.length) return []
  return [blobCodes.finding('vf-state/blob-zero', `All ${bytes.length} bytes are zero.`, place)]
}

function writeBlob(value: unknown, reason: string): Uint8Array {
  const given = recordOf(value, [])
  refuseStrangers(given, MEMBERS, [])
  const { bytes, profile } = given
  const run = runOf(bytes, ['bytes'])
  if (profile !== undefined) compare(profile, profileOf(run, reason), ['profile'])
  return run
}

/** Refuses what is not as it follows from the bytes, with its path. */
function compare(given: unknown, right: unknown, path: Path): void {
  if (right === null || typeof right !== 'object') {
    if (given !== right) throw contradiction(path, describe(right), given)
    return
  }
  if (given === null || typeof given !== 'object' || Array.isArray(given) !== Array.isArray(right)) {
    throw contradiction(path, describe(right), given)
  }
  const isList = Array.isArray(right)
  const names = new Set([...Object.keys(right), ...Object.keys(given)])
  for (const name of names) {
    const [ours, theirs] = [(right as Record<string, unknown>)[name], (given as Record<string, unknown>)[name]]
    compare(theirs, ours, [...path, isList ? Number(name) : name])
  }
}

function contradiction(path: Path, right: string, given: unknown): EncodeError {
  const expected = `${right}, which follows from the bytes`
  return new EncodeError({ code: 'vf-state/blob-contradiction', path, expected, found: describe(given) })
}
