import { DecodeError } from '../findings/index.ts'
import { joined, through, toView } from '../layout/index.ts'
import { recordHeaderCodec } from './codecs.ts'
import { LONGEST_PAYLOAD, padded, RECORD_HEADER, recordAt, type StreamRecord, sumUp } from './record.ts'

/** Bytes in front of deflate data: how many there are when it is inflated, u64 little-endian. */
const LENGTH = 8

/** The compressed payload of a record: length of the bytes (u64 little-endian), then raw deflate data (RFC 1951). */
export async function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [new Uint8Array(LENGTH)]
  for await (const piece of through(new CompressionStream('deflate-raw'), [bytes])) pieces.push(piece)
  const payload = joined(pieces)
  toView(payload).setBigUint64(0, BigInt(bytes.length), true)
  return payload
}

/**
 * The bytes of a compressed payload.
 *
 * @throws DecodeError where they are more than `maxBytes` (default 16 MiB, the most that the format allows), or not what the payload states
 */
export async function inflated(
  payload: Uint8Array,
  { maxBytes = LONGEST_PAYLOAD }: { readonly maxBytes?: number } = {},
): Promise<Uint8Array> {
  const refuse = (code: string, expected: string, found: string) =>
    new DecodeError({ code, path: [], offset: 0, expected, found })
  if (payload.length < LENGTH) throw refuse('layout/ended-early', `${LENGTH} bytes of length`, `${payload.length}`)
  const stated = toView(payload).getBigUint64(0, true)
  if (stated > maxBytes) throw refuse('layout/number-too-large', `at most ${maxBytes} bytes`, `${stated}`)
  const length = Number(stated)
  const pieces: Uint8Array[] = []
  let filled = 0
  try {
    for await (const piece of through(new DecompressionStream('deflate-raw'), [payload.subarray(LENGTH)])) {
      pieces.push(piece)
      filled += piece.length
      if (filled > length) break
    }
  } catch (error) {
    throw refuse('layout/damaged-part', 'deflate data', `what the inflater refuses (${(error as Error).message})`)
  }
  if (filled !== length) {
    throw refuse('layout/length-mismatch', `${length} inflated bytes`, filled > length ? 'more' : `${filled}`)
  }
  return joined(pieces)
}

/** Inflates raw deflate data at once. @throws an error where it is none, more than `most` bytes, or not the whole input */
export type InflateAtOnce = (data: Uint8Array, most: number) => Uint8Array

let inflateAtOnce: InflateAtOnce | undefined

/** Lets readers look into compressed payloads while they read. The platform's own way makes them wait. */
export function useInflateAtOnce(inflate: InflateAtOnce): void {
  inflateAtOnce = inflate
}

/** What is wrong with a compressed payload; of its deflate data only where `useInflateAtOnce` was called. */
export function deflateProblem(payload: Uint8Array): string | undefined {
  if (payload.length < LENGTH) return `is compressed and has ${payload.length} bytes, too few for its length`
  const stated = toView(payload).getBigUint64(0, true)
  if (stated > LONGEST_PAYLOAD) return `states ${stated} bytes before compression, more than ${LONGEST_PAYLOAD}`
  let found: number | undefined
  try {
    found = inflateAtOnce?.(payload.subarray(LENGTH), Number(stated)).length
  } catch (error) {
    return `cannot be inflated to the ${stated} bytes that it states (${(error as Error).message})`
  }
  return found === undefined || found === Number(stated) ? undefined : `states ${stated} bytes, and has ${found}`
}

/** A record with its payload inflated; one that is not compressed as it is. @throws DecodeError */
export async function inflatedRecord(
  record: StreamRecord,
  limits: { readonly maxBytes?: number } = {},
): Promise<StreamRecord> {
  const { header, payload } = record
  if (!header.flags.deflated || !(payload instanceof Uint8Array)) return record
  return withContent(record, await inflated(payload, limits))
}

/** The record inflated where `useInflateAtOnce` was called and its payload is sound; else as it is. */
export function inflatedHere(record: StreamRecord): StreamRecord {
  const { header, payload } = record
  if (inflateAtOnce === undefined || !header.flags.deflated) return record
  if (!(payload instanceof Uint8Array) || deflateProblem(payload) !== undefined) return record
  const stated = Number(toView(payload).getBigUint64(0, true))
  return withContent(record, inflateAtOnce(payload.subarray(LENGTH), stated))
}

/** A compressed record as it would stand with the content that its payload was made from. */
export function withContent({ header }: StreamRecord, content: Uint8Array): StreamRecord {
  const flags = { ...header.flags, deflated: false }
  const bytes = new Uint8Array(RECORD_HEADER + padded(content.length))
  bytes.set(recordHeaderCodec.encode({ ...header, flags, length: BigInt(content.length) }))
  bytes.set(content, RECORD_HEADER)
  sumUp(bytes)
  return recordAt(bytes, toView(bytes), 0, bytes.length).record
}
