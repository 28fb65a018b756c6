import * as generated from '../../generated/vf-state/virtio/record.js'
import { codec, type Format, isOpaque, type Probe, type Refusal, toView } from '../../layout/index.ts'
import { recordCodes } from '../records/codes.ts'
import { type MigrationRecord, recordElement } from '../records/element.ts'
import { judgeRecords } from '../records/judge.ts'
import { plausibleRecords } from '../records/plausible.ts'
import { headerRefusals } from '../records/refusals.ts'
import { type Sequence, sequenceFormat } from '../sequence.ts'
import { VENDOR, vendorOption } from '../vendor-ids.ts'
import { PART, PART_HEADER } from './device-part.layout.ts'
import { type DeviceParts, devicePartsFormat } from './device-parts.ts'
import { virtioRecordHeader } from './record.layout.ts'
import { partRefusals } from './refusals.ts'

export const virtioRecordHeaderCodec = codec(virtioRecordHeader, generated.virtioRecordHeader)

export type VirtioRecord = MigrationRecord<'DEVICE_DATA', DeviceParts>
/** What virtio_vfio_pci writes to its data file: usually one record with all parts of the device. */
export type VirtioState = Sequence<'records', VirtioRecord>

const header = virtioRecordHeaderCodec

export const virtioStateFormat: Format<VirtioState> = sequenceFormat<'records', VirtioRecord>({
  name: 'virtio-state',
  title: 'VF state of virtio_vfio_pci',
  source: virtioRecordHeader.facts.source,
  evidence: 'verified',
  options: vendorOption,
  codes: { ...recordCodes.entries, ...devicePartsFormat.codes },
  structures: [header, ...devicePartsFormat.structures],
  member: 'records',
  element: recordElement({ header, payloads: { DEVICE_DATA: devicePartsFormat } }),
  detect,
  judge: (reading) => judgeRecords(reading, 'DEVICE_DATA'),
  refusals,
})

/** Sure where the payload is parts; on the user's word where it is not. */
function detect(probe: Probe): number {
  const { vendorId = 0 } = probe
  const found = plausibleRecords(header, probe)
  if (found === undefined || vendorId === VENDOR.mlx5) return 0
  if (startsWithParts(found.payload)) return 0.9
  return vendorId === VENDOR.virtio ? 0.8 : 0
}

/** Whether the bytes start with two parts, the first of the types that come first, or with one and nothing else. */
function startsWithParts(payload: Uint8Array): boolean {
  if (payload.length < PART_HEADER) return false
  const view = toView(payload)
  const isPart = (at: number) => view.getUint16(at, true) >= PART.deviceFeatures && view.getUint16(at, true) < 0x600
  const next = PART_HEADER + view.getUint32(12, true)
  const type = view.getUint16(0, true)
  const isFirst = type <= PART.controlConfig && (view.getUint8(2) & 0xfe) === 0 && view.getUint8(3) === 0
  if (!isPart(0) || !isFirst || next > payload.length) return false
  return payload.length - next < PART_HEADER ? payload.length === next : isPart(next)
}

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
