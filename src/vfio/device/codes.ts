import { defineCodes } from '../../findings/index.ts'

/** Codes of the rarer requests of a device. */
export const deviceCodes = defineCodes({
  'vfio/bind-token-missing': {
    severity: 'error',
    title: 'a token is announced and not there',
    explanation:
      'The flag says that the address of a PCI VF token follows; the kernel refuses an argsz without it with EINVAL, and the VF stays closed.',
    source: 'linux/vfio.h struct vfio_device_bind_iommufd',
  },
  'vfio/pasid-missing': {
    severity: 'error',
    title: 'a process address space is announced and not there',
    explanation: 'The flag says that its number follows; the kernel refuses an argsz without it with EINVAL.',
    source: 'linux/vfio.h struct vfio_device_attach_iommufd_pt',
  },
  'vfio/hot-reset-devices-left-out': {
    severity: 'info',
    title: 'the buffer was too small for the devices',
    explanation: 'The kernel answers ENOSPC and their number. The caller asks again with room for them.',
    source: 'drivers/vfio/pci/vfio_pci_core.c vfio_pci_ioctl_get_pci_hot_reset_info',
  },
  'vfio/hot-reset-owned': {
    severity: 'warning',
    title: 'the flags of a hot reset contradict each other',
    explanation:
      'Ownership of all devices is said only where devices are named by iommufd; elsewhere the flag is reserved.',
    source: 'linux/vfio.h VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED',
  },
  'vfio/hot-reset-short': {
    severity: 'error',
    title: 'the groups of a hot reset are not all there',
    explanation:
      'The kernel reads as many descriptors as the count says. The capture was cut, or it would read past them.',
    source: 'drivers/vfio/pci/vfio_pci_core.c vfio_pci_ioctl_pci_hot_reset',
  },
  'vfio/ioeventfd-width': {
    severity: 'error',
    title: 'not exactly one width is written',
    explanation: 'Exactly one of 8, 16, 32 and 64 bits is set; the kernel refuses anything else with EINVAL.',
    source: 'drivers/vfio/pci/vfio_pci_core.c vfio_pci_ioctl_ioeventfd',
  },
})
