import { defineCodes } from '../../findings/index.ts'

/** Findings about versions, and about what the stream says of its machine. */
export const versionCodes = defineCodes({
  'qemu/section-version': {
    severity: 'error',
    title: 'a section has a version that no QEMU reads',
    explanation:
      'Guest memory is of version 4 since 2009, dirty bitmaps and VFIO devices have had version 1 from the start. A destination refuses a version above its own, and for memory and dirty bitmaps any other.',
    source: 'QEMU migration/ram.c, ram_load; migration/block-dirty-bitmap.c, dirty_bitmap_load; hw/vfio/migration.c',
  },
  'qemu/version-mismatch': {
    severity: 'warning',
    title: 'the version of a section is not the one in the description of its device',
    explanation:
      'QEMU writes both from the same number. The destination goes by the one of the section; one of the two was changed.',
    source: 'QEMU migration/savevm.c, vmstate_save',
  },
  'qemu/capability-unknown': {
    severity: 'error',
    title: 'the configuration names a capability that QEMU does not have',
    explanation:
      'The list has the capabilities that change the form of a stream. A destination answers "Received unknown capability" and fails; a newer QEMU may know more.',
    source: 'QEMU migration/savevm.c, get_capability; qapi/migration.json, MigrationCapability',
  },
  'qemu/page-size-mismatch': {
    severity: 'warning',
    title: 'the size of a page in the configuration is not the one in the description',
    explanation:
      'A destination compares the number of bits in the configuration with its own. The description says otherwise: one of the two was changed, or is of another stream.',
    source: 'QEMU migration/savevm.c, configuration_post_load',
  },
  'qemu/machine-mismatch': {
    severity: 'error',
    title: 'a section is of a device that the machine type cannot have',
    explanation:
      'The host bridge and the south bridge of a PC come with its machine type and cannot be added to another. A destination of the type in the configuration answers "Unknown savevm section" and fails.',
    source: 'QEMU hw/pci-host/i440fx.c, hw/pci-host/q35.c, hw/isa/piix.c and hw/isa/lpc_ich9.c',
  },
})
