import { defineCodes } from '../../findings/index.ts'

const REGISTERS = 'linux/pci_regs.h PCI_SRIOV_*'

/** What can be wrong with an SR-IOV capability. */
export const sriovCodes = defineCodes({
  'pci/sriov-initial-above-total': {
    severity: 'error',
    title: 'InitialVFs is above TotalVFs',
    explanation:
      'A function cannot start with more VFs than it can have. Linux refuses to enable VFs on such a function, so a destination cannot create the VF that a migration needs.',
    source: `SR-IOV Specification 1.1, InitialVFs; ${REGISTERS}`,
  },
  'pci/sriov-initial-differs': {
    severity: 'error',
    title: 'InitialVFs and TotalVFs differ although VFs cannot be migrated',
    explanation:
      'Without the VF Migration capability nothing can add VFs later, so both numbers have to be equal. Linux refuses to enable VFs on such a function.',
    source: `SR-IOV Specification 1.1, InitialVFs; ${REGISTERS}`,
  },
  'pci/sriov-num-vfs': {
    severity: 'error',
    title: 'NumVFs is above the number of VFs that there are',
    explanation:
      'Software made more VFs visible than TotalVFs, or than InitialVFs where VFs cannot be migrated. The surplus VFs do not exist; a destination refuses the number.',
    source: `SR-IOV Specification 1.1, NumVFs; ${REGISTERS}`,
  },
  'pci/sriov-enabled-without-vfs': {
    severity: 'warning',
    title: 'VFs are enabled, but their number is 0',
    explanation:
      'VF Enable is set while NumVFs is 0: no VF answers. The capture was taken in the middle of a change, or one of the registers was not restored.',
    source: `SR-IOV Specification 1.1, VF Enable and NumVFs; ${REGISTERS}`,
  },
  'pci/sriov-offset-zero': {
    severity: 'error',
    title: 'VFs are enabled, but the first one has the routing ID of the PF',
    explanation:
      'First VF Offset is 0 while VF Enable is set: the first VF would be the PF itself. Linux refuses to enable VFs on such a function.',
    source: `SR-IOV Specification 1.1, First VF Offset; ${REGISTERS}`,
  },
  'pci/sriov-stride-zero': {
    severity: 'error',
    title: 'several VFs share one routing ID',
    explanation:
      'VF Stride is 0 although there is more than one VF. Linux refuses to enable VFs on such a function; VFs cannot be told apart by the IOMMU.',
    source: `SR-IOV Specification 1.1, VF Stride; ${REGISTERS}`,
  },
  'pci/sriov-page-size': {
    severity: 'warning',
    title: 'the system page size is not one of those supported',
    explanation:
      'System Page Size needs exactly one bit, and one that Supported Page Sizes has. VF BARs are aligned to it: with another value, VFs of the destination map other memory than those of the source.',
    source: `SR-IOV Specification 1.1, System Page Size; ${REGISTERS}`,
  },
  'pci/sriov-io-bar': {
    severity: 'warning',
    title: 'a VF BAR is marked as I/O space',
    explanation: 'VFs have no I/O space: bit 0 of a VF BAR is always 0. The register is damaged.',
    source: `SR-IOV Specification 1.1, VF BARs; ${REGISTERS}`,
  },
  'pci/sriov-tags-unsupported': {
    severity: 'warning',
    title: 'VFs use 10-bit tags that they do not support',
    explanation:
      'VF 10-Bit Tag Requester Enable is set although the capability register does not offer it. The bit should read 0.',
    source: 'PCI Express Base, SR-IOV Control; pciutils PCI_IOV_CAP_VF_10BIT_TAG_REQ',
  },
  'pci/sriov-migration-capable': {
    severity: 'warning',
    title: 'the function offers the VF migration of the SR-IOV specification',
    explanation:
      'This mechanism moves VFs between the hosts of a multi-root system. It is deprecated, devices hardwire it to 0, and no known software uses it; it has nothing to do with the live migration of a virtual machine. A capture that shows it comes from a very unusual device, or is damaged.',
    source: `SR-IOV Specification 1.1, VF Migration Capable; ${REGISTERS}`,
  },
  'pci/sriov-migration-without-capability': {
    severity: 'warning',
    title: 'VF migration is in use although the function does not offer it',
    explanation:
      'VF Migration Enable, its interrupt enable or its status is set while VF Migration Capable is 0. These bits should read 0: one of the registers is damaged.',
    source: `SR-IOV Specification 1.1, SR-IOV Control and Status; ${REGISTERS}`,
  },
  'pci/sriov-migration-array-unused': {
    severity: 'info',
    title: 'a VF Migration State Array is named although VFs cannot be migrated',
    explanation: 'The register has a meaning only with VF Migration Capable. Nothing reads it.',
    source: `SR-IOV Specification 1.1, VF Migration State Array Offset; ${REGISTERS}`,
  },
  'pci/sriov-migration-array-outside': {
    severity: 'error',
    title: 'the VF Migration State Array does not lie in a BAR',
    explanation:
      'The array has one byte for each of TotalVFs in the BAR that the register names. That BAR does not exist or is too small, so the states of the VFs cannot be read or restored.',
    source: `SR-IOV Specification 1.1, VF Migration State Array Offset; ${REGISTERS}`,
  },
})

export type SriovCode = keyof typeof sriovCodes.entries
