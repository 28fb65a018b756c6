import { enumeration, struct, u8 } from '../../layout/index.ts'

/** Where the two bytes stand in config space. From memory. */
export const MIGRATION_STATUS_OFFSET = 0xf0

/** The two bytes that QEMU fakes in the config space of the VF, without a capability around them. */
export const migrationStatus2015 = struct(
  'vf-migration-status-2015',
  {
    status: enumeration(u8, { 0: 'completed', 1: 'in-progress' }).doc('written by QEMU, config space 0xf0'),
    answer: enumeration(u8, { 0: 'not-ready', 1: 'ready' }).doc('written by the guest driver, config space 0xf1'),
  },
  {
    title: 'Migration status bytes in config space (self emulation, 2015)',
    source: 'RFC PATCH 0/3 "Qemu/IXGBE: Add live migration support for SRIOV NIC", October 2015; from memory',
    evidence: 'recalled',
  },
)
