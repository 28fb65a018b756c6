import { toView } from '../../layout/index.ts'
import { type DesignName, findDesign } from '../../protocol/index.ts'
import type { RecordInput } from '../../stream/index.ts'
import { VECTORS } from '../vf/config.ts'

/** The design that a device is migrated by. */
export function designRecord(device: number, name: DesignName): RecordInput {
  const [variant = ''] = findDesign(name)?.variants ?? []
  const payload = { nameLength: name.length, variantLength: variant.length, name, variant }
  return { type: 'design', device, payload }
}

/** Who a device is, as its configuration space says. A simulated device has no address and no driver of a host. */
export function deviceRecord(device: number, config: Uint8Array, compatibility: string): RecordInput {
  const view = toView(config)
  const payload = {
    vendorId: view.getUint16(0x00, true),
    deviceId: view.getUint16(0x02, true),
    subsystemVendorId: view.getUint16(0x2c, true),
    subsystemId: view.getUint16(0x2e, true),
    classCode: view.getUint32(0x08, true) >>> 8,
    revisionId: view.getUint8(0x08),
    addressLength: 0,
    driverLength: 0,
    compatibilityLength: compatibility.length,
    address: '',
    driver: '',
    compatibility,
  }
  return { type: 'device', device, payload }
}

/** Configuration space, MSI-X table and pending bits, of which the simulated VF never has one. */
export function pciRecords(device: number, config: Uint8Array, msix: Uint8Array): RecordInput[] {
  return [
    { type: 'config-space', device, payload: config },
    { type: 'msix-table', device, payload: msix },
    { type: 'msix-pba', device, payload: new Uint8Array(8 * Math.ceil(VECTORS / 64)) },
  ]
}
