import { defineCodes } from '../../../findings/index.ts'

/** What can be said of a monitor's log. */
export const qmpCodes = defineCodes({
  'trace/migration-failed': {
    severity: 'error',
    title: 'the migration failed',
    explanation:
      'The guest stays on the source. The reason that QEMU gives is in the message where a query-migrate asked for it; traces of vfio_* and the log of the kernel on both machines say which device refused what.',
    source: 'QEMU qapi/migration.json MigrationStatus',
  },
  'trace/migration-cancelled': {
    severity: 'info',
    title: 'the migration was cancelled',
    explanation: 'Somebody gave it up with migrate_cancel; the guest stays on the source.',
    source: 'QEMU qapi/migration.json MigrationStatus',
  },
  'trace/command-refused': {
    severity: 'info',
    title: 'QEMU refused a command of the monitor',
    explanation: 'The message has what QEMU says. A refused migrate often names the device that blocks migration.',
    source: 'QEMU docs/interop/qmp-spec.rst',
  },
  'trace/device-error': {
    severity: 'error',
    title: 'a VFIO device went to the state error',
    explanation: 'It has failed during the migration; only a reset brings it back, and the state that it had is lost.',
    source: 'QEMU qapi/vfio.json VFIO_MIGRATION',
  },
})
