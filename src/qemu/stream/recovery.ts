import type { Window } from '../../layout/index.ts'
import { waitFor } from '../teller.ts'
import { isRecovery, LONGEST } from './recovery-detect.ts'

/** Whether a stream begins that goes on after a failure of postcopy. */
export function* startsRecovery(window: Window): Generator<number, boolean, undefined> {
  yield* waitFor(window, LONGEST)
  return isRecovery(window.peek(Math.min(LONGEST, window.available)))
}
