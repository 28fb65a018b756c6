import type { Path, Report } from '../findings/index.ts'
import { isOpaque } from '../layout/index.ts'
import { CAPABILITY_HEADER_SIZE } from './capability-header.layout.ts'
import { regionCodes } from './codes.ts'
import type { RegionInfo } from './region-info.ts'
import { regionTypesOf } from './region-types.ts'

/** What is wrong or unusual in a region and its capabilities. */
export function judgeRegion(value: RegionInfo, report: Report): void {
  judgeAreas(value, report)
  judgeType(value, report)
}

/** Bytes of the sparse mapping capability before its areas, and of an area. */
const [AREAS_AT, AREA_SIZE] = [CAPABILITY_HEADER_SIZE + 8, 16]

function judgeAreas({ capabilities, size, flags }: RegionInfo, report: Report): void {
  for (const [index, { offset, body }] of capabilities.entries()) {
    if (isOpaque(body) || !('areas' in body)) continue
    const path: Path = ['capabilities', index, 'body', 'areas']
    if (!flags.mmap && body.areas.length > 0) {
      const message = `There are ${body.areas.length} areas, but the region has no flag for mapping.`
      const place = { offset: offset + AREAS_AT, length: body.areas.length * AREA_SIZE, path }
      report(regionCodes.finding('vfio/sparse-without-mmap', message, place))
    }
    for (const [at, area] of body.areas.entries()) {
      if (area.offset + area.size <= size) continue
      const message = `The area ends at 0x${(area.offset + area.size).toString(16)}, the region at 0x${size.toString(16)}.`
      const place = { offset: offset + AREAS_AT + at * AREA_SIZE, length: AREA_SIZE, path: [...path, at] }
      report(regionCodes.finding('vfio/sparse-area-outside', message, place))
    }
  }
}

/** Type and subtype behind the header. */
const TYPE_SIZE = 8

function judgeType({ capabilities }: RegionInfo, report: Report): void {
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
    report(regionCodes.finding('vfio/region-type-ambiguous', message, place))
  }
}
