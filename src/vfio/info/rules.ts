import { counted, type Finding } from '../../findings/index.ts'
import { infoCodes } from '../codes.ts'
import type { InfoReading } from './read.ts'
import { alignmentOf, type InfoSpec } from './value.ts'

/** What is wrong or unusual in a decoded answer, besides what its descriptions and its chain say. */
export function judgeInfo(spec: InfoSpec, reading: InfoReading, size: number): Finding[] {
  const { value, fixed, end } = reading
  const findings: Finding[] = []
  judgeSize(spec, reading, size, findings)
  judgeChain(spec, reading, findings)
  const unclaimed = [
    ...value.gaps.map(({ offset, bytes }, index) => ({ offset, bytes, path: ['gaps', index, 'bytes'] })),
    ...(value.room === undefined ? [] : [{ offset: fixed, bytes: value.room, path: ['room'] }]),
  ]
  for (const { offset, bytes, path } of unclaimed) {
    if (bytes.every((byte) => byte === 0)) continue
    const message = `The ${counted(bytes.length, 'byte')} up to ${offset + bytes.length} of ${end} belong to no capability.`
    findings.push(infoCodes.finding('vfio/gap-not-zero', message, { offset, length: bytes.length, path }))
  }
  spec.judge?.(value as never, (finding) => findings.push(finding))
  return findings
}

const ARGSZ = { offset: 0, length: 4, path: ['argsz'] }

function judgeSize(spec: InfoSpec, { value }: InfoReading, size: number, findings: Finding[]): void {
  const { argsz, flags, capOffset = 0 } = value
  if (argsz < spec.least) {
    const message = `The field argsz is ${argsz}; the fixed part alone has ${spec.least} bytes.`
    findings.push(infoCodes.finding('vfio/argsz-too-small', message, ARGSZ))
  } else if (argsz > size && flags.caps && capOffset === 0) {
    const message = `The capabilities need ${argsz} bytes; there are ${size}.`
    findings.push(infoCodes.finding('vfio/capabilities-left-out', message, ARGSZ))
  } else if (argsz > size && (flags.caps || spec.spareArgsz !== true)) {
    findings.push(
      infoCodes.finding('vfio/argsz-past-end', `The field argsz is ${argsz}; there are ${size} bytes.`, ARGSZ),
    )
  }
  const place = { offset: Math.min(spec.capOffsetAt, size - 4), length: 4, path: ['capOffset'] }
  if (!flags.caps && capOffset !== 0) {
    const message = `The field capOffset is ${capOffset}, but the flag for capabilities is clear.`
    findings.push(infoCodes.finding('vfio/capabilities-flag', message, place))
  } else if (flags.caps && capOffset === 0 && argsz <= size) {
    const message = 'The flag for capabilities is set, but capOffset is 0.'
    findings.push(infoCodes.finding('vfio/capabilities-flag', message, place))
  }
}

function judgeChain(spec: InfoSpec, { value: { capabilities } }: InfoReading, findings: Finding[]): void {
  const seen = new Set<number>()
  for (const [index, { offset, header }] of capabilities.entries()) {
    const path = ['capabilities', index, 'header']
    const say = (code: keyof typeof infoCodes.entries, message: string, at: number, name: string) =>
      findings.push(infoCodes.finding(code, message, { offset: offset + at, length: 2, path: [...path, name] }))
    if (header.version !== 1) say('vfio/capability-version', `The version is ${header.version}.`, 2, 'version')
    if (seen.has(header.id)) say('vfio/capability-twice', `Another capability has the ID ${header.id}.`, 0, 'id')
    if (offset % alignmentOf(spec) !== 0)
      say('vfio/capability-misaligned', `The capability starts at byte ${offset}.`, 0, 'id')
    seen.add(header.id)
  }
}
