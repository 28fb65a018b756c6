import { toView } from '../layout/index.ts'
import type { RecordInput } from '../stream/index.ts'

/** Who a device is by its configuration space; 0 where nobody knows. */
export interface DeviceIds {
  readonly vendorId: number
  readonly deviceId: number
  readonly subsystemVendorId: number
  readonly subsystemId: number
  readonly classCode: number
  readonly revisionId: number
}

/** Of a device of which nothing is known. */
export const NO_IDS: DeviceIds = {
  ...{ vendorId: 0, deviceId: 0, subsystemVendorId: 0, subsystemId: 0 },
  ...{ classCode: 0, revisionId: 0 },
}

/** Bytes of the header of a configuration space. */
const HEADER = 64

/** IDs of a configuration space of type 0. */
export function idsOf(space: Uint8Array): DeviceIds {
  if (space.length < HEADER) return NO_IDS
  const view = toView(space)
  return {
    vendorId: known(view.getUint16(0, true)),
    deviceId: known(view.getUint16(2, true)),
    subsystemVendorId: known(view.getUint16(0x2c, true)),
    subsystemId: view.getUint16(0x2e, true),
    classCode: view.getUint32(8, true) >>> 8,
    revisionId: view.getUint8(8),
  }
}

/** A VF reads all ones where its IDs would be. */
const known = (id: number) => (id === 0xffff ? 0 : id)

/** Longest text that a record has room for. */
const MOST_ADDRESS = 0xff

/** The record that a device begins with. */
export function deviceRecord(device: number, ids: DeviceIds, address: string): RecordInput {
  const own = address.slice(0, MOST_ADDRESS)
  return {
    type: 'device',
    device,
    payload: {
      ...ids,
      ...{ addressLength: own.length, driverLength: 0, compatibilityLength: 0 },
      ...{ address: own, driver: '', compatibility: '' },
    },
  }
}

/** The record that says how a device was migrated. */
export function designRecord(device: number, name: string): RecordInput {
  const payload = { nameLength: name.length, variantLength: 0, name, variant: '' }
  return { type: 'design', device, payload }
}
