import { defineCodes } from '../../findings/index.ts'

const LOAD = 'QEMU migration/savevm.c'

/** Findings about the order of commands, and about what they hold. */
export const commandCodes = defineCodes({
  'qemu/postcopy-order': {
    severity: 'error',
    title: 'a command of postcopy comes out of order',
    explanation:
      'A destination goes from ADVISE, over any number of DISCARDs, to LISTEN and RUN. It refuses each of them in another state ("in wrong postcopy state") and the migration fails.',
    source: `${LOAD}, loadvm_postcopy_handle_advise, loadvm_postcopy_ram_handle_discard, loadvm_postcopy_handle_listen and loadvm_postcopy_handle_run`,
  },
  'qemu/postcopy-discard': {
    severity: 'error',
    title: 'a range to discard is none that a destination can discard',
    explanation:
      'The command has version 0, the name of a block that was listed, a zero byte, and at least one range; ranges are of whole pages and lie in their block. A destination refuses anything else, and has old pages where new ones would have been fetched.',
    source: `${LOAD}, loadvm_postcopy_ram_handle_discard; system/physmem.c, ram_block_discard_range`,
  },
  'qemu/ping-without-return-path': {
    severity: 'error',
    title: 'a ping comes and no return path is open',
    explanation: 'A destination answers pings over the return path; without OPEN_RETURN_PATH before, it fails.',
    source: `${LOAD}, loadvm_process_command`,
  },
  'qemu/return-path-repeated': {
    severity: 'info',
    title: 'the return path is opened a second time',
    explanation: 'A destination complains ("called when RP already open") and goes on.',
    source: `${LOAD}, loadvm_process_command`,
  },
  'qemu/package-nested': {
    severity: 'error',
    title: 'a command whose content a destination reads from the connection stands in a package',
    explanation:
      'PACKAGED, RECV_BITMAP, POSTCOPY_RAM_DISCARD and POSTCOPY_ADVISE have content that is read from the connection and not from the package around them: a destination takes what follows the package for it.',
    source: `${LOAD}, loadvm_handle_cmd_packaged`,
  },
  'qemu/package-not-run': {
    severity: 'error',
    title: 'a package ends without POSTCOPY_RUN',
    explanation:
      'A destination reads sections from the package until POSTCOPY_RUN, or an end mark; where neither comes it runs into the end of the package and fails.',
    source: `${LOAD}, loadvm_handle_cmd_packaged and qemu_loadvm_state_main`,
  },
  'qemu/switchover-repeated': {
    severity: 'warning',
    title: 'SWITCHOVER_START comes a second time',
    explanation:
      'The command is sent once, when the source has stopped. Devices begin to load the state that came over other channels at each of them; VFIO asserts that it has not begun before.',
    source: 'QEMU 10.0 and later, migration/savevm.c; hw/vfio/migration-multifd.c, vfio_multifd_switchover_start',
  },
  'qemu/switchover-late': {
    severity: 'warning',
    title: 'SWITCHOVER_START comes after the end of a section',
    explanation:
      'The command tells a destination that what was sent before the switchover is complete; sections end behind it. State that came over other channels may be loaded too late.',
    source: 'QEMU 10.0 and later, migration/savevm.c',
  },
  'qemu/resume-without-recovery': {
    severity: 'warning',
    title: 'a command that recovers postcopy stands in a stream that begins',
    explanation:
      'RECV_BITMAP and POSTCOPY_RESUME come over the connection that is made after a failure of postcopy, which has no header. A destination says "illegal resume received", or refuses the name of the block.',
    source: `${LOAD}, loadvm_postcopy_handle_resume and loadvm_handle_recv_bitmap`,
  },
})

export type CommandCode = keyof typeof commandCodes.entries
