import type { Finding, Path, Severity } from '../../findings/index.ts'
import { isOpaque, movedFindings, toView } from '../../layout/index.ts'
import { judgeConfigSpace } from '../../pci/index.ts'
import { gvtCodes } from './gvt-codes.ts'
import { FIXED_SIZES } from './gvt-image.layout.ts'
import {
  bodyPlace,
  type GvtReading,
  gvtSectionCodec,
  HEADER_SIZE,
  type PlacedSection,
  REGION_SIZE,
} from './gvt-read.ts'
import { judgeSection } from './gvt-section-rules.ts'

type Code = keyof typeof gvtCodes.entries

/** Collects findings about an image; offsets and paths count from it. */
export type Say = (code: Code, message: string, offset: number, length: number, path: Path, severity?: Severity) => void

/** Everything that is wrong or unusual in an image. */
export function judgeGvtImage(reading: GvtReading): Finding[] {
  const findings: Finding[] = []
  const say: Say = (code, message, offset, length, path, severity) => {
    const place = { offset, length, path }
    findings.push(gvtCodes.finding(code, message, severity === undefined ? place : { ...place, severity }))
  }
  judgeHead(reading, say)
  const view = toView(reading.bytes)
  for (const [index, section] of reading.sections.entries()) {
    const { offset, configSpace } = section
    const region = { bytes: reading.bytes, view, offset, end: offset + section.length }
    const { parameters } = reading
    const path = ['sections', index]
    findings.push(...movedFindings(gvtSectionCodec.findingsAt(region, { parameters }), offset, path))
    judgeSection(section, index, parameters, say)
    if (configSpace === undefined) continue
    const body = [...path, 'body']
    const inSpace = judgeConfigSpace(configSpace).map((finding) => ({ ...finding, in: configSpaceName(index) }))
    for (const finding of inSpace) findings.push({ ...finding, path: [...body, ...finding.path] })
  }
  judgeSet(reading, say)
  judgeEnd(reading, say)
  return findings
}

/** Name of the space that findings about a section's configuration space count in. */
export function configSpaceName(index: number): string {
  return `sections[${index}].body`
}

interface Header {
  readonly version: number
  readonly dataSize: number
  readonly globalData: readonly bigint[]
}

/** Content of the first section, where it is what it should be. */
export function headerOf({ sections }: GvtReading): Header | undefined {
  const { type, body } = sections[0]?.value ?? {}
  if (type !== 'HEAD' || body instanceof Uint8Array || isOpaque(body)) return undefined
  return body as unknown as Header
}

const HEADER = ['sections', 0, 'body'] as const

function judgeHead(reading: GvtReading, say: Say): void {
  const { sections, bytes } = reading
  const [first] = sections
  if (first?.value.type !== 'HEAD') {
    const zero = first === undefined && bytes.every((byte) => byte === 0)
    const found = zero ? 'only zeros: no image was written' : `a section ${first?.value.type ?? 'of unknown type'}`
    const place = [0, Math.min(4, bytes.length), first === undefined ? ['sections'] : ['sections', 0, 'type']] as const
    return say('vf-state/gvt-no-head', `The image starts with ${found}.`, ...place)
  }
  if (first.value.size !== FIXED_SIZES.HEAD) {
    const message = `The HEAD section has ${first.value.size} bytes, not ${FIXED_SIZES.HEAD}.`
    return say('vf-state/gvt-head-size', message, 4, 4, ['sections', 0, 'size'])
  }
  const header = headerOf(reading)
  if (header === undefined) return
  const at = (offset: number, length: number, name: string) =>
    [HEADER_SIZE + offset, length, [...HEADER, name]] as const
  if (header.version === 0) {
    say('vf-state/gvt-no-platform', 'The image is of version 0 and names no platform.', ...at(0, 4, 'version'))
  } else {
    say('vf-state/gvt-version', `The version is ${header.version}.`, ...at(0, 4, 'version'))
  }
  judgeDataSize(reading, header.dataSize, (code, message) => say(code, message, ...at(4, 4, 'dataSize')))
  const leaked = header.globalData.filter((word) => word !== 0n).length
  if (leaked > 0) {
    say('vf-state/gvt-stack-content', `${leaked} of 64 unused words are not zero.`, ...at(16, 512, 'globalData'))
  }
}

function judgeDataSize({ end }: GvtReading, dataSize: number, say: (code: Code, message: string) => void): void {
  if (dataSize === -1) return say('vf-state/gvt-saving-failed', 'dataSize is -1.')
  const size = dataSize >>> 0
  if (size >= REGION_SIZE) {
    return say('vf-state/gvt-data-size-range', `dataSize is ${size}; the region has ${REGION_SIZE} bytes.`)
  }
  if (size !== end) say('vf-state/gvt-data-size', `dataSize is ${size}; the sections have ${end} bytes.`)
}

/** What stands twice, and what is not there. */
function judgeSet({ sections }: GvtReading, say: Say): void {
  const counts = new Map<string | number, { readonly first: PlacedSection; readonly index: number; count: number }>()
  for (const [index, section] of sections.entries()) {
    const known = counts.get(section.value.type)
    if (known === undefined) counts.set(section.value.type, { first: section, index, count: 1 })
    else known.count += 1
  }
  for (const [type, { first, index, count }] of counts) {
    if (count === 1) continue
    const message = `There are ${count} sections ${type}.`
    say('vf-state/gvt-duplicate-section', message, first.offset, 4, ['sections', index, 'type'])
  }
  if (!counts.has('HEAD')) return
  const missing = ['CFG_SPACE', 'SREG', 'VREG', 'GTT'].filter((type) => !counts.has(type))
  if (missing.length === 0) return
  say('vf-state/gvt-missing-section', `There is no section ${missing.join(', ')}.`, 0, HEADER_SIZE, ['sections'])
}

/** Where the image ends, by its own account and by what a loader does. */
function judgeEnd(reading: GvtReading, say: Say): void {
  const { sections, bytes, end } = reading
  const dataSize = headerOf(reading)?.dataSize ?? -1
  const stated = dataSize > 0 && dataSize < REGION_SIZE ? dataSize : undefined
  for (const [index, section] of sections.entries()) {
    const { offset, length, value } = section
    if (stated !== undefined && offset < stated && offset + length > stated) {
      const message = `The section ends at ${offset + length}, the image at ${stated}.`
      say('vf-state/gvt-section-past-data-size', message, offset, length, ['sections', index])
    } else if (stated !== undefined && offset >= stated) {
      const message = `A section ${value.type} stands at ${offset}, behind the end of the image at ${stated}.`
      say('vf-state/gvt-stale-section', message, offset, length, ['sections', index])
    }
    const body = bodyPlace(section)
    if (body.length >= value.size) continue
    const message = `The section ${value.type} claims ${value.size} bytes; ${body.length} are there.`
    say('vf-state/gvt-section-past-end', message, offset + 4, 4, ['sections', index, 'size'])
  }
  judgeRest(bytes, end, stated, sections.length > 0, say)
}

function judgeRest(bytes: Uint8Array, end: number, stated: number | undefined, begun: boolean, say: Say): void {
  const left = bytes.length - end
  if (bytes.length > REGION_SIZE) {
    const message = `There are ${bytes.length} bytes; the region has ${REGION_SIZE}.`
    say('vf-state/gvt-too-long', message, REGION_SIZE, bytes.length - REGION_SIZE, ['trailing'])
  }
  if (left === 0 || !begun) return
  const type = left >= 4 ? toView(bytes).getUint32(end, true) : 0
  if (type !== 0 && (stated === undefined || end < stated)) {
    const message = `The section at ${end} has the unknown type 0x${type.toString(16)}; ${left} bytes are not loaded.`
    return say('vf-state/gvt-unknown-section', message, end, 4, ['trailing'])
  }
  let last = bytes.length
  while (last > end && bytes[last - 1] === 0) last -= 1
  if (last === end) return
  const message = `Up to offset ${last} some of the ${left} bytes behind the image are not zero.`
  say('vf-state/gvt-leftover', message, end, last - end, ['trailing'])
}
