import { toView } from '../../layout/index.ts'
import { findLegacyCapability, findMsixState } from '../../pci/index.ts'
import type { PciField } from '../vmdesc/index.ts'

const VERSION = 2
const VENDOR = 0x1af4
/** What the registers of a VF have. */
const NO_VENDOR = 0xffff
const PCI_EXPRESS = 0x10
const HEAD = 4
const INTERRUPTS = 16

/**
 * The fields of the PCI device that the state of a virtio device begins with: version, config space, levels of
 * interrupts, and with an MSI-X capability table and pending bits. The config space has 4096 bytes where the device has a PCI
 * Express capability, as QEMU makes all others conventional (virtio_pci_realize); nothing else says so. None for other buses.
 */
export function virtioFields(field: PciField, body: Uint8Array): PciField[] {
  const bytes = body.subarray(field.offset, field.offset + field.length)
  if (bytes.length < HEAD + 256 + INTERRUPTS || toView(bytes).getUint32(0) !== VERSION) return []
  const vendor = toView(bytes).getUint16(HEAD, true)
  if (vendor !== VENDOR && vendor !== NO_VENDOR) return []
  const legacy = bytes.subarray(HEAD, HEAD + 256)
  const size = findLegacyCapability(legacy, PCI_EXPRESS) === undefined ? 256 : 4096
  const parts: PciField[] = []
  let at = field.offset + HEAD
  const end = field.offset + field.length
  const add = (type: PciField['type'], length: number) => {
    if (at + length <= end) parts.push({ type, path: field.path, offset: at, length })
    at += length
  }
  add('pci config', size)
  add('pci irq state', INTERRUPTS)
  const msix = findMsixState(legacy)
  if (msix !== undefined) add('msix state', 16 * msix.vectors + Math.ceil(msix.vectors / 8))
  return parts
}
