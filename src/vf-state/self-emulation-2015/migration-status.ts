import { defineCodes, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/self-emulation-2015/migration-status.js'
import { codec, placeOf, structureFormat, type Value } from '../../layout/index.ts'
import { migrationStatus2015 } from './migration-status.layout.ts'

export const migrationStatusCodec = codec(migrationStatus2015, generated.migrationStatus2015)
export type MigrationStatus2015 = Value<typeof migrationStatus2015>

const SOURCE = 'RFC PATCH 0/3 "Qemu/IXGBE" of October 2015'

export const migrationStatusCodes = defineCodes({
  'vf-state/migration-status-value': {
    severity: 'error',
    title: 'a migration status byte is neither 0 nor 1',
    explanation:
      'QEMU and the guest driver compare the bytes with these two values. On a device of another kind they belong to something else.',
    source: SOURCE,
  },
  'vf-state/migration-status-ready-early': {
    severity: 'error',
    title: 'the VF is ready for a migration that is not in progress',
    explanation:
      'The answer follows on the status and is taken back with it. A guest that answers early is stopped while its device still runs.',
    source: SOURCE,
  },
})

export type MigrationStatusReport = (
  code: keyof typeof migrationStatusCodes.entries,
  message: string,
  path: Path,
) => void

/** Judges the two bytes, wherever they were found. */
export function checkMigrationStatus({ status, answer }: MigrationStatus2015, say: MigrationStatusReport): void {
  for (const [name, value] of Object.entries({ status, answer })) {
    if (typeof value === 'number') say('vf-state/migration-status-value', `The byte is ${value}.`, [name])
  }
  if (answer === 'ready' && status === 'completed') {
    say('vf-state/migration-status-ready-early', 'The VF is ready, and no migration is in progress.', ['answer'])
  }
}

export const migrationStatusFormat = structureFormat({
  codec: migrationStatusCodec,
  codes: migrationStatusCodes.entries,
  rule(value, report) {
    checkMigrationStatus(value, (code, message, path) => {
      const place = placeOf(migrationStatus2015, path) ?? { offset: 0, length: 2 }
      report(migrationStatusCodes.finding(code, message, { ...place, path }))
    })
  },
})
