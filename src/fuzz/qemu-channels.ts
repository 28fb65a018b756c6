import type fc from 'fast-check'
import { completeOptions, joined, type OptionValues } from '../layout/index.ts'
import {
  capacityOf,
  type MultifdChannel,
  multifdChannelFormat,
  multifdDeviceHeaderCodec,
  multifdDevicePartCodec,
  multifdInitCodec,
  multifdPagesHeaderCodec,
  PAGE_SIZES,
  pagesBytes,
  type ReturnPath,
  returnPathFormat,
  returnPathMessageCodec,
} from '../qemu/index.ts'
import { makeValue } from './arbitrary.ts'
import { type Tape, tapes } from './tape.ts'

const CHOICES = 600
const BLOCKS = ['pc.ram', 'pc.bios', '/rom@etc/acpi/tables', '']
const COMPRESSIONS = ['none', 'none', 'zlib', 'zstd', 'qpl', 'uadk', 'qatzip', 3] as const
const RECV_BITMAP = 'RECV_BITMAP'
const MARK = 0x0123456789abcdefn

/** Multifd channels of packets of every kind, now and then with bytes that are none, or cut. */
export function arbitraryMultifdChannel(given?: OptionValues): fc.Arbitrary<MultifdChannel> {
  const { pageSize } = completeOptions(multifdChannelFormat.options, given)
  return tapes(CHOICES).map((tape) => {
    // Few offsets in most cases, so that a channel is not long.
    const size = pageSize === 'auto' ? tape.pick([65536, 65536, ...PAGE_SIZES]) : Number(pageSize)
    const init = multifdInitCodec.encode(makeValue(multifdInitCodec.type, tape) as MultifdChannel['init'])
    const packets = Array.from({ length: tape.below(5) }, () => {
      if (tape.rarely(8)) return tape.bytes(1 + tape.below(40))
      return tape.below(3) === 0 ? makeDevicePacket(tape) : makePages(tape, capacityOf(size))
    })
    const bytes = joined([init, ...packets])
    // The first packet stays: without it the bytes are no channel.
    const end = tape.rarely(6) ? Math.max(init.length, bytes.length - tape.below(400)) : bytes.length
    return multifdChannelFormat.decode(bytes.subarray(0, end), given)
  })
}

function makePages(tape: Tape, capacity: number): Uint8Array {
  const parameters = { capacity }
  const isSync = tape.rarely(3)
  const normalPages = isSync ? 0 : tape.rarely(16) ? capacity + 1 : tape.below(2)
  const zeroPages = isSync ? 0 : tape.below(3)
  const compression = normalPages === 0 ? 'none' : tape.pick(COMPRESSIONS)
  const header = {
    magic: 0x11223344,
    version: 1,
    flags: { sync: isSync, compression, deviceState: false, reserved: tape.rarely(16) ? 0x80 : 0 },
    pagesAllocated: isSync && tape.rarely(2) ? 0 : capacity,
    normalPages,
    nextPacketSize: tape.below(60),
    packetNumber: tape.bits(64),
    zeroPages,
    unused: new Uint8Array(28),
    block: tape.pick(BLOCKS),
    offsets: Array.from({ length: capacity }, (_, at) => (at < 4 ? tape.bits(36) << 12n : 0n)),
  }
  const payload = tape.bytes(pagesBytes(header, capacity) ?? 0)
  return joined([multifdPagesHeaderCodec.encode(header, { parameters }), payload])
}

function makeDevicePacket(tape: Tape): Uint8Array {
  const data = tape.bytes(tape.below(50))
  const part = {
    version: tape.rarely(8) ? 1 : 0,
    index: tape.below(4),
    flags: { config: tape.rarely(4), reserved: 0 },
  }
  const payload = tape.rarely(8) ? tape.bytes(tape.below(12)) : joined([multifdDevicePartCodec.encode(part), data])
  const header = {
    magic: 0x11223344,
    version: 1,
    flags: { sync: tape.rarely(8), compression: 'none', deviceState: true, reserved: 0 } as const,
    name: tape.pick(['0000:00:02.0/vfio', '0000:00:03.0/vfio', '']),
    instanceId: tape.below(2),
    nextPacketSize: payload.length,
  }
  return joined([multifdDeviceHeaderCodec.encode(header), payload])
}

/** Return paths of messages of every type, now and then of an unknown one, or cut. */
export function arbitraryReturnPath(): fc.Arbitrary<ReturnPath> {
  return tapes(CHOICES).map((tape) => {
    const messages = Array.from({ length: tape.below(6) }, () => makeMessage(tape))
    const bytes = joined(messages)
    return returnPathFormat.decode(tape.rarely(6) ? bytes.subarray(0, tape.below(bytes.length + 1)) : bytes)
  })
}

function makeMessage(tape: Tape): Uint8Array {
  const { type } = returnPathMessageCodec
  const made = makeValue(type, tape) as ReturnType<typeof returnPathMessageCodec.decode>
  const message = returnPathMessageCodec.encode(made)
  if (made.type !== RECV_BITMAP) return message
  const bitmap = tape.bytes(8 * tape.below(5))
  const frame = new DataView(new ArrayBuffer(16))
  frame.setBigUint64(0, BigInt(bitmap.length))
  frame.setBigUint64(8, tape.rarely(8) ? tape.bits(64) : MARK)
  const bytes = new Uint8Array(frame.buffer)
  return joined([message, bytes.subarray(0, 8), bitmap, bytes.subarray(8)])
}
