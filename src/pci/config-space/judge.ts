import { counted, type Finding, type Path } from '../../findings/index.ts'
import { placeOf, rangeOf } from '../../layout/index.ts'
import { HEADER_SIZE, headerCodec } from '../header.ts'
import { configSpaceCodes } from './codes.ts'
import { headerFields, placementFields } from './fields.ts'
import { judgeHeader } from './judge-header.ts'
import type { Placement, Reading } from './read.ts'
import { EXTENDED_SIZE, LEGACY_SIZE, MTTY_REGION_SIZE } from './value.ts'

type Code = keyof typeof configSpaceCodes.entries

/** Everything that can be said of a configuration space; offsets count in it. */
export function judgeConfigSpace(reading: Reading): Finding[] {
  const findings: Finding[] = []
  judgeSize(reading, findings)
  if (isAllOnes(reading.space)) {
    const message = `All ${reading.space.length} bytes are 0xff.`
    const place = { offset: 0, length: reading.space.length, path: [] }
    findings.push(configSpaceCodes.finding('pci/no-response', message, place))
    return findings
  }
  judgeHeaderBytes(reading, findings)
  for (const { code, message, list, offset, length } of reading.issues) {
    findings.push(configSpaceCodes.finding(code, message, { offset, length, path: [list] }))
  }
  for (const placement of reading.placements) judgeCapability(placement, reading, findings)
  judgeOverlaps(reading.placements, findings)
  judgeDuplicates(reading.placements, findings)
  judgeInterrupts(reading.placements, findings)
  return findings
}

function judgeSize({ space, trailing }: Reading, findings: Finding[]): void {
  const size = space.length
  if (trailing !== undefined) {
    const more = counted(trailing.length, 'byte follows', 'bytes follow')
    const message = `${more} the ${EXTENDED_SIZE} bytes of configuration space.`
    const place = { offset: size, length: trailing.length, path: ['trailing'] }
    findings.push(configSpaceCodes.finding('pci/trailing-bytes', message, place))
  } else if (size !== HEADER_SIZE && size !== LEGACY_SIZE && size !== EXTENDED_SIZE) {
    const message = `The capture has ${size} bytes, not ${HEADER_SIZE}, ${LEGACY_SIZE} or ${EXTENDED_SIZE}.`
    const place = { offset: 0, length: space.length, path: ['size'] }
    const weight = size === MTTY_REGION_SIZE ? { severity: 'info' as const } : {}
    findings.push(configSpaceCodes.finding('pci/odd-size', message, { ...place, ...weight }))
  }
}

function isAllOnes(space: Uint8Array): boolean {
  return space[0] === 0xff && space.every((byte) => byte === 0xff)
}

function judgeHeaderBytes(reading: Reading, findings: Finding[]): void {
  const { header, space, view } = reading
  const region = { bytes: space, view, offset: 0, end: HEADER_SIZE }
  for (const finding of headerCodec(header.headerType.layout).findingsAt(region)) {
    findings.push({ ...finding, path: ['header', ...finding.path] })
  }
  judgeHeader(header, (code, message, field) => {
    const path: Path = ['header', ...field]
    const { type } = headerCodec(header.headerType.layout)
    const range = placeOf(type, field) ?? rangeOf(headerFields(reading), path)
    findings.push(configSpaceCodes.finding(code, message, { ...range, path }))
  })
}

function judgeCapability(placement: Placement, { space, view }: Reading, findings: Finding[]): void {
  const { list, index, head, headLength, length, capability, codec, clean, failure, context } = placement
  const path: Path = [list, index]
  const from = head.offset + headLength
  if (failure !== undefined) {
    const code: Code = failure.code === 'layout/ended-early' ? 'pci/capability-truncated' : 'pci/capability-damaged'
    const message = `The ${capability?.name} capability at 0x${head.offset.toString(16)} does not decode: ${failure.message}.`
    findings.push(configSpaceCodes.finding(code, message, { offset: head.offset, length, path }))
  } else if (capability !== undefined && codec === undefined) {
    const code: Code = length < headLength + 2 ? 'pci/capability-truncated' : 'pci/capability-damaged'
    const message = `The ${capability.name} capability at 0x${head.offset.toString(16)} has registers that no description of it fits.`
    findings.push(configSpaceCodes.finding(code, message, { offset: head.offset, length, path }))
  }
  if (codec === undefined || capability === undefined) return
  if (!clean) {
    for (const finding of codec.findingsAt({ bytes: space, view, offset: from, end: head.offset + length })) {
      findings.push({ ...finding, offset: finding.offset + from, path: [...path, ...finding.path] })
    }
  }
  const { codes } = capability
  if (codes === undefined || capability.check === undefined || placement.registers === undefined) return
  capability.check(
    placement.registers,
    (code, message, register, more) => {
      const at: Path = [...path, ...register]
      const place = register.length === 0 ? undefined : placeOf(codec.type, register)
      const range =
        place === undefined
          ? rangeOf(placementFields(placement, space), at)
          : { offset: from + place.offset, length: place.length }
      findings.push(codes.finding(code, message, { ...range, path: at, ...more }))
    },
    context,
  )
}

function judgeOverlaps(placements: readonly Placement[], findings: Finding[]): void {
  if (!areDisjoint(placements)) reportOverlaps(placements, findings)
}

function reportOverlaps(placements: readonly Placement[], findings: Finding[]): void {
  const ordered = [...placements].sort((a, b) => a.head.offset - b.head.offset)
  let reach: Placement | undefined
  for (const placement of ordered) {
    const { offset } = placement.head
    const end = reach === undefined ? 0 : reach.head.offset + reach.length
    if (reach !== undefined && end > offset) {
      const [first, second] = [nameAt(reach), nameAt(placement)]
      const message = `${first} reaches to 0x${end.toString(16)} and shares bytes with ${second}.`
      const length = Math.min(end, offset + placement.length) - offset
      const path = [placement.list, placement.index]
      findings.push(configSpaceCodes.finding('pci/capability-overlap', message, { offset, length, path }))
    }
    if (reach === undefined || offset + placement.length > end) reach = placement
  }
}

/** Whether each starts behind the one before, as in nearly every function. */
function areDisjoint(placements: readonly Placement[]): boolean {
  let end = 0
  for (const { head, length } of placements) {
    if (head.offset < end) return false
    end = head.offset + length
  }
  return true
}

function nameAt({ context, head, capability }: Placement): string {
  const name = capability?.name ?? `ID 0x${head.id.toString(16)}`
  return `${name} at 0x${context.offset.toString(16)}`
}

/** IDs that may stand in the legacy list several times: Null, HyperTransport, vendor. */
const MAY_REPEAT_LEGACY: ReadonlySet<number> = new Set([0x00, 0x08, 0x09])
/** IDs that may stand in the extended list several times: Null, VC for MFVC functions, VSEC, DVSEC, DOE. */
const MAY_REPEAT_EXTENDED: ReadonlySet<number> = new Set([0x00, 0x0b, 0x23, 0x2e])

function judgeDuplicates(placements: readonly Placement[], findings: Finding[]): void {
  const seen = { capabilities: new Set<number>(), extendedCapabilities: new Set<number>() }
  for (const placement of placements) {
    const { list, index, head, length } = placement
    const ids = seen[list]
    if (!ids.has(head.id)) {
      ids.add(head.id)
      continue
    }
    const mayRepeat = list === 'capabilities' ? MAY_REPEAT_LEGACY : MAY_REPEAT_EXTENDED
    if (mayRepeat.has(head.id)) continue
    const first = placements.find((other) => other.list === list && other.head.id === head.id) as Placement
    const message = `${nameAt(placement)} repeats ${nameAt(first)}.`
    const place = { offset: head.offset, length, path: [list, index] }
    findings.push(configSpaceCodes.finding('pci/capability-duplicate', message, place))
  }
}

function judgeInterrupts(placements: readonly Placement[], findings: Finding[]): void {
  const msi = enabled(placements, 0x05)
  if (msi === undefined) return
  const msix = enabled(placements, 0x11)
  if (msix === undefined) return
  const message = `${nameAt(msi)} and ${nameAt(msix)} are both enabled.`
  const place = { offset: msix.head.offset + 2, length: 2, path: [msix.list, msix.index, 'control'] }
  findings.push(configSpaceCodes.finding('pci/msi-and-msix-enabled', message, place))
}

function enabled(placements: readonly Placement[], id: number): Placement | undefined {
  return placements.find((placement) => {
    if (placement.list !== 'capabilities' || placement.head.id !== id) return false
    return (placement.registers?.control as { enable?: unknown } | undefined)?.enable === true
  })
}
