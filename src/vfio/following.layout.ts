import { atLeast, bytes, optional, remaining } from '../layout/index.ts'

/** What a caller's buffer holds behind its argument. */
export const following = optional(
  atLeast(remaining, 1),
  bytes(remaining).doc('bytes behind what is described; room that was not used is zero'),
)
