import type { Path } from './path.ts'

/**
 * error: a decoder cannot go on, a destination would refuse, or a rule of the design was broken.
 * warning: legal, but a known cause of failed or silently corrupt migrations.
 * info: unusual but harmless.
 */
export type Severity = 'error' | 'warning' | 'info'

/** Most serious first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

/** One observation about a range of bytes. */
export interface Finding {
  /** Stable `area/kebab-case` code; `vfmig explain CODE` tells more. */
  readonly code: string
  readonly severity: Severity
  /** One sentence: what is wrong. */
  readonly message: string
  /** First byte, counted in the space that `in` names. */
  readonly offset: number
  /** Bytes concerned; 0 where only a position can be named. */
  readonly length: number
  /** The derived space that `offset` counts in; absent for the file itself. */
  readonly in?: string
  /** Line of a text capture, counted from 1. */
  readonly line?: number
  readonly path: Path
  /** What to do about it. */
  readonly hint?: string
  /** Where the rule comes from. */
  readonly source?: string
}

/** Receives findings as they are made. */
export type Report = (finding: Finding) => void
