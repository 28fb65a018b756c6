import type fc from 'fast-check'
import { type Format, joined } from '../layout/index.ts'
import {
  type DeviceParts,
  devicePartCodec,
  devicePartsFormat,
  type Mlx5State,
  mlx5RecordHeaderCodec,
  mlx5StateFormat,
  type OpaqueBlob,
  type VirtioState,
  virtioRecordHeaderCodec,
  virtioStateFormat,
} from '../vf-state/index.ts'
import { makeValue } from './arbitrary.ts'
import { type Tape, tapes } from './tape.ts'

const CHOICES = 500

/** Streams of mlx5: hints and images in any order, now and then a record that is cut or of an unknown tag. */
export function arbitraryMlx5State(): fc.Arbitrary<Mlx5State> {
  return tapes(CHOICES).map((tape) => {
    const make = () => record(tape, tape.pick([1, 0, 0, 2]), (tag) => tape.bytes(tag === 1 ? 8 : tape.below(64)))
    return mlx5StateFormat.decode(manyOf(tape, make))
  })
}

/** Device parts of any types in any order. */
export function arbitraryDeviceParts(): fc.Arbitrary<DeviceParts> {
  return tapes(CHOICES).map((tape) => devicePartsFormat.decode(makeParts(tape)))
}

/** Streams of virtio: mostly one record of device parts. */
export function arbitraryVirtioState(): fc.Arbitrary<VirtioState> {
  return tapes(CHOICES).map((tape) => {
    const make = () => record(tape, tape.rarely(6) ? 1 : 0, () => makeParts(tape))
    return virtioStateFormat.decode(tape.rarely(4) ? manyOf(tape, make) : make())
  })
}

/** Bytes that are opaque: zeros, text, noise and records, one behind the other. */
export function arbitraryBlob(format: Format<OpaqueBlob>): fc.Arbitrary<OpaqueBlob> {
  return tapes(64).map((tape) => {
    const parts = Array.from({ length: tape.below(5) }, () => tape.bytes(tape.below(tape.rarely(4) ? 2000 : 64)))
    const record = tape.bytes(8 + 4 * tape.below(6))
    for (let left = tape.rarely(4) ? tape.below(64) : 0; left > 0; left--) parts.push(record)
    return format.decode(joined(parts))
  })
}

function record(tape: Tape, tag: number, payload: (tag: number) => Uint8Array): Uint8Array {
  const content = payload(tag)
  const header = tag > 0 && tape.rarely(2) ? mlx5RecordHeaderCodec : virtioRecordHeaderCodec
  const flags = { optional: tape.rarely(3), reserved: 0 }
  const bytes = header.encode({ recordSize: BigInt(content.length), flags, tag })
  return joined([bytes, content])
}

function makeParts(tape: Tape): Uint8Array {
  return manyOf(tape, () => {
    const part = devicePartCodec.encode(makeValue(devicePartCodec.type, tape) as never)
    // A part that was made as if it were cut would take the bytes of the next one.
    part[12] = part.length - 16
    return part
  })
}

/** One to five of them; seldom the last one is cut, or bytes follow that are none. */
function manyOf(tape: Tape, make: () => Uint8Array): Uint8Array {
  const parts = [make()]
  for (let left = tape.below(5); left > 0; left--) parts.push(make())
  if (tape.rarely(5)) parts.push(tape.bytes(1 + tape.below(15)))
  const bytes = joined(parts)
  return tape.rarely(8) ? bytes.subarray(0, Math.max(16, bytes.length - tape.below(24))) : bytes
}
