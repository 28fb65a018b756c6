import type { CodeEntry } from '../../findings/index.ts'
import { hexOffset } from '../../findings/index.ts'
import * as generated from '../../generated/pci/legacy/bridge-migration.js'
import { codec, type Value } from '../../layout/index.ts'
import type { CapabilityReport } from '../capability.ts'
import { bridgeMigration } from './bridge-migration.layout.ts'

export type BridgeMigration = Value<typeof bridgeMigration>

export const bridgeMigrationCodec = codec(bridgeMigration, generated.bridgeMigration)

const SOURCE = 'Proposed; rules of the kvm list discussion of December 2015'

export const bridgeMigrationCodes = {
  'pci/bridge-migration-revision': {
    severity: 'warning',
    title: 'the bridge migration capability has an unknown revision',
    explanation: 'Only revision 1 is proposed. What other revisions mean is unknown.',
    source: SOURCE,
  },
  'pci/bridge-migration-outside-slots': {
    severity: 'error',
    title: 'a device that takes no part in the migration is marked as paused or missed',
    explanation: 'Both masks are subsets of the slot mask. Guest and VMM do not agree on which devices migrate.',
    source: SOURCE,
  },
  'pci/bridge-migration-acknowledge': {
    severity: 'warning',
    title: 'the guest has acknowledged a phase later than the one that the VMM has set',
    explanation:
      'The phases go idle, track, pause, resume, idle. An acknowledgement ahead of its phase is left over from another migration, or made up.',
    source: SOURCE,
  },
} as const satisfies Record<string, CodeEntry>

const LENGTH = 24
const SUBTYPE = 0x4d

/** Whether the registers of a vendor capability can be those of the proposal. */
export function isBridgeMigration(registers: Uint8Array): boolean {
  return registers[0] === LENGTH && registers[1] === SUBTYPE
}

export function checkBridgeMigration(
  value: BridgeMigration,
  report: CapabilityReport<keyof typeof bridgeMigrationCodes>,
): void {
  const { revision, slotMask, phase, acknowledge } = value
  if (revision !== 1) {
    report('pci/bridge-migration-revision', `The revision is ${revision}; only 1 is proposed.`, ['revision'])
  }
  for (const field of ['pausedMask', 'missedMask'] as const) {
    const outside = (value[field] & ~slotMask) >>> 0
    if (outside === 0) continue
    const message = `The bits ${hexOffset(outside)} of ${field} are not in the slot mask ${hexOffset(slotMask)}.`
    report('pci/bridge-migration-outside-slots', message, [field])
  }
  const [set, handled] = [phaseNumber(phase), phaseNumber(acknowledge.phase)]
  // Idle follows on every phase, so an older acknowledgement may still stand then.
  if (set !== 0 && handled > set) {
    const message = `The guest has acknowledged ${acknowledge.phase}, the VMM is at ${phase}.`
    report('pci/bridge-migration-acknowledge', message, ['acknowledge', 'phase'])
  }
}

function phaseNumber(phase: string | number): number {
  return typeof phase === 'number' ? phase : (bridgeMigration.fields.phase.numbers.get(phase) ?? 0)
}
