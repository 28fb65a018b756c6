import { configSpaceFormat } from '../../pci/index.ts'
import type { RecordInput } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'
import { openInput } from '../open.ts'
import type { DeviceWords } from './part-words.ts'

export const CONFIG_SPACE = { as: 'pci-config-space' } as const

interface Ids {
  readonly vendorId: number
  readonly deviceId: number
  readonly subsystemVendorId: number
  readonly subsystemId: number
  readonly classCode: number
  readonly revisionId: number
}

const NO_IDS: Ids = { vendorId: 0, deviceId: 0, subsystemVendorId: 0, subsystemId: 0, classCode: 0, revisionId: 0 }

/**
 * The payload that says who a device is: what the command line states, else what the physical function says of its VFs,
 * else what the config space has; 0 where nobody knows. @throws Complaint, DecodeError or a system error
 */
export async function identity(facts: DeviceWords, space: string | undefined): Promise<RecordInput['payload']> {
  const own = space === undefined ? NO_IDS : idsOf((await openInput(space, CONFIG_SPACE)).bytes)
  const ids = { ...own, ...(facts.pf === undefined ? {} : await idsOfVfs(facts.pf)) }
  const { address = '', driver = '', compatibility = '', vendor = ids.vendorId, device = ids.deviceId } = facts
  return {
    ...ids,
    vendorId: vendor,
    deviceId: device,
    addressLength: lengthOf(address, 0xff, 'address='),
    driverLength: lengthOf(driver, 0xffff, 'driver='),
    compatibilityLength: lengthOf(compatibility, 0xffff, 'compatibility='),
    address,
    driver,
    compatibility,
  }
}

/** IDs of a configuration space of type 0. */
function idsOf(bytes: Uint8Array): Ids {
  if (bytes.length < 64) return NO_IDS
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
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

const SRIOV = 0x10
const VF_DEVICE_ID = 0x1a

/** Vendor and device ID that the SR-IOV capability of a physical function gives its VFs. */
async function idsOfVfs(path: string): Promise<Pick<Ids, 'vendorId' | 'deviceId'>> {
  const { bytes } = await openInput(path, CONFIG_SPACE)
  const sriov = configSpaceFormat.decode(bytes).extendedCapabilities.find(({ id }) => id === SRIOV)
  if (sriov === undefined || sriov.offset + VF_DEVICE_ID + 2 > bytes.length) {
    throw new Complaint(`${path} has no SR-IOV capability; pf= names the config space of a physical function.`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return { vendorId: view.getUint16(0, true), deviceId: view.getUint16(sriov.offset + VF_DEVICE_ID, true) }
}

/** Bytes that a text has in a stream. @throws Complaint for what has no place there */
export function lengthOf(text: string, most: number, name: string): number {
  if (!/^[\0-\xff]*$/.test(text)) throw new Complaint(`${name} has a character that is not of ISO 8859-1.`)
  if (text.length > most) throw new Complaint(`${name} has ${text.length} bytes, more than ${most}; shorten it.`)
  return text.length
}
