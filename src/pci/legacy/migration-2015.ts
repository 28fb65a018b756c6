import { counted } from '../../findings/index.ts'
import * as generated from '../../generated/pci/legacy/migration-2015.js'
import { codec, type Value } from '../../layout/index.ts'
import type { CapabilityReport } from '../capability.ts'
import { migration2015 } from './migration-2015.layout.ts'
import { findMsixState } from './space.ts'

export const migration2015Codec = codec(migration2015, generated.migration2015)
export type Migration2015 = Value<typeof migration2015>

const SOURCE = 'RFC PATCH V2 of November 2015, kvm list; objections to it there'

export const migration2015Codes = {
  'pci/migration-2015-register': {
    severity: 'warning',
    title: 'a register of the migration capability has a value that the design does not define',
    explanation:
      'The three state registers are 0 or 1. VMM and guest compare them with these two values; any other is a state that nobody handles.',
    source: SOURCE,
  },
  'pci/migration-2015-vector': {
    severity: 'error',
    title: 'the mailbox vector is not in the MSI-X table',
    explanation:
      'The VMM takes the message of this table entry to interrupt the guest driver. Behind the table it reads whatever is there, and the driver never hears of the migration.',
    source: SOURCE,
  },
  'pci/migration-2015-ready-without-start': {
    severity: 'error',
    title: 'the VF is ready for a migration that has not started',
    explanation:
      'The order is end/wait, start/wait, start/ready, end/wait. A guest that sets ready too early makes the VMM stop it while the device still runs.',
    source: SOURCE,
  },
  'pci/migration-2015-enabled-without-interrupts': {
    severity: 'warning',
    title: 'the mailbox interrupt is enabled, but MSI-X is not',
    explanation:
      'The VMM waits for a driver that it cannot reach, without a limit: the migration hangs. Load the driver, or let the destination reset the device.',
    source: SOURCE,
  },
} as const

/** Judges the registers, and the MSI-X capability that the mailbox vector points into. */
export function checkMigration2015(
  { enable, vmmStatus, vfStatus, mailboxVector }: Migration2015,
  report: CapabilityReport<keyof typeof migration2015Codes>,
  space: Uint8Array,
): void {
  for (const [register, value] of Object.entries({ enable, vmmStatus, vfStatus })) {
    if (typeof value !== 'number') continue
    report('pci/migration-2015-register', `The register is ${value}; 0 and 1 are defined.`, [register])
  }
  if (vfStatus === 'ready' && vmmStatus === 'end') {
    const message = 'The VF is ready while the VMM status is end.'
    report('pci/migration-2015-ready-without-start', message, ['vfStatus'])
  }
  const msix = findMsixState(space)
  if (msix !== undefined && mailboxVector >= msix.vectors) {
    const message = `The mailbox vector is ${mailboxVector}; the MSI-X table has ${counted(msix.vectors, 'entry', 'entries')}.`
    report('pci/migration-2015-vector', message, ['mailboxVector'])
  }
  if (enable !== 'enable' || (msix?.enabled && !msix.functionMask)) return
  const state = msix === undefined ? 'there is no MSI-X' : msix.enabled ? 'all vectors are masked' : 'MSI-X is disabled'
  report('pci/migration-2015-enabled-without-interrupts', `The mailbox is enabled while ${state}.`, ['enable'])
}
