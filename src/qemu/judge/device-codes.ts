import { defineCodes } from '../../findings/index.ts'

/** Findings about the state of devices that the description names. */
export const deviceCodes = defineCodes({
  'qemu/pci-interrupt-level': {
    severity: 'error',
    title: 'the level of an INTx pin of a device is neither 0 nor 1',
    explanation: 'A destination refuses the state of the device ("irq state ...: must be 0 or 1").',
    source: 'QEMU hw/pci/pci.c, get_pci_irq_state',
  },
  'qemu/msix-state-size': {
    severity: 'error',
    title: 'the MSI-X state of a device has another size than its capability accounts for',
    explanation:
      'There are 16 bytes for each vector, and one pending bit for each, in whole bytes. A destination reads as much as its own device has vectors, and takes what follows for something else.',
    source: 'QEMU hw/pci/msix.c, msix_save and msix_load',
  },
  'qemu/msix-pending': {
    severity: 'info',
    title: 'MSI-X vectors of a device are pending',
    explanation:
      'The interrupts are held back by masks, or were about to be sent. QEMU sends what is not masked when it loads the bits; a loader that drops them loses interrupts.',
    source: 'QEMU hw/pci/msix.c, msix_load',
  },
  'qemu/runstate-unknown': {
    severity: 'error',
    title: 'the state of the guest has a name that QEMU does not know',
    explanation: 'A destination looks the name up among its run states, and refuses the section where it is none.',
    source: 'QEMU migration/global_state.c, global_state_post_load; qapi/run-state.json',
  },
  'qemu/runstate-refused': {
    severity: 'warning',
    title: 'the guest was in a state that a destination cannot take over',
    explanation:
      'A destination goes from waiting for a migration to the state of the source. Some have no such transition: QEMU says "invalid runstate transition" and aborts, after everything was loaded; only snapshots are loaded without it. Bring the guest to another state before it is migrated.',
    source: 'QEMU system/runstate.c, runstate_transitions_def; migration/migration.c, process_incoming_migration_bh',
  },
  'qemu/guest-not-running': {
    severity: 'info',
    title: 'the guest did not run when it was migrated',
    explanation: 'The destination takes the state over and does not start the guest: that is left to its operator.',
    source: 'QEMU migration/migration.c, process_incoming_migration_bh',
  },
})
