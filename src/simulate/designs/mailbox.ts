import { msixEntryCodec } from '../../pci/index.ts'
import type { Machine } from '../machine.ts'
import type { Stage } from '../stage.ts'

/** The limit that the designs themselves do not have: nobody waits for ever. In microseconds. */
const LONGEST_WAIT = 100_000
/** Time in which a guest reacts to an interrupt, in microseconds. */
const REACTION = { least: 50, most: 500 } as const

/** Raises the mailbox vector; false where it is masked, so that nobody hears it. */
export function raiseMailbox({ trace }: Stage, { side, vf }: Machine, vector: number): boolean {
  const entry = msixEntryCodec.decode(vf.msix.subarray(16 * vector, 16 * (vector + 1)))
  const delivered = !entry.vectorControl.masked
  trace.add(side, 'irq', { what: 'mailbox', vector, ...(delivered ? {} : { delivered }) })
  return delivered
}

/** Waits for the guest, which answers after some time, or never; true where it has answered. */
export function waitForGuest({ trace, copying, random }: Stage, answers: boolean, answer: () => void): boolean {
  trace.add('source', 'wait', { for: 'guest', bound: LONGEST_WAIT })
  copying.pass(answers ? random.between(REACTION.least, REACTION.most) : LONGEST_WAIT)
  if (answers) answer()
  trace.add('source', 'wait-ended', { for: 'guest', outcome: answers ? 'answered' : 'timed-out' })
  return answers
}
