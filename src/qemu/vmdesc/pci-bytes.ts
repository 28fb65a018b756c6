import { decodeDevice } from './decode.ts'
import type { DeviceDescription, DeviceFields, FieldValue, StructDescription } from './model.ts'

/** What a device keeps of PCI: views of its state. */
export interface PciBytes {
  /** 256 or 4096 bytes. */
  readonly configSpace: Uint8Array | undefined
  /** Table (16 bytes a vector) and pending bits. */
  readonly msix: Uint8Array | undefined
}

/** The first config space and the first MSI-X state in the body of a FULL section, by the types of its fields. */
export function pciBytes(body: Uint8Array, device: DeviceDescription): PciBytes {
  const found = new Map<string, Uint8Array>()
  collect(device, decodeDevice(body, device).fields, found)
  return { configSpace: found.get('pci config'), msix: found.get('msix state') }
}

/** Descriptions nest as deep as their reader lets them. */
function collect(struct: StructDescription, fields: DeviceFields, found: Map<string, Uint8Array>): void {
  for (const field of struct.fields) {
    const value = fields[field.member]
    for (const one of Array.isArray(value) ? value : [value]) {
      if (field.kind === 'struct') {
        if (isFields(one)) collect(field.struct, one, found)
      } else if (one instanceof Uint8Array && !found.has(field.type)) found.set(field.type, one)
    }
  }
}

const isFields = (value: FieldValue | undefined): value is DeviceFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
