import { counted, type Finding, type Path } from '../../findings/index.ts'
import type { SequenceReading } from '../sequence.ts'
import { recordCodes } from './codes.ts'
import type { MigrationRecord } from './element.ts'
import { MOST_RECORD_SIZE, RECORD_HEADER } from './header.layout.ts'

/** What is wrong with records, whichever of the drivers wrote them. `data` is the tag of those that have device data. */
export function judgeRecords({ items, end, bytes }: SequenceReading<MigrationRecord>, data: string): Finding[] {
  const findings: Finding[] = []
  const say = (code: keyof typeof recordCodes.entries, message: string, offset: number, length: number, path: Path) =>
    findings.push(recordCodes.finding(code, message, { offset, length, path }))
  for (const [index, { value, offset, length }] of items.entries()) {
    const { recordSize, flags, tag } = value
    const path = ['records', index]
    const size = [offset, 8, [...path, 'recordSize']] as const
    const held = length - RECORD_HEADER
    if (recordSize > MOST_RECORD_SIZE) {
      say('vf-state/record-too-large', `The record claims ${recordSize} bytes; 2^32-1 are the most.`, ...size)
    } else if (recordSize > BigInt(held)) {
      say('vf-state/record-cut', `The record claims ${recordSize} bytes; ${held} are there.`, ...size)
    }
    if (typeof tag === 'number' && !flags.optional) {
      const message = `The tag ${tag} is not known, and the record is not marked as optional.`
      say('vf-state/record-unknown-tag', message, offset + 12, 4, [...path, 'tag'])
    }
    if (tag !== data) continue
    if (flags.optional) {
      const message = 'The record has device data and the flag that lets a destination skip it.'
      say('vf-state/record-optional-data', message, offset + 8, 4, [...path, 'flags', 'optional'])
    }
    if (recordSize === 0n) say('vf-state/record-empty', `A record ${tag} has no bytes.`, ...size)
  }
  if (end < bytes.length) {
    const left = bytes.length - end
    const message = `${counted(left, 'byte follows', 'bytes follow')} the last record; a header has ${RECORD_HEADER}.`
    say('vf-state/record-trailing', message, end, left, ['trailing'])
  }
  if (!items.some(({ value }) => value.tag === data)) {
    say('vf-state/record-no-data', `None of ${counted(items.length, 'record')} is ${data}.`, 0, 0, ['records'])
  }
  return findings
}
