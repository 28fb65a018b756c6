import type fc from 'fast-check'
import {
  type BitsType,
  type ByteOrder,
  completeOptions,
  type Format,
  joined,
  type OptionValues,
} from '../layout/index.ts'
import { type InfoSpec, infoCapabilityCodec } from '../vfio/index.ts'
import { makeValue } from './arbitrary.ts'
import { type Tape, tapes } from './tape.ts'

/** Sizes that the fixed part can have: from its least on, in steps of 4, three at most. */
const STEPS = [0, 4, 8]

/** Information structures with capabilities anywhere in the bytes behind the fixed part, in any chain order. */
export function arbitraryInfo(spec: InfoSpec, format: Format) {
  return (given?: OptionValues): fc.Arbitrary<unknown> => {
    const { options, order } = settings(format, given)
    return tapes(300).map((tape) => format.decode(makeInfo(spec, tape, order), options))
  }
}

/** A few of them, one after another. */
export function arbitraryInfoList(spec: InfoSpec, format: Format) {
  return (given?: OptionValues): fc.Arbitrary<unknown> => {
    const { options, order } = settings(format, given)
    return tapes(600).map((tape) => {
      const parts = Array.from({ length: 1 + tape.below(4) }, () => makeInfo(spec, tape, order))
      return format.decode(joined(parts), options)
    })
  }
}

function settings(format: Format, given: OptionValues | undefined) {
  const options = completeOptions(format.options, given)
  return { options, order: { byteOrder: options.byteOrder as ByteOrder } }
}

/** Bytes of one. */
export function makeInfo(spec: InfoSpec, tape: Tape, order: { byteOrder: ByteOrder }): Uint8Array {
  const { bodies, least, capOffsetAt } = spec
  const start = least + (least > capOffsetAt ? 0 : tape.pick(STEPS))
  const hasOffset = start >= capOffsetAt + 4
  const bytes = tape.bytes(start + (hasOffset ? 8 * tape.below(48) : 0))
  const ids = Object.keys(bodies).map(Number)
  const unknown = Math.max(...ids) + 1
  const places: number[] = []
  for (let at = start; hasOffset && at + 8 <= bytes.length && places.length < 5; ) {
    const id = tape.pick([...ids, unknown])
    const body = bodies[id]
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
  const view = new DataView(bytes.buffer)
  const little = order.byteOrder === 'little'
  const mask = 2 ** ((spec.head.type.fields.flags as BitsType).members.caps?.low ?? 0)
  const flags = tape.below(0x200) | mask
  view.setUint32(0, bytes.length - (tape.rarely(8) ? 8 : 0), little)
  view.setUint32(4, places.length > 0 ? flags : flags - mask, little)
  if (hasOffset) view.setUint32(capOffsetAt, places[0] ?? 0, little)
  return bytes
}
