import { DecodeError, type Finding } from '../../findings/index.ts'
import { type ByteOrder, isOpaque, type Located, movedFields, movedFindings, toView, u8 } from '../../layout/index.ts'
import { CAPABILITY_HEADER_SIZE } from '../capability-header.layout.ts'
import { infoCodes } from '../codes.ts'
import { type ChainLink, followChain, infoCapabilityCodec } from '../info-chain.ts'
import { BODIES, FIXED_SIZE, type RegionCapability, type RegionInfo, regionInfoHeadCodec } from './value.ts'

/** A decoded answer with what the rules need to know. */
export interface RegionReading {
  readonly value: RegionInfo
  /** Bytes that the value describes without those that follow it. */
  readonly end: number
  readonly findings: readonly Finding[]
}

/** @throws DecodeError for fewer bytes than the fixed part has */
export function readRegionInfo(bytes: Uint8Array, byteOrder: ByteOrder): RegionReading {
  const { value: head } = regionInfoHeadCodec.decodePrefix(bytes, { byteOrder })
  const end = Math.max(FIXED_SIZE, Math.min(head.argsz, bytes.length))
  const info = bytes.subarray(0, end)
  const chain = followChain(info, FIXED_SIZE, head.flags.caps ? head.capOffset : 0, byteOrder)
  const findings = [...chain.findings]
  const covered: Covered[] = []
  const capabilities = chain.links.map((link, index) => {
    const { body, length, findings: found } = readBody(info, link, byteOrder)
    const start = link.offset + CAPABILITY_HEADER_SIZE
    findings.push(...movedFindings(found, start, ['capabilities', index, 'body']))
    covered.push([link.offset, start + length])
    return { offset: link.offset, header: link.header, body }
  })
  const value: RegionInfo = { ...head, capabilities, gaps: gapsOf(info, covered) }
  if (end < bytes.length) value.trailing = bytes.subarray(end)
  return { value, end, findings }
}

interface Body {
  readonly body: RegionCapability['body']
  readonly length: number
  /** Offsets and paths count from the body. */
  readonly findings: Finding[]
}

function readBody(bytes: Uint8Array, { offset, header, room }: ChainLink, byteOrder: ByteOrder): Body {
  const start = offset + CAPABILITY_HEADER_SIZE
  const opaque = (code: 'vfio/capability-unknown' | 'vfio/capability-damaged', message: string): Body => ({
    body: { opaque: bytes.subarray(start, start + room) },
    length: room,
    findings: [infoCodes.finding(code, message, { offset: 0, length: room, path: [] })],
  })
  const known = BODIES[header.id]
  if (known === undefined) return opaque('vfio/capability-unknown', `The ID ${header.id} is not known.`)
  const region = { bytes, view: toView(bytes), offset: start, end: start + room }
  try {
    const { value, length } = known.decodeAt(region, { byteOrder })
    const findings = known.findingsAt(region, { byteOrder })
    return { body: value as unknown as RegionCapability['body'], length, findings }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return opaque('vfio/capability-damaged', `The ${room} bytes are not capability ${header.id}: ${error.message}.`)
  }
}

type Covered = readonly [start: number, end: number]

function gapsOf(bytes: Uint8Array, covered: Covered[]): RegionInfo['gaps'] {
  const gaps: RegionInfo['gaps'] = []
  let at = FIXED_SIZE
  const all = [...covered.sort((a, b) => a[0] - b[0]), [bytes.length, bytes.length] as const]
  for (const [start, end] of all) {
    if (start > at) gaps.push({ offset: at, bytes: bytes.subarray(at, start) })
    at = end
  }
  return gaps
}

/** Every field with the bytes it came from. */
export function regionInfoFields(bytes: Uint8Array, byteOrder: ByteOrder): Located[] {
  const { value, end } = readRegionInfo(bytes, byteOrder)
  const fields = regionInfoHeadCodec.fields(bytes.subarray(0, FIXED_SIZE), { byteOrder })
  for (const [index, { offset, header, body }] of value.capabilities.entries()) {
    const path = ['capabilities', index]
    const start = offset + CAPABILITY_HEADER_SIZE
    const head = infoCapabilityCodec.fields(bytes.subarray(offset, start), { byteOrder })
    fields.push(...movedFields(head, offset, [...path, 'header']))
    const known = BODIES[header.id]
    if (isOpaque(body)) fields.push(run([...path, 'body', 'opaque'], start, body.opaque))
    else if (known !== undefined) {
      const content = known.encode(body as never, { byteOrder })
      fields.push(...movedFields(known.fields(content, { byteOrder }), start, [...path, 'body']))
    }
  }
  for (const [index, gap] of value.gaps.entries()) fields.push(run(['gaps', index, 'bytes'], gap.offset, gap.bytes))
  if (value.trailing !== undefined) fields.push(run(['trailing'], end, value.trailing))
  return fields.sort((a, b) => a.offset - b.offset)
}

function run(path: (string | number)[], offset: number, value: Uint8Array): Located {
  return { path, offset, length: value.length, type: u8, value }
}
