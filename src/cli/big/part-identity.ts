import { type DeviceIds, idsOf, NO_IDS } from '../../convert/device-identity.ts'
import { configSpaceFormat } from '../../pci/index.ts'
import type { RecordInput } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'
import { openInput } from '../open.ts'
import type { DeviceWords } from './part-words.ts'

export const CONFIG_SPACE = { as: 'pci-config-space' } as const

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

const SRIOV = 0x10
const VF_DEVICE_ID = 0x1a

/** Vendor and device ID that the SR-IOV capability of a physical function gives its VFs. */
async function idsOfVfs(path: string): Promise<Pick<DeviceIds, 'vendorId' | 'deviceId'>> {
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
