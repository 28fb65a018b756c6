import * as generated from '../../generated/vf-state/virtio/device-part.js'
import { codec, type Format, type Value } from '../../layout/index.ts'
import { describedElement, type Sequence, sequenceFormat } from '../sequence.ts'
import { partCodes } from './codes.ts'
import { devicePart, PART_HEADER } from './device-part.layout.ts'
import { judgeParts } from './judge-parts.ts'
import { partRefusals } from './refusals.ts'

export const devicePartCodec = codec(devicePart, generated.devicePart)

/** A part of a virtio device's state. */
export type DevicePart = Value<typeof devicePart>
/** The parts that a device gives and takes, one behind the other. */
export type DeviceParts = Sequence<'parts', DevicePart>

export const devicePartsFormat: Format<DeviceParts> = sequenceFormat<'parts', DevicePart>({
  name: 'virtio-device-parts',
  title: 'Device parts of a virtio device',
  source: devicePart.facts.source,
  evidence: 'verified',
  options: {},
  codes: partCodes.entries,
  structures: [devicePartCodec],
  member: 'parts',
  element: describedElement(devicePartCodec, PART_HEADER),
  judge: judgeParts,
  refusals: partRefusals,
})
