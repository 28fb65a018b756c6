import type { Path } from '../../findings/index.ts'
import { type Located, runField, span, u8 } from '../../layout/index.ts'
import { HEADER_SIZE, headerCodec } from '../header.ts'
import { configSpaceOf, type Placement, type Reading } from './read.ts'

/** Every field of a configuration space with the bytes it came from, in order of offset. */
export function configSpaceFields(reading: Reading): Located[] {
  const fields = headerFields(reading)
  for (const placement of reading.placements) fields.push(...placementFields(placement, reading.space))
  const { gaps, size, trailing } = configSpaceOf(reading)
  for (const [index, gap] of gaps.entries()) {
    const path = ['gaps', index, 'bytes']
    fields.push(runField(path, gap.offset, gap.bytes))
  }
  if (trailing !== undefined) {
    fields.push(runField(['trailing'], size, trailing))
  }
  return fields.sort((a, b) => a.offset - b.offset)
}

const BYTE = u8.asHex()
const [ID, VERSION, NEXT] = [span(0, 15).asHex(), span(16, 19), span(20, 31).asHex()]

export function headerFields({ space, header }: Reading): Located[] {
  const codec = headerCodec(header.headerType.layout)
  return moved(codec.fields(space.subarray(0, HEADER_SIZE)), 0, ['header'])
}

/** The fields of one capability: its head, then its registers. */
export function placementFields(placement: Placement, space: Uint8Array): Located[] {
  const { list, index, head, headLength, length, codec } = placement
  const path: Path = [list, index]
  const part = (name: string, offset: number, size: number, value: number): Located => ({
    path: [...path, name],
    offset: head.offset + offset,
    length: size,
    type: BYTE,
    value,
  })
  const fields =
    headLength === 2
      ? [part('id', 0, 1, head.id), part('next', 1, 1, head.next)]
      : [
          { ...part('id', 0, 4, head.id), type: ID, bits: [0, 15] as const },
          { ...part('version', 0, 4, head.version ?? 0), type: VERSION, bits: [16, 19] as const },
          { ...part('next', 0, 4, head.next), type: NEXT, bits: [20, 31] as const },
        ]
  const from = head.offset + headLength
  const registers = space.subarray(from, head.offset + length)
  if (codec !== undefined) return [...fields, ...moved(codec.fields(registers), from, path)]
  if (registers.length === 0) return fields
  return [...fields, runField([...path, 'opaque'], from, registers)]
}

/** Fields of a part, as fields of the whole. */
export function moved(fields: readonly Located[], by: number, below: Path): Located[] {
  return fields.map((field) => ({ ...field, path: [...below, ...field.path], offset: field.offset + by }))
}
