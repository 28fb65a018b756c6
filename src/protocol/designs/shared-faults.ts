import type { Fault } from '../design.ts'

// Faults that mean the same in several designs.

export const platformMismatch: Fault = {
  meaning: 'the destination is of another hardware generation',
  code: 'protocol/platform-mismatch',
}

export const configRefused: Fault = {
  meaning: 'the config space of the destination differs where it must not',
  code: 'protocol/state-refused',
}

export const noGuestDriver: Fault = {
  meaning: 'the guest has no driver for the VF',
  code: 'protocol/driver-absent',
}

/** Those of a device behind a migration region. */
export const migrationRegionFaults = {
  'wrong-order': { meaning: 'data is read before its offset', code: 'protocol/data-before-offset' },
  'pending-left': { meaning: 'the state is not read to its end', code: 'protocol/pending-left' },
  'bitmap-after-state': {
    meaning: 'the last dirty pages are asked for after the state was taken',
    code: 'protocol/bitmap-after-state',
  },
  'read-state-before-stop': {
    meaning: 'the state is taken while the device runs',
    code: 'protocol/read-state-before-stop',
  },
  'dma-after-stop': { meaning: 'the device writes after it was stopped', code: 'protocol/dma-while-quiet' },
  'platform-mismatch': platformMismatch,
} as const satisfies Readonly<Record<string, Fault>>
