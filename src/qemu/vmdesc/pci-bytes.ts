import { decodeDevice } from './decode.ts'
import type { DeviceDescription } from './model.ts'
import type { PciField } from './pci-field.ts'

/** What a device keeps of PCI: views of its state. */
export interface PciBytes {
  /** 256 or 4096 bytes. */
  readonly configSpace: Uint8Array | undefined
  /** Table (16 bytes a vector) and pending bits. */
  readonly msix: Uint8Array | undefined
}

/** The first config space and the first MSI-X state in the body of a FULL section, by the types of its fields. */
export function pciBytes(body: Uint8Array, device: DeviceDescription): PciBytes {
  const { pci } = decodeDevice(body, device)
  const first = (wanted: PciField['type']) => {
    const field = pci.find(({ type }) => type === wanted)
    return field && body.subarray(field.offset, field.offset + field.length)
  }
  return { configSpace: first('pci config'), msix: first('msix state') }
}
