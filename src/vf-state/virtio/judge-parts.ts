import { counted, type Finding, type Path } from '../../findings/index.ts'
import { fixedSize, isOpaque } from '../../layout/index.ts'
import type { Placed, SequenceReading } from '../sequence.ts'
import { type PartCode, partCodes } from './codes.ts'
import { COMMON_FIELDS } from './common-config.layout.ts'
import { PART_HEADER } from './device-part.layout.ts'
import type { DevicePart } from './device-parts.ts'

type Say = (code: PartCode, message: string, offset: number, length: number, path: Path) => void

/** Feature that lets virtqueues be packed, in which sizes are not powers of two. */
const PACKED = 34n

/** In the order in which parts have to come. */
const ORDER: readonly DevicePart['type'][] = [
  'DEV_FEATURES',
  'DRV_FEATURES',
  'PCI_COMMON_CFG',
  'DEVICE_STATUS',
  'VQ_CFG',
  'VQ_NOTIFY_CFG',
]

/** Bytes of the values of types that always have as many. */
const LENGTHS: Readonly<Record<string, number>> = { DEVICE_STATUS: 1, VQ_CFG: 32, VQ_NOTIFY_CFG: 8 }

/** What is wrong with device parts, apart from what each of them says itself. */
export function judgeParts({ items, end, bytes }: SequenceReading<DevicePart>): Finding[] {
  const findings: Finding[] = []
  const say: Say = (code, message, offset, length, path) =>
    findings.push(partCodes.finding(code, message, { offset, length, path }))
  for (const [index, part] of items.entries()) judgePart(part, ['parts', index], say)
  judgeSet(items, say)
  judgeFeatures(items, say)
  if (end < bytes.length) {
    const left = bytes.length - end
    const message = `${counted(left, 'byte follows', 'bytes follow')} the last part; a header has ${PART_HEADER}.`
    say('vf-state/virtio-parts-trailing', message, end, left, ['trailing'])
  }
  return findings
}

function judgePart({ value: part, offset, length: size }: Placed<DevicePart>, path: Path, say: Say): void {
  const { type, flags, length } = part
  const held = size - PART_HEADER
  const atLength = [offset + 12, 4, [...path, 'length']] as const
  const expected = lengthOf(part)
  if (expected === 'no field') {
    const message = `No field of the common configuration starts at byte ${part.selector.offset}.`
    say('vf-state/virtio-part-offset', message, offset + 4, 4, [...path, 'selector', 'offset'])
  } else if (expected === 'words' ? length % 8 !== 0 : expected !== undefined && length !== expected) {
    const right = expected === 'words' ? 'whole words of 8 bytes' : counted(Number(expected), 'byte')
    say('vf-state/virtio-part-length', `The length is ${length}; a part ${type} has ${right}.`, ...atLength)
  }
  if (held < length) {
    say('vf-state/virtio-parts-cut', `The part claims ${length} bytes; ${held} are there.`, ...atLength)
  }
  if (typeof type === 'string') return
  const shown = `0x${type.toString(16)}`
  const atType = [offset, 2, [...path, 'type']] as const
  if (!flags.optional) say('vf-state/virtio-part-unknown', `The type ${shown} is not known.`, ...atType)
  if (type < 0x200 || type >= 0x600) say('vf-state/virtio-part-reserved', `The type ${shown} is reserved.`, ...atType)
}

/** Bytes that the value of a part should have; undefined where its type does not say. */
function lengthOf({ type, selector }: DevicePart): number | 'words' | 'no field' | undefined {
  if (type === 'DEV_FEATURES' || type === 'DRV_FEATURES') return 'words'
  if (type !== 'PCI_COMMON_CFG') return LENGTHS[type]
  const field = COMMON_FIELDS.find(({ offset }) => offset === selector.offset)
  return field === undefined ? 'no field' : (fixedSize(field.type) as number)
}

/** What stands twice, what comes too late, and what has to be there. */
function judgeSet(items: readonly Placed<DevicePart>[], say: Say): void {
  const seen = new Map<string, number>()
  let furthest = -1
  let statuses = 0
  for (const [index, { value, offset }] of items.entries()) {
    const { type } = value
    const atType = [offset, 2, ['parts', index, 'type']] as const
    const subject = subjectOf(value)
    const other = subject === undefined ? undefined : seen.get(subject)
    if (other !== undefined) say('vf-state/virtio-part-duplicate', `Part ${other} is about the same.`, ...atType)
    else if (subject !== undefined) seen.set(subject, index)
    const rank = ORDER.indexOf(type)
    if (rank >= 0 && rank < furthest) {
      say('vf-state/virtio-part-order', `A part ${type} follows one ${ORDER[furthest]}.`, ...atType)
    }
    furthest = Math.max(furthest, rank)
    if (type === 'DEVICE_STATUS') statuses += 1
  }
  if (statuses !== 1) {
    say('vf-state/virtio-status-count', `There are ${statuses} parts DEVICE_STATUS.`, 0, 0, ['parts'])
  }
}

/** What there is one part of; undefined for types of which that is not known. */
function subjectOf({ type, selector }: DevicePart): string | undefined {
  if (typeof type === 'number') return undefined
  return [type, selector.offset, selector.index, selector.class, selector.command].join(' ')
}

function judgeFeatures(items: readonly Placed<DevicePart>[], say: Say): void {
  const of = (type: DevicePart['type']) => items.findIndex(({ value }) => value.type === type)
  const taken = of('DRV_FEATURES')
  const [offered, driver] = [featuresOf(items[of('DEV_FEATURES')]?.value), featuresOf(items[taken]?.value)]
  if (offered !== undefined && driver !== undefined && (driver & ~offered) !== 0n) {
    const { offset, length } = items[taken] as Placed<DevicePart>
    const message = `The driver has the features 0x${(driver & ~offered).toString(16)} that the device does not offer.`
    const path = ['parts', taken, 'value']
    say('vf-state/virtio-driver-features', message, offset + PART_HEADER, length - PART_HEADER, path)
  }
  // Without the driver's features the rings are of the kind that every device has.
  if (((driver ?? 0n) >> PACKED) & 1n) return
  for (const [index, { value: part, offset }] of items.entries()) {
    const { value } = part
    if (isOpaque(value) || !('queueDesc' in value) || typeof value.queueSize !== 'number') continue
    const { queueSize: size } = value
    if ((size & (size - 1)) === 0) continue
    const message = `Virtqueue ${part.selector.index} has ${size} descriptors.`
    say('vf-state/virtio-queue-size', message, offset + PART_HEADER, 2, ['parts', index, 'value', 'queueSize'])
  }
}

/** Features of a part as one number, the first word lowest; undefined for other parts. */
export function featuresOf(part: DevicePart | undefined): bigint | undefined {
  if (part === undefined || isOpaque(part.value) || !('featureBits' in part.value)) return undefined
  const words = part.value.featureBits as bigint[]
  return words.reduce((sum, word, at) => sum | (word << BigInt(64 * at)), 0n)
}
