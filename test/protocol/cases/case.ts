import type { Severity } from '../../../src/findings/index.ts'
import type { DesignName, ProtocolCode } from '../../../src/protocol/index.ts'
import type { Change } from '../trace.ts'

/** The smallest change of a healthy run that brings a finding about. */
export interface Case {
  readonly design: DesignName
  readonly code: ProtocolCode
  readonly what: string
  /** Where it is another than that of the code. */
  readonly severity?: Severity
  readonly change: Change
  /** What else the same change has to bring about. */
  readonly also?: readonly ProtocolCode[]
  readonly variant?: string
}

/** Cases of one design. */
export function casesOf(design: DesignName, ...cases: Omit<Case, 'design'>[]): Case[] {
  return cases.map((one) => ({ design, ...one }))
}
