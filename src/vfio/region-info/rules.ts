import type { Finding, Path } from '../../findings/index.ts'
import { isOpaque } from '../../layout/index.ts'
import { CAPABILITY_HEADER_SIZE } from '../capability-header.layout.ts'
import { infoCodes, regionCodes } from '../codes.ts'
import { regionTypesOf } from '../region-types.ts'
import type { RegionReading } from './read.ts'
import { FIXED_SIZE, type RegionInfo } from './value.ts'

/** What is wrong or unusual in a decoded answer, besides what its descriptions and its chain say. */
export function judgeRegionInfo({ value, end }: RegionReading, size: number): Finding[] {
  const findings: Finding[] = []
  judgeSize(value, size, findings)
  judgeChain(value, findings)
  for (const [index, { offset, bytes }] of value.gaps.entries()) {
    if (bytes.every((byte) => byte === 0)) continue
    const place = { offset, length: bytes.length, path: ['gaps', index, 'bytes'] }
    const message = `The ${bytes.length} bytes up to ${offset + bytes.length} of ${end} belong to no capability.`
    findings.push(infoCodes.finding('vfio/gap-not-zero', message, place))
  }
  judgeAreas(value, findings)
  judgeType(value, findings)
  return findings
}

const [ARGSZ, CAP_OFFSET] = [
  { offset: 0, length: 4, path: ['argsz'] },
  { offset: 12, length: 4, path: ['capOffset'] },
]

function judgeSize({ argsz, flags, capOffset }: RegionInfo, size: number, findings: Finding[]): void {
  if (argsz < FIXED_SIZE) {
    const message = `argsz is ${argsz}; the fixed part alone has ${FIXED_SIZE} bytes.`
    findings.push(infoCodes.finding('vfio/argsz-too-small', message, ARGSZ))
  } else if (argsz > size && flags.caps && capOffset === 0) {
    const message = `The capabilities need ${argsz} bytes; there are ${size}.`
    findings.push(infoCodes.finding('vfio/capabilities-left-out', message, ARGSZ))
  } else if (argsz > size) {
    findings.push(infoCodes.finding('vfio/argsz-past-end', `argsz is ${argsz}; there are ${size} bytes.`, ARGSZ))
  }
  if (!flags.caps && capOffset !== 0) {
    const message = `capOffset is ${capOffset}, but the flag for capabilities is clear.`
    findings.push(infoCodes.finding('vfio/capabilities-flag', message, CAP_OFFSET))
  } else if (flags.caps && capOffset === 0 && argsz <= size) {
    const message = 'The flag for capabilities is set, but capOffset is 0.'
    findings.push(infoCodes.finding('vfio/capabilities-flag', message, CAP_OFFSET))
  }
}

function judgeChain({ capabilities }: RegionInfo, findings: Finding[]): void {
  const seen = new Set<number>()
  for (const [index, { offset, header }] of capabilities.entries()) {
    const path = ['capabilities', index, 'header']
    const say = (code: keyof typeof infoCodes.entries, message: string, at: number, name: string) =>
      findings.push(infoCodes.finding(code, message, { offset: offset + at, length: 2, path: [...path, name] }))
    if (header.version !== 1) say('vfio/capability-version', `The version is ${header.version}.`, 2, 'version')
    if (seen.has(header.id)) say('vfio/capability-twice', `Another capability has the ID ${header.id}.`, 0, 'id')
    if (offset % 8 !== 0) say('vfio/capability-misaligned', `The capability starts at byte ${offset}.`, 0, 'id')
    seen.add(header.id)
  }
}

/** Bytes of the sparse mapping capability before its areas, and of an area. */
const [AREAS_AT, AREA_SIZE] = [CAPABILITY_HEADER_SIZE + 8, 16]

function judgeAreas({ capabilities, size, flags }: RegionInfo, findings: Finding[]): void {
  for (const [index, { offset, body }] of capabilities.entries()) {
    if (isOpaque(body) || !('areas' in body)) continue
    const path: Path = ['capabilities', index, 'body', 'areas']
    if (!flags.mmap && body.areas.length > 0) {
      const message = `There are ${body.areas.length} areas, but the region has no flag for mapping.`
      const place = { offset: offset + AREAS_AT, length: body.areas.length * AREA_SIZE, path }
      findings.push(regionCodes.finding('vfio/sparse-without-mmap', message, place))
    }
    for (const [at, area] of body.areas.entries()) {
      if (area.offset + area.size <= size) continue
      const message = `The area ends at 0x${(area.offset + area.size).toString(16)}, the region at 0x${size.toString(16)}.`
      const place = { offset: offset + AREAS_AT + at * AREA_SIZE, length: AREA_SIZE, path: [...path, at] }
      findings.push(regionCodes.finding('vfio/sparse-area-outside', message, place))
    }
  }
}

/** Type and subtype behind the header. */
const TYPE_SIZE = 8

function judgeType({ capabilities }: RegionInfo, findings: Finding[]): void {
  for (const [index, { offset, body }] of capabilities.entries()) {
    if (isOpaque(body) || !('subtype' in body)) continue
    const uses = regionTypesOf(body.type, body.subtype)
    if (uses.length < 2) continue
    const message = `Type ${body.type}, subtype ${body.subtype} is ${uses.map(({ name }) => name).join(' or ')}.`
    const place = {
      offset: offset + CAPABILITY_HEADER_SIZE,
      length: TYPE_SIZE,
      path: ['capabilities', index, 'body', 'type'],
    }
    findings.push(regionCodes.finding('vfio/region-type-ambiguous', message, place))
  }
}
