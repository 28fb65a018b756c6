import type { QuietEvents } from '../design.ts'

/** Where the guest driver stops the device: it is quiet from its answer on, until it comes up again. */
export function stoppedByDriver(answer: string): QuietEvents {
  return {
    quiet: [
      { kind: 'status-write', register: answer, value: 1 },
      { kind: 'device', state: ['down', 'absent', 'quiet', 'reset'] },
    ],
    active: [{ kind: 'device', state: 'up' }],
  }
}
