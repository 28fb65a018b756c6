import type fc from 'fast-check'
import { type ByteOrder, completeOptions, type OptionValues } from '../layout/index.ts'
import { infoCapabilityCodec, type RegionInfo, regionInfoFormat, regionInfoHeadCodec } from '../vfio/index.ts'
import { makeValue } from './arbitrary.ts'
import { type Tape, tapes } from './tape.ts'

const FIXED = 32
const bodies = regionInfoFormat.structures.filter(({ type }) => type.name.startsWith('vfio-region-cap-'))

/** Region information with capabilities anywhere in the bytes behind the fixed part, in any chain order. */
export function arbitraryRegionInfo(given?: OptionValues): fc.Arbitrary<RegionInfo> {
  const options = completeOptions(regionInfoFormat.options, given)
  const order = { byteOrder: options.byteOrder as ByteOrder }
  return tapes(300).map((tape) => regionInfoFormat.decode(makeRegionInfo(tape, order), options))
}

/** Bytes of one. */
export function makeRegionInfo(tape: Tape, order: { byteOrder: ByteOrder }): Uint8Array {
  const bytes = tape.bytes(FIXED + 8 * tape.below(48))
  const places: number[] = []
  for (let at = FIXED; at + 8 <= bytes.length && places.length < 5; ) {
    const id = tape.below(4) + 1
    const body = bodies[id - 1]
    const content = body === undefined ? tape.bytes(8) : body.encode(makeValue(body.type, tape), order)
    if (at + 8 + content.length > bytes.length) break
    bytes.set(infoCapabilityCodec.encode({ id, version: 1, next: 0 }, order), at)
    bytes.set(content, at + 8)
    places.splice(tape.below(places.length + 1), 0, at)
    at += 8 + content.length + (tape.rarely(4) ? 8 * tape.below(3) : 0)
  }
  for (const [index, place] of places.entries()) {
    const { id, version } = infoCapabilityCodec.decodePrefix(bytes.subarray(place), order).value
    bytes.set(infoCapabilityCodec.encode({ id, version, next: places[index + 1] ?? 0 }, order), place)
  }
  const head = makeValue(regionInfoHeadCodec.type, tape) as unknown as Parameters<typeof regionInfoHeadCodec.encode>[0]
  head.flags.caps = places.length > 0
  head.capOffset = places[0] ?? 0
  head.argsz = bytes.length - (tape.rarely(8) ? 8 : 0)
  bytes.set(regionInfoHeadCodec.encode(head, order))
  return bytes
}
