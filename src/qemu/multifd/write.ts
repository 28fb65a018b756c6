import { atPath, EncodeError, type Path } from '../../findings/index.ts'
import {
  arrayOf,
  type Codec,
  isOpaque,
  type Json,
  lengthMismatch,
  type Resolve,
  recordOf,
  refuseStrangers,
  runOf,
  toHex,
} from '../../layout/index.ts'
import { runLength, runPieces } from '../channel-format.ts'
import * as packet from './packet.ts'

type Members = Record<string, unknown>

/** How parts are written: from a value, or from its JSON. */
interface Form {
  /** A header, checked. */
  header(codec: Codec, part: unknown, capacity: number | undefined): Members
  length(run: unknown, path: Path): number
  pieces(run: unknown, path: Path): Iterable<Uint8Array>
}

/** The bytes of a channel, part by part. @throws EncodeError */
export function multifdPieces(value: packet.MultifdChannel): Generator<Uint8Array> {
  return pieces(value, {
    header: (_, part) => part as Members,
    length: (run, path) => runOf(run, path).length,
    pieces: (run, path) => [runOf(run, path)],
  })
}

/** The bytes of a channel that stands in JSON, part by part. @throws EncodeError */
export function multifdJsonPieces(json: Json, resolve: Resolve): Generator<Uint8Array> {
  return pieces(json, {
    header: (codec, part, capacity) => codec.fromJson(part as Json, parametersOf(capacity)) as Members,
    length: (run, path) => runLength(run as Json, path),
    pieces: (run, path) => runPieces(run as Json, resolve, path),
  })
}

/** A channel as JSON, with all its bytes. */
export function multifdToJson({ init, packets }: packet.MultifdChannel): Json {
  return { init: packet.multifdInitCodec.toJson(init), packets: packets.map(packetToJson) }
}

function packetToJson(one: packet.MultifdPacket): Json {
  if (isOpaque(one)) return { opaque: toHex(one.opaque) }
  const payload = one.payload === undefined ? {} : { payload: toHex(one.payload) }
  if (!('instanceId' in one.header)) return { header: packet.multifdPagesHeaderCodec.toJson(one.header), ...payload }
  const { part } = one as packet.MultifdDevicePacket
  return {
    header: packet.multifdDeviceHeaderCodec.toJson(one.header),
    ...(part === undefined ? {} : { part: packet.multifdDevicePartCodec.toJson(part) }),
    ...payload,
  }
}

function* pieces(value: unknown, form: Form): Generator<Uint8Array> {
  const members = recordOf(value, [])
  refuseStrangers(members, ['init', 'packets'], [])
  yield written(packet.multifdInitCodec, members.init, ['init'], form)
  const packets = arrayOf(members.packets, ['packets'])
  for (const [index, one] of packets.entries()) {
    const path = ['packets', index]
    const parts = recordOf(one, path)
    if (Object.keys(parts).join() === 'opaque') yield* form.pieces(parts.opaque, [...path, 'opaque'])
    else yield* packetPieces(parts, path, form, index === packets.length - 1)
  }
}

function* packetPieces(members: Members, path: Path, form: Form, isLast: boolean): Generator<Uint8Array> {
  const header = recordOf(members.header, [...path, 'header'])
  const isDevice = 'instanceId' in header
  refuseStrangers(members, isDevice ? ['header', 'part', 'payload'] : ['header', 'payload'], path)
  const bytes = isDevice
    ? written(packet.multifdDeviceHeaderCodec, header, [...path, 'header'], form)
    : pagesHeader(header, [...path, 'header'], form)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (packet.isDeviceState(view, 0) !== isDevice) {
    const expected = isDevice ? 'true: the packet is of a device' : 'false: the packet is of pages'
    throw new EncodeError({
      code: 'layout/wrong-type',
      path: [...path, 'header', 'flags', 'deviceState'],
      expected,
      found: String(!isDevice),
    })
  }
  yield bytes
  let wanted = isDevice ? packet.multifdDeviceHeaderCodec.decode(bytes).nextPacketSize : pagesFollowing(bytes)
  if (members.part !== undefined) {
    yield written(packet.multifdDevicePartCodec, members.part, [...path, 'part'], form)
    wanted -= packet.PART_BYTES
  }
  const run = members.payload
  const below = [...path, 'payload']
  const length = run === undefined ? 0 : form.length(run, below)
  // What ends early is the end of the channel.
  if (length !== wanted && !(isLast && length < wanted)) {
    throw lengthMismatch(below, `${wanted} bytes, as the header says`, `${length}`)
  }
  if (run !== undefined) yield* form.pieces(run, below)
}

function pagesHeader(header: Members, path: Path, form: Form): Uint8Array {
  const capacity = arrayOf(header.offsets, [...path, 'offsets']).length
  if (!packet.PAGE_SIZES.some((size) => packet.capacityOf(size) === capacity)) {
    const sizes = packet.PAGE_SIZES.map(packet.capacityOf).sort((a, b) => a - b)
    throw lengthMismatch([...path, 'offsets'], `one of ${sizes.join(', ')} offsets`, `${capacity}`)
  }
  return written(packet.multifdPagesHeaderCodec, header, path, form, capacity)
}

function pagesFollowing(bytes: Uint8Array): number {
  const capacity = (bytes.length - packet.pagesHeaderBytes(0)) / 8
  const header = packet.multifdPagesHeaderCodec.decode(bytes, parametersOf(capacity))
  return packet.pagesBytes(header, capacity) ?? 0
}

function written<C extends Codec>(codec: C, part: unknown, path: Path, form: Form, capacity?: number): Uint8Array {
  return atPath(path, () =>
    codec.encode(form.header(codec, recordOf(part, []), capacity) as never, parametersOf(capacity)),
  )
}

const parametersOf = (capacity: number | undefined) => (capacity === undefined ? {} : { parameters: { capacity } })
