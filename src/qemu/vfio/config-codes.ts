import { defineCodes } from '../../findings/index.ts'

const PCI = 'QEMU hw/pci/pci.c, vmstate_pci_device'

export const vfioConfigCodes = defineCodes({
  'qemu/vfio-config-version': {
    severity: 'error',
    title: 'the PCI state of the device has a version that no loader takes',
    explanation:
      'QEMU writes 2 and takes numbers from 0 to 2. The destination refuses the migration, or the bytes are not those of a config state.',
    source: PCI,
  },
  'qemu/vfio-config-older': {
    severity: 'info',
    title: 'the PCI state of the device has an older version than QEMU writes',
    explanation: 'Every QEMU with VFIO migration writes 2. Loaders take lower numbers and read the same bytes.',
    source: PCI,
  },
  'qemu/vfio-interrupt-level': {
    severity: 'error',
    title: 'the level of an INTx pin is neither 0 nor 1',
    explanation: 'QEMU refuses the state of the device ("irq state ...: must be 0 or 1").',
    source: 'QEMU hw/pci/pci.c, get_pci_irq_state',
  },
  'qemu/vfio-config-identity': {
    severity: 'error',
    title: 'the config space of the device has no vendor ID',
    explanation:
      'QEMU compares the bytes that a guest cannot write with those of the destination device, the vendor ID first, and refuses others with "Bad config data". VFIO gives every device its real ID, VFs too, so that 0 and 0xffff fit none: the bytes were read from a VF without VFIO, or from a device that was gone.',
    source: 'QEMU hw/pci/pci.c, get_pci_config_device',
  },
  'qemu/vfio-config-length': {
    severity: 'error',
    title: 'the config state of the device has a length that its config space does not account for',
    explanation:
      'Its parts have no lengths: version, config space of 256 or 4096 bytes, interrupt levels, and, with an MSI-X capability, table and pending bits. A loader takes as many bytes as its own device has, and what follows is read at the wrong place. The capability list may be damaged, or the description at the end of the stream lies.',
    source: 'QEMU hw/vfio/pci.c, vmstate_vfio_pci_config',
  },
  'qemu/vfio-msix-pending': {
    severity: 'info',
    title: 'MSI-X vectors of the device are pending',
    explanation:
      'The interrupts were held back by masks, or were about to be sent. The destination gets the bits and sends what is not masked when it loads them; a loader that drops the bits loses interrupts.',
    source: 'QEMU hw/pci/msix.c, msix_load',
  },
})
