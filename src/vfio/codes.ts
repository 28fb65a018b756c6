import { defineCodes } from '../findings/index.ts'

const INFO = 'linux/vfio.h struct vfio_info_cap_header; drivers/vfio/vfio_main.c vfio_info_cap_add'

/** Codes of information structures and their capability chains. */
export const infoCodes = defineCodes({
  'vfio/argsz-too-small': {
    severity: 'error',
    title: 'argsz is below the size of the structure itself',
    explanation:
      'The kernel answers -EINVAL to a caller with so small a buffer, and never writes such a number itself.',
    source: 'linux/vfio.h, comment on argsz',
  },
  'vfio/argsz-past-end': {
    severity: 'warning',
    title: 'argsz counts more bytes than there are',
    explanation:
      'The capture was cut: what lies behind its end, such as capabilities, is not there. Capture argsz bytes.',
    source: INFO,
  },
  'vfio/argument-longer': {
    severity: 'info',
    title: 'bytes follow an argument that are not zero',
    explanation:
      'They are kept. The structure has grown since this description, or memory behind it was captured with it. Kernels look at no more than they know.',
    source: 'linux/vfio.h, comment on argsz',
  },
  'vfio/capabilities-left-out': {
    severity: 'info',
    title: 'the buffer was too small for the capabilities',
    explanation:
      'The kernel says so by a larger argsz and a zero capOffset. The caller has to ask again with a buffer of argsz bytes.',
    source: 'drivers/vfio/pci/vfio_pci_core.c vfio_pci_ioctl_get_region_info',
  },
  'vfio/capabilities-flag': {
    severity: 'warning',
    title: 'flag and offset of the capabilities contradict each other',
    explanation:
      'Users look for capabilities only where the flag is set. A flag without an offset, or an offset without the flag, hides a sparse mapping: a user would map pages, such as the MSI-X table, that it should not.',
    source: 'QEMU hw/vfio/common.c vfio_get_region_info_cap',
  },
  'vfio/capability-past-end': {
    severity: 'error',
    title: 'the capability chain leads out of the structure',
    explanation: 'Readers that trust the offset read foreign memory. The chain ends here.',
    source: INFO,
  },
  'vfio/capability-overlap': {
    severity: 'error',
    title: 'the capability chain leads into bytes that are something else',
    explanation: 'The offset lies in the fixed part or in the header of another capability. The chain ends here.',
    source: INFO,
  },
  'vfio/capability-loop': {
    severity: 'error',
    title: 'the capability chain leads back to where it was',
    explanation: 'Readers without a bound never end. The chain ends here.',
    source: INFO,
  },
  'vfio/capability-damaged': {
    severity: 'error',
    title: 'a capability is not what its ID says',
    explanation: 'Its content does not fit between its header and what follows; it is kept as opaque bytes.',
    source: INFO,
  },
  'vfio/capability-unknown': {
    severity: 'info',
    title: 'a capability has an unknown ID',
    explanation: 'It is newer than the sources of this description, and kept as opaque bytes.',
    source: INFO,
  },
  'vfio/capability-version': {
    severity: 'info',
    title: 'a capability has another version than 1',
    explanation: 'Only version 1 of each is described. Users skip versions that they do not know.',
    source: INFO,
  },
  'vfio/capability-twice': {
    severity: 'warning',
    title: 'a capability stands in the chain twice',
    explanation: 'Users take the first and never see the other.',
    source: 'QEMU hw/vfio/common.c vfio_get_cap',
  },
  'vfio/capability-misaligned': {
    severity: 'info',
    title: 'a capability does not start at a multiple of 8 bytes',
    explanation: 'Kernels align since 2023, because users read 64-bit fields in place; not every machine can.',
    source: INFO,
  },
  'vfio/gap-not-zero': {
    severity: 'info',
    title: 'bytes that no capability covers are not zero',
    explanation: 'They are kept. Content that nothing points to is lost to every reader of the chain.',
    source: INFO,
  },
})

export const regionCodes = defineCodes({
  'vfio/sparse-area-outside': {
    severity: 'error',
    title: 'an area that can be mapped lies outside its region',
    explanation: 'Mapping it fails, or shows memory of another region.',
    source: 'linux/vfio.h VFIO_REGION_INFO_CAP_SPARSE_MMAP',
  },
  'vfio/sparse-without-mmap': {
    severity: 'info',
    title: 'a region that cannot be mapped has areas that can',
    explanation: 'Without the flag users do not map, whatever the capability says.',
    source: 'linux/vfio.h VFIO_REGION_INFO_FLAG_MMAP',
  },
  'vfio/region-type-ambiguous': {
    severity: 'info',
    title: 'a region type was used for more than one thing',
    explanation:
      'The device-state regions proposed in 2019 had the type number that Linux gave to CCW devices. On a PCI device it is the proposal.',
    source: 'linux/vfio.h VFIO_REGION_TYPE_CCW; Yan Zhao, device-state regions, February 2019',
  },
})
