import type { HeldDevice } from '../qemu/index.ts'
import type { RecordInput } from '../stream/index.ts'
import { describedDevice } from './described-fields.ts'
import { designRecord, deviceRecord, idsOf } from './device-identity.ts'
import { StateRecords } from './state-records.ts'

/** Name of what QEMU does with devices of its own: no design of the VFIO world, but known where it comes from. */
const DESIGN = 'qemu-vmstate'

/**
 * The records of a PCI device that QEMU emulates; none for any other device.
 *
 * @param take gives the number of a new device
 */
export function* deviceRecords(held: HeldDevice, take: () => number): Generator<RecordInput> {
  const { section, bytes, description } = held
  const { pieces } = description === undefined ? { pieces: [] } : describedDevice(bytes, description)
  const space = pieces.find(({ format }) => format === 'pci-config-space')
  if (space === undefined) return
  const device = take()
  yield deviceRecord(device, idsOf(space.bytes), section.name.replace(/\/[^/]*$/, ''))
  yield designRecord(device, DESIGN)
  yield { type: 'config-space', device, payload: space.bytes }
  for (const { format, bytes: payload } of pieces) {
    if (format !== 'pci-config-space') yield { type: format, device, payload }
  }
  const records = new StateRecords(device, '', '')
  yield* records.push(bytes)
  yield records.end()
}
