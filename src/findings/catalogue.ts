import type { Finding, Severity } from './finding.ts'
import type { Path } from './path.ts'

/** What is known of a finding code, whatever the input. */
export interface CodeEntry {
  readonly severity: Severity
  /** One line: what the code says. */
  readonly title: string
  /** What it means for a migration and what to do; printed by `vfmig explain`. */
  readonly explanation: string
  /** Where the rule comes from. */
  readonly source?: string
}

/** Where a finding lies and what it says about this input. */
export interface Place {
  readonly offset: number
  readonly length: number
  readonly path: Path
  readonly hint?: string
  /** Overrides the severity of the catalogue where the circumstances weigh differently. */
  readonly severity?: Severity
}

/** The codes of one area, and how their findings are made. */
export interface Catalogue<Code extends string> {
  readonly entries: Readonly<Record<Code, CodeEntry>>
  /** Makes a finding: the code gives severity and source, the caller message and place. */
  finding(code: Code, message: string, place: Place): Finding
}

/** Declares the stable codes of one area. Each code is written once, here, with its explanation. */
export function defineCodes<const E extends Record<string, CodeEntry>>(entries: E): Catalogue<keyof E & string> {
  return {
    entries,
    finding(code, message, place) {
      const entry = entries[code] as CodeEntry
      const { offset, length, path } = place
      const severity = place.severity ?? entry.severity
      const finding: { -readonly [K in keyof Finding]: Finding[K] } = { code, severity, message, offset, length, path }
      if (place.hint !== undefined) finding.hint = place.hint
      if (entry.source !== undefined) finding.source = entry.source
      return finding
    },
  }
}
