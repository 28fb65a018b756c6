import { defineCodes, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/vendor-ops-2020/i40e-vf.js'
import { crc32 } from '../../hash/index.ts'
import { codec, isOpaque, structureFormat, type Value } from '../../layout/index.ts'
import { I40E_VF_HEADER, I40E_VF_VERSION, i40eVfState, RECORD_HEADER } from './i40e-vf.layout.ts'

export const i40eVfStateCodec = codec(i40eVfState, generated.i40eVfState)

export type I40eVfState = Value<typeof i40eVfState>
export type I40eVfRecord = Exclude<I40eVfState['records'], { opaque: Uint8Array }>[number]

const SOURCE = i40eVfState.facts.source

export const i40eVfCodes = defineCodes({
  'vf-state/i40e-version': {
    severity: 'error',
    title: 'the i40e VF state has another version than 1',
    explanation: 'Records may have another meaning; a destination refuses it.',
    source: SOURCE,
  },
  'vf-state/i40e-length': {
    severity: 'error',
    title: 'the stated length of the i40e VF state is shorter than its header',
    explanation: 'The length includes the header of 16 bytes. The file is damaged, or was written by another program.',
    source: SOURCE,
  },
  'vf-state/i40e-crc': {
    severity: 'error',
    title: 'the CRC-32 of the records is wrong',
    explanation: 'The records were damaged on their way, or changed without writing the sum anew.',
    source: SOURCE,
  },
  'vf-state/i40e-record-count': {
    severity: 'error',
    title: 'there are not as many records as the header says',
    explanation: 'Records were lost or added: a destination would restore a device that is not whole.',
    source: SOURCE,
  },
  'vf-state/i40e-record-mandatory': {
    severity: 'error',
    title: 'a mandatory record has a type that is not known',
    explanation: 'The writer says that the device does not work without it, so that a destination refuses the state.',
    source: SOURCE,
  },
  'vf-state/i40e-record-past-end': {
    severity: 'error',
    title: 'a record claims to be longer than the file, padding included',
    explanation: 'The length of the record, or that of the file, is damaged.',
    source: SOURCE,
  },
  'vf-state/i40e-config-size': {
    severity: 'error',
    title: 'the configuration space record has neither 256 nor 4096 bytes',
    explanation: 'A destination would restore a part of the space.',
    source: SOURCE,
  },
})

type Code = keyof typeof i40eVfCodes.entries
type Say = (code: Code, message: string, offset: number, length: number, path: Path) => void

export const i40eVfStateFormat = structureFormat({
  codec: i40eVfStateCodec,
  codes: i40eVfCodes.entries,
  rule(value, report) {
    judge(value, (code, message, offset, length, path) =>
      report(i40eVfCodes.finding(code, message, { offset, length, path })),
    )
  },
})

function judge(value: I40eVfState, say: Say): void {
  const { version, recordCount, totalLength, crc, records } = value
  if (version !== I40E_VF_VERSION) {
    say('vf-state/i40e-version', `The version is ${version}.`, 4, 2, ['version'])
  }
  if (totalLength < I40E_VF_HEADER) {
    say('vf-state/i40e-length', `The length is stated as ${totalLength} bytes.`, 8, 4, ['totalLength'])
  }
  const right = i40eVfSum(value)
  if (crc !== right) {
    const message = `The sum is 0x${crc.toString(16)}, it should be 0x${right.toString(16)}.`
    say('vf-state/i40e-crc', message, 12, 4, ['crc'])
  }
  if (isOpaque(records)) return
  if (records.length !== recordCount) {
    const message = `There are ${records.length} records, the header says ${recordCount}.`
    say('vf-state/i40e-record-count', message, 6, 2, ['recordCount'])
  }
  let offset = I40E_VF_HEADER
  for (const [index, record] of records.entries()) {
    offset += judgeRecord(record, { offset, end: totalLength, path: ['records', index] }, say)
  }
}

interface Spot {
  readonly offset: number
  /** Where the file ends. */
  readonly end: number
  readonly path: Path
}

/** @returns bytes of the record */
function judgeRecord({ type, flags, length, padding }: I40eVfRecord, { offset, end, path }: Spot, say: Say): number {
  if (typeof type === 'number' && flags.mandatory) {
    say('vf-state/i40e-record-mandatory', `The type ${type} is not known.`, offset, 4, [...path, 'type'])
  }
  const content = offset + RECORD_HEADER
  const held = Math.min(length, end - content)
  const wanted = paddedLength(length)
  if (held + padding.length < wanted) {
    const message = `The record has ${held + padding.length} bytes of the ${wanted} that it claims.`
    say('vf-state/i40e-record-past-end', message, offset + 4, 4, [...path, 'length'])
  }
  if (type === 'config-space' && length !== 256 && length !== 4096) {
    say('vf-state/i40e-config-size', `The space has ${length} bytes.`, content, held, [...path, 'payload'])
  }
  return RECORD_HEADER + held + padding.length
}

const paddedLength = (length: number) => Math.ceil(length / RECORD_HEADER) * RECORD_HEADER

/** CRC-32 that the header of these records should have. */
export function i40eVfSum(value: I40eVfState): number {
  return crc32(i40eVfStateCodec.encode(value).subarray(I40E_VF_HEADER))
}

/** A state of these records: counts, lengths and sum of the header follow from them. @throws EncodeError */
export function makeI40eVfState(records: I40eVfRecord[]): I40eVfState {
  const state: I40eVfState = {
    magic: i40eVfState.fields.magic.magic as number,
    version: I40E_VF_VERSION,
    recordCount: records.length,
    totalLength: records.reduce((sum, { length }) => sum + RECORD_HEADER + paddedLength(length), I40E_VF_HEADER),
    crc: 0,
    records,
  }
  return { ...state, crc: i40eVfSum(state) }
}
