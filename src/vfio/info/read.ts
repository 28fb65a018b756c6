import { DecodeError, type Finding } from '../../findings/index.ts'
import {
  type ByteOrder,
  isOpaque,
  type Located,
  movedFields,
  movedFindings,
  runField,
  toView,
} from '../../layout/index.ts'
import { CAPABILITY_HEADER_SIZE } from '../capability-header.layout.ts'
import { infoCodes } from '../codes.ts'
import { type ChainLink, followChain, infoCapabilityCodec } from './chain.ts'
import { alignmentOf, type Info, type InfoCapability, type InfoHead, type InfoSpec } from './value.ts'

/** A decoded answer with what the rules need to know. */
export interface InfoReading {
  readonly value: Info<InfoHead, unknown>
  /** Bytes of the fixed part. */
  readonly fixed: number
  /** Bytes that the value describes without those that follow it. */
  readonly end: number
  readonly findings: readonly Finding[]
}

const WORD = 4

/** @throws DecodeError for fewer bytes than the fixed part has */
export function readInfo(spec: InfoSpec, bytes: Uint8Array, byteOrder: ByteOrder): InfoReading {
  const argsz = bytes.length < 4 ? 0 : toView(bytes).getUint32(0, byteOrder === 'little')
  const end = Math.max(Math.min(spec.least, bytes.length), Math.min(argsz, bytes.length))
  const info = bytes.subarray(0, end)
  // Later fields of the fixed part are words: what is left of one is no field.
  const words = info.subarray(0, end - (end % WORD))
  const { value, length: fixed } = spec.head.decodePrefix(end < spec.least ? info : words, { byteOrder })
  const head = value as unknown as InfoHead
  const first = head.flags.caps ? (head.capOffset ?? 0) : 0
  const chain = followChain(info, { fixed, first, capOffsetAt: spec.capOffsetAt, byteOrder })
  const findings = [...chain.findings]
  const alignment = alignmentOf(spec)
  const covered: Covered[] = []
  const capabilities = chain.links.map((link, index) => {
    const { body, length, findings: found } = readBody(spec, info, link, byteOrder)
    const start = link.offset + CAPABILITY_HEADER_SIZE
    findings.push(...movedFindings(found, start, ['capabilities', index, 'body']))
    const content = start + length
    const padded = Math.min(Math.ceil(content / alignment) * alignment, start + link.room)
    covered.push([link.offset, padded])
    const capability: InfoCapability<unknown> = { offset: link.offset, header: link.header, body }
    if (padded > content) capability.padding = info.subarray(content, padded)
    return capability
  })
  const isRoom = (head.capOffset ?? 0) === 0 && end > fixed
  const whole: Info<InfoHead, unknown> = { ...head, capabilities, gaps: isRoom ? [] : gapsOf(info, fixed, covered) }
  if (isRoom) whole.room = info.subarray(fixed)
  if (end < bytes.length) whole.trailing = bytes.subarray(end)
  return { value: whole, fixed, end, findings }
}

interface Body {
  readonly body: unknown
  readonly length: number
  /** Offsets and paths count from the body. */
  readonly findings: Finding[]
}

function readBody(spec: InfoSpec, bytes: Uint8Array, { offset, header, room }: ChainLink, byteOrder: ByteOrder): Body {
  const start = offset + CAPABILITY_HEADER_SIZE
  const opaque = (code: 'vfio/capability-unknown' | 'vfio/capability-damaged', message: string): Body => ({
    body: { opaque: bytes.subarray(start, start + room) },
    length: room,
    findings: [infoCodes.finding(code, message, { offset: 0, length: room, path: [] })],
  })
  const known = spec.bodies[header.id]
  if (known === undefined) return opaque('vfio/capability-unknown', `The ID ${header.id} is not known.`)
  const region = { bytes, view: toView(bytes), offset: start, end: start + room }
  try {
    const { value, length } = known.decodeAt(region, { byteOrder })
    return { body: value, length, findings: known.findingsAt(region, { byteOrder }) }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return opaque('vfio/capability-damaged', `The ${room} bytes are not capability ${header.id}: ${error.message}.`)
  }
}

type Covered = readonly [start: number, end: number]

function gapsOf(bytes: Uint8Array, fixed: number, covered: Covered[]): Info<unknown, unknown>['gaps'] {
  const gaps: Info<unknown, unknown>['gaps'] = []
  let at = fixed
  const all = [...covered.sort((a, b) => a[0] - b[0]), [bytes.length, bytes.length] as const]
  for (const [start, end] of all) {
    if (start > at) gaps.push({ offset: at, bytes: bytes.subarray(at, start) })
    at = end
  }
  return gaps
}

/** Every field with the bytes it came from. */
export function infoFields(spec: InfoSpec, bytes: Uint8Array, byteOrder: ByteOrder): Located[] {
  const { value, fixed, end } = readInfo(spec, bytes, byteOrder)
  const fields = spec.head.fields(bytes.subarray(0, fixed), { byteOrder })
  for (const [index, { offset, header, body, padding }] of value.capabilities.entries()) {
    const path = ['capabilities', index]
    const start = offset + CAPABILITY_HEADER_SIZE
    const head = infoCapabilityCodec.fields(bytes.subarray(offset, start), { byteOrder })
    fields.push(...movedFields(head, offset, [...path, 'header']))
    const known = spec.bodies[header.id]
    let length = 0
    if (isOpaque(body)) {
      length = body.opaque.length
      fields.push(runField([...path, 'body', 'opaque'], start, body.opaque))
    } else if (known !== undefined) {
      const content = known.encode(body as never, { byteOrder })
      length = content.length
      fields.push(...movedFields(known.fields(content, { byteOrder }), start, [...path, 'body']))
    }
    if (padding !== undefined) fields.push(runField([...path, 'padding'], start + length, padding))
  }
  for (const [index, gap] of value.gaps.entries())
    fields.push(runField(['gaps', index, 'bytes'], gap.offset, gap.bytes))
  if (value.room !== undefined) fields.push(runField(['room'], fixed, value.room))
  if (value.trailing !== undefined) fields.push(runField(['trailing'], end, value.trailing))
  return fields.sort((a, b) => a.offset - b.offset)
}
