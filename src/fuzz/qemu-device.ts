import { joined } from '../layout/index.ts'
import { kindOf, widthOf } from '../qemu/vmdesc/kinds.ts'
import { subsectionHeaderCodec } from '../qemu/vmdesc/subsection.ts'
import type { QemuWriter } from './qemu-writer.ts'
import type { Tape } from './tape.ts'

/** What a description says of something, and bytes that it is right for. */
interface Piece {
  readonly json: object
  readonly body: Uint8Array
}

/** Types of QEMU with the bytes that they take. */
const TYPES = ['bool', 'int8', 'uint16', 'int32 le', 'uint32', 'int64', 'timer'].map(
  (type) => [type, widthOf(kindOf(type)) ?? 0] as const,
)

const NAMES = ['timer', '0000:00:1f.2/ich9_ahci', 'cpu_common', 'a "device"'] as const

/** The FULL section of a device, with an entry of the description that mostly is right for it. */
export function makeDevice(tape: Tape, writer: QemuWriter): void {
  const name = tape.pick(NAMES)
  const device = writer.device(name)
  const { json, body } = makeStruct(tape, name, 2)
  if (!tape.rarely(16)) writer.describe(device, json)
  writer.section('FULL', device, () => writer.add(tape.rarely(16) ? tape.bytes(body.length) : body))
}

/** Fields one after another, then subsections; `levels` more may be inside. */
function makeStruct(tape: Tape, name: string, levels: number): Piece {
  const fields = Array.from({ length: tape.below(4) }, () => makeField(tape, levels))
  const count = levels === 0 ? 0 : Math.max(0, tape.below(4) - 2)
  const subsections = Array.from({ length: count }, (_, index) => {
    const own = `${name}/${index}`
    const { json, body } = makeStruct(tape, own, levels - 1)
    const header = { marker: 5, nameLength: own.length, name: own, version: 1 }
    return { json, body: joined([subsectionHeaderCodec.encode(header), body]) }
  })
  return {
    json: {
      vmsd_name: name,
      version: 1,
      fields: fields.map(({ json }, index) => ({ name: `f${index}`, ...json })),
      ...(count === 0 ? {} : { subsections: subsections.map(({ json }) => json) }),
    },
    body: joined([...fields, ...subsections].map(({ body }) => body)),
  }
}

function makeField(tape: Tape, levels: number): Piece {
  const [type, size] = tape.pick(TYPES)
  switch (tape.below(levels === 0 ? 4 : 5)) {
    case 0:
      return { json: { type, size }, body: tape.bytes(size) }
    case 1: {
      const body = tape.bytes(tape.below(10))
      return { json: { type: 'buffer', size: body.length }, body }
    }
    case 2: {
      const count = 2 + tape.below(3)
      return { json: { type, size, array_len: count }, body: tape.bytes(size * count) }
    }
    case 3: {
      const count = 1 + tape.below(3)
      return { json: { type: 'nullptr', size: 1, array_len: count }, body: new Uint8Array(count).fill(0x30) }
    }
    default: {
      const { json, body } = makeStruct(tape, 'n', levels - 1)
      return { json: { type: 'struct', struct: json, size: body.length }, body }
    }
  }
}
