import { array, bits, rest, span, struct, u8 } from '../../layout/index.ts'

/** The VF Migration State Array of a PF: one byte per VF, the first VF first, to the end of the input. */
export const vfMigrationStates = struct(
  'vf-migration-states',
  {
    states: array(
      bits(u8, {
        state: span(0, 1, {
          0: 'inactive-unavailable',
          1: 'dormant-migrate-in',
          2: 'active-migrate-out',
          3: 'active-available',
        }).doc(
          'software moves migrate-in to available and migrate-out to unavailable; the MR-IOV manager does the rest',
        ),
        reserved: rest(),
      }),
      'to-end',
    ),
  },
  {
    title: 'VF Migration State Array',
    source: 'SR-IOV Specification 1.1, VF Migration State Array; linux/pci_regs.h PCI_SRIOV_VFM_*',
  },
)
