import { toView } from '../../layout/index.ts'
import { findLegacyCapability, findMsixState } from '../../pci/index.ts'
import { streamedMsixLength } from '../../vf-state/index.ts'
import type { PciField } from './pci-field.ts'

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
export function virtioFields({ path, offset, length }: Omit<PciField, 'type'>, body: Uint8Array): PciField[] {
  const bytes = body.subarray(offset, offset + length)
  if (bytes.length < HEAD + 256 + INTERRUPTS || toView(bytes).getUint32(0) !== VERSION) return []
  const vendor = toView(bytes).getUint16(HEAD, true)
  if (vendor !== VENDOR && vendor !== NO_VENDOR) return []
  const legacy = bytes.subarray(HEAD, HEAD + 256)
  const parts: PciField[] = []
  let at = offset + HEAD
  const end = offset + length
  const add = (type: PciField['type'], size: number) => {
    if (at + size <= end) parts.push({ type, path, offset: at, length: size })
    at += size
  }
  add('pci config', findLegacyCapability(legacy, PCI_EXPRESS) === undefined ? 256 : 4096)
  add('pci irq state', INTERRUPTS)
  const msix = findMsixState(legacy)
  if (msix !== undefined) add('msix state', streamedMsixLength(msix.vectors))
  return parts
}
