import { recordHeader } from '../records/header.layout.ts'

/** Header of a record of virtio_vfio_pci. */
export const virtioRecordHeader = recordHeader(
  'virtio-record-header',
  { 0: 'DEVICE_DATA' },
  {
    title: 'Record header of virtio-vfio-pci',
    source: 'linux drivers/vfio/pci/virtio/common.h, struct virtiovf_migration_header; migrate.c',
  },
)
