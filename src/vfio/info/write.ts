import { atPath, hexOffset, type Path } from '../../findings/index.ts'
import {
  arrayOf,
  type ByteOrder,
  isOpaque,
  joined,
  lengthMismatch,
  type Opaque,
  recordOf,
  runOf,
  wrongType,
} from '../../layout/index.ts'
import { infoCapabilityCodec } from './chain.ts'
import type { InfoCapability, InfoSpec } from './value.ts'

/** @throws EncodeError where parts overlap, leave holes, or do not fit their fields */
export function writeInfo(spec: InfoSpec, value: unknown, byteOrder: ByteOrder): Uint8Array {
  const { trailing, room, capabilities, gaps } = recordOf(value, [])
  const head = spec.head.encode(value as never, { byteOrder })
  const pieces: { offset: number; bytes: Uint8Array; path: Path }[] = [{ offset: 0, bytes: head, path: [] }]
  for (const [index, given] of arrayOf(capabilities, ['capabilities']).entries()) {
    const path = ['capabilities', index]
    const { offset, header, body, padding } = recordOf(given, path)
    const content = capabilityBytes(spec, header as InfoCapability<unknown>['header'], body, byteOrder, path)
    const bytes = padding === undefined ? content : joined([content, runOf(padding, [...path, 'padding'])])
    pieces.push({ offset: offsetOf(offset, path), bytes, path })
  }
  for (const [index, given] of arrayOf(gaps, ['gaps']).entries()) {
    const { offset, bytes } = recordOf(given, ['gaps', index])
    const path = ['gaps', index]
    pieces.push({ offset: offsetOf(offset, path), bytes: runOf(bytes, [...path, 'bytes']), path })
  }
  if (room !== undefined) pieces.push({ offset: head.length, bytes: runOf(room, ['room']), path: ['room'] })
  pieces.sort((a, b) => a.offset - b.offset)
  let end = 0
  for (const { offset, bytes, path } of pieces) {
    if (offset !== end) {
      throw lengthMismatch([...path, 'offset'], `${hexOffset(end)}, where the part before it ends`, String(offset))
    }
    end += bytes.length
  }
  const more = trailing === undefined ? [] : [runOf(trailing, ['trailing'])]
  return joined([...pieces.map(({ bytes }) => bytes), ...more])
}

function offsetOf(value: unknown, path: Path): number {
  if (typeof value === 'number') return value
  throw wrongType([...path, 'offset'], 'a number', value)
}

function capabilityBytes(
  spec: InfoSpec,
  header: InfoCapability<unknown>['header'],
  body: unknown,
  byteOrder: ByteOrder,
  path: Path,
): Uint8Array {
  const head = atPath([...path, 'header'], () => infoCapabilityCodec.encode(header, { byteOrder }))
  const known = spec.bodies[header.id]
  const content =
    isOpaque(body) || known === undefined
      ? runOf((body as Partial<Opaque> | null | undefined)?.opaque, [...path, 'body', 'opaque'])
      : atPath([...path, 'body'], () => known.encode(body as never, { byteOrder }))
  return joined([head, content])
}
