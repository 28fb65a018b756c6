import { atPath, EncodeError, hexOffset, type Path } from '../../findings/index.ts'
import { arrayOf, type ByteOrder, describe, isOpaque, type Opaque, recordOf, runOf } from '../../layout/index.ts'
import { infoCapabilityCodec } from '../info-chain.ts'
import { BODIES, type RegionCapability, type RegionInfo, regionInfoHeadCodec } from './value.ts'

/** @throws EncodeError where parts overlap, leave holes, or do not fit their fields */
export function writeRegionInfo(value: RegionInfo, byteOrder: ByteOrder): Uint8Array {
  const { trailing } = recordOf(value, [])
  const pieces: { offset: number; bytes: Uint8Array; path: Path }[] = []
  pieces.push({ offset: 0, bytes: regionInfoHeadCodec.encode(value, { byteOrder }), path: [] })
  for (const [index, given] of arrayOf(value.capabilities, ['capabilities']).entries()) {
    const path = ['capabilities', index]
    const { offset, header, body } = recordOf(given, path)
    const bytes = capabilityBytes(header as RegionCapability['header'], body, byteOrder, path)
    pieces.push({ offset: offsetOf(offset, path), bytes, path })
  }
  for (const [index, given] of arrayOf(value.gaps, ['gaps']).entries()) {
    const { offset, bytes } = recordOf(given, ['gaps', index])
    const path = ['gaps', index]
    pieces.push({ offset: offsetOf(offset, path), bytes: runOf(bytes, [...path, 'bytes']), path })
  }
  pieces.sort((a, b) => a.offset - b.offset)
  let end = 0
  for (const { offset, bytes, path } of pieces) {
    if (offset !== end) {
      const facts = { expected: `${hexOffset(end)}, where the part before it ends`, found: String(offset) }
      throw new EncodeError({ code: 'layout/length-mismatch', path: [...path, 'offset'], ...facts })
    }
    end += bytes.length
  }
  const more = trailing === undefined ? new Uint8Array(0) : runOf(trailing, ['trailing'])
  const whole = new Uint8Array(end + more.length)
  for (const { offset, bytes } of pieces) whole.set(bytes, offset)
  whole.set(more, end)
  return whole
}

function offsetOf(value: unknown, path: Path): number {
  if (typeof value === 'number') return value
  const facts = { expected: 'a number', found: describe(value) }
  throw new EncodeError({ code: 'layout/wrong-type', path: [...path, 'offset'], ...facts })
}

function capabilityBytes(
  header: RegionCapability['header'],
  body: unknown,
  byteOrder: ByteOrder,
  path: Path,
): Uint8Array {
  const head = atPath([...path, 'header'], () => infoCapabilityCodec.encode(header, { byteOrder }))
  const known = BODIES[header.id]
  const content =
    isOpaque(body) || known === undefined
      ? runOf((body as Partial<Opaque> | null | undefined)?.opaque, [...path, 'body', 'opaque'])
      : atPath([...path, 'body'], () => known.encode(body as never, { byteOrder }))
  const bytes = new Uint8Array(head.length + content.length)
  bytes.set(head)
  bytes.set(content, head.length)
  return bytes
}
