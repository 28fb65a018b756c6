import { array, bit, bits, inPlace, reserved, rest, span, struct, u8, u16, u32 } from '../../layout/index.ts'

/** Single Root I/O Virtualization, registers from +4: 60 bytes. */
export const singleRootIov = struct(
  'pci-ecap-sriov',
  {
    capability: bits(u32, {
      vfMigration: bit(0).doc('VFs can be migrated between the hosts of a multi-root system; deprecated'),
      ariHierarchyPreserved: bit(1).doc('ariHierarchy survives power states'),
      vf10BitTagRequester: bit(2),
      vfMigrationInterruptNumber: span(21, 31).doc('message number of the VF migration interrupt'),
      reserved: rest(),
    }),
    control: bits(u16, {
      vfEnable: bit(0),
      vfMigrationEnable: bit(1),
      vfMigrationInterruptEnable: bit(2),
      vfMemorySpaceEnable: bit(3),
      ariHierarchy: bit(4).doc('VFs may have function numbers above 7'),
      vf10BitTagRequesterEnable: bit(5),
      reserved: rest(),
    }),
    status: bits(u16, {
      vfMigrationStatus: bit(0).doc('a VF migration request is pending; write 1 to clear'),
      reserved: rest(),
    }),
    initialVfs: u16.doc('VFs that the function has at first'),
    totalVfs: u16.doc('VFs that it can have at most'),
    numVfs: u16.doc('VFs that software made visible'),
    functionDependencyLink: u8.doc('next function of the ring of dependent functions'),
    reserved13: reserved(1),
    firstVfOffset: u16.doc('routing ID of the first VF less that of the PF'),
    vfStride: u16.doc('routing ID of a VF less that of the one before'),
    reserved18: reserved(2),
    vfDeviceId: u16.asHex(),
    supportedPageSizes: u32.asHex().doc('bit n: pages of 2^(n+12) bytes'),
    systemPageSize: u32.asHex().doc('exactly one bit; VF BARs are aligned to it'),
    vfBars: array(u32.asHex(), 6).doc('raw VF BAR registers; each maps its size once per VF'),
    vfMigrationStateArray: bits(u32, {
      bir: span(0, 2).doc('BAR of the PF that holds the array'),
      offset: inPlace(3, 31).doc('offset in that BAR, bytes'),
    }),
  },
  { title: 'Single Root I/O Virtualization', source: 'SR-IOV Specification 1.1; linux/pci_regs.h PCI_SRIOV_*' },
)
