import type { Finding } from '../../findings/index.ts'
import { type Format, type Refusal, structureFormat, type Value } from '../../layout/index.ts'
import { recordCodes } from '../records/codes.ts'
import { type MigrationRecord, recordElement } from '../records/element.ts'
import { MOST_RECORD_SIZE, RECORD_HEADER } from '../records/header.layout.ts'
import { judgeRecords } from '../records/judge.ts'
import { headerRefusals } from '../records/refusals.ts'
import { type Sequence, type SequenceReading, sequenceFormat } from '../sequence.ts'
import { vendorOption } from '../vendor-ids.ts'
import { mlx5Codes } from './codes.ts'
import { detectMlx5 } from './detect.ts'
import type { mlx5StopCopySize } from './record.layout.ts'
import { HINT_SIZE, mlx5RecordHeaderCodec, mlx5StopCopySizeCodec } from './record.ts'

/** Payload of a record that is not a firmware image. */
export type Mlx5Hint = Value<typeof mlx5StopCopySize>
export type Mlx5Record = MigrationRecord<'FW_DATA' | 'STOP_COPY_SIZE', Mlx5Hint>
/** What mlx5_vfio_pci writes to its data file: records, of which the images are the firmware's own. */
export type Mlx5State = Sequence<'records', Mlx5Record>

const { source } = mlx5RecordHeaderCodec.type.facts

export const mlx5StateFormat: Format<Mlx5State> = sequenceFormat<'records', Mlx5Record>({
  name: 'mlx5-state',
  title: 'VF state of mlx5_vfio_pci (NVIDIA ConnectX)',
  source,
  evidence: 'verified',
  options: vendorOption,
  codes: { ...recordCodes.entries, ...mlx5Codes.entries },
  structures: [mlx5RecordHeaderCodec, mlx5StopCopySizeCodec],
  member: 'records',
  element: recordElement({
    header: mlx5RecordHeaderCodec,
    payloads: { STOP_COPY_SIZE: structureFormat({ codec: mlx5StopCopySizeCodec }) },
    damaged({ length }) {
      const message = `The record has ${length} bytes where the driver reads ${HINT_SIZE}.`
      return mlx5Codes.finding('vf-state/mlx5-hint-size', message, { offset: 0, length, path: [] })
    },
  }),
  detect: detectMlx5,
  judge: (reading, { vendorId }) => [...judgeRecords(reading, 'FW_DATA'), ...judge(reading, vendorId === 0)],
  refusals,
})

function judge({ items }: SequenceReading<Mlx5Record>, unknownVendor: boolean): Finding[] {
  const findings: Finding[] = []
  let expected: bigint | undefined
  let seenImage = false
  let told = false
  for (const [index, { value, offset }] of items.entries()) {
    const path = ['records', index]
    if (value.tag === 'STOP_COPY_SIZE') {
      if ('stopCopySize' in value.payload) expected = value.payload.stopCopySize
      if (!seenImage) continue
      const place = { offset: offset + 12, length: 4, path: [...path, 'tag'] }
      const message = `Record ${index} states a size behind the first image.`
      findings.push(mlx5Codes.finding('vf-state/mlx5-hint-late', message, place))
    } else if (value.tag === 'FW_DATA') {
      seenImage = true
      if (told || expected === undefined || value.recordSize <= expected || value.recordSize > MOST_RECORD_SIZE)
        continue
      told = true
      const message = `Image ${index} has ${value.recordSize} bytes; the source expected at most ${expected}.`
      const place = { offset, length: 8, path: [...path, 'recordSize'] }
      findings.push(mlx5Codes.finding('vf-state/mlx5-hint-low', message, place))
    }
  }
  const isAmbiguous = items[0]?.value.tag === 'FW_DATA' && !items.some(({ value }) => value.tag === 'STOP_COPY_SIZE')
  if (isAmbiguous && unknownVendor) {
    const message = 'Records of mlx5 (vendor 0x15b3) and of virtio (0x1af4) start like this one.'
    const hint = 'Say --set vendorId=0x15b3 or --set vendorId=0x1af4, or name the format with --as.'
    const place = { offset: 0, length: RECORD_HEADER, path: ['records', 0, 'tag'], hint }
    findings.push(mlx5Codes.finding('vf-state/driver-ambiguous', message, place))
  }
  return findings
}

/** The driver looks at headers alone; images are the firmware's to refuse. */
function refusals({ records }: Mlx5State): Refusal[] {
  return records.flatMap((record, index) => headerRefusals(record, ['records', index], WHERE))
}

const WHERE = 'drivers/vfio/pci/mlx5/main.c, mlx5vf_resume_read_header'
