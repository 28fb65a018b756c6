import { type Format, isOpaque, type Refusal } from '../../layout/index.ts'
import { recordCodes } from '../records/codes.ts'
import { type MigrationRecord, recordElement } from '../records/element.ts'
import { judgeRecords } from '../records/judge.ts'
import { headerRefusals } from '../records/refusals.ts'
import { type Sequence, sequenceFormat } from '../sequence.ts'
import { vendorOption } from '../vendor-ids.ts'
import { detectVirtio } from './detect.ts'
import { type DeviceParts, devicePartsFormat } from './device-parts.ts'
import { virtioRecordHeaderCodec } from './record.ts'
import { partRefusals } from './refusals.ts'

export type VirtioRecord = MigrationRecord<'DEVICE_DATA', DeviceParts>
/** What virtio_vfio_pci writes to its data file: usually one record with all parts of the device. */
export type VirtioState = Sequence<'records', VirtioRecord>

const header = virtioRecordHeaderCodec

export const virtioStateFormat: Format<VirtioState> = sequenceFormat<'records', VirtioRecord>({
  name: 'virtio-state',
  title: 'VF state of virtio_vfio_pci',
  source: header.type.facts.source,
  evidence: 'verified',
  options: vendorOption,
  codes: { ...recordCodes.entries, ...devicePartsFormat.codes },
  structures: [header, ...devicePartsFormat.structures],
  member: 'records',
  element: recordElement({ header, payloads: { DEVICE_DATA: devicePartsFormat } }),
  detect: detectVirtio,
  judge: (reading) => judgeRecords(reading, 'DEVICE_DATA'),
  refusals,
})

function refusals(given: VirtioState, own: VirtioState): Refusal[] {
  const device = own.records.map(partsOf).find((parts) => parts !== undefined)
  return given.records.flatMap((record, index) => {
    const path = ['records', index]
    const parts = partsOf(record)
    const inParts = parts === undefined || device === undefined ? [] : partRefusals(parts, device)
    const moved = inParts.map((refusal) => ({ ...refusal, path: [...path, 'payload', ...refusal.path] }))
    return [...headerRefusals(record, path, WHERE), ...moved]
  })
}

const WHERE = 'drivers/vfio/pci/virtio/migrate.c, virtiovf_resume_read_header'

function partsOf({ payload }: VirtioRecord): DeviceParts | undefined {
  return payload instanceof Uint8Array || isOpaque(payload) ? undefined : payload
}
