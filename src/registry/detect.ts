import type { Format, Probe } from '../layout/index.ts'
import { rows } from './rows.ts'

/** A format that bytes may be. */
export interface Candidate {
  readonly format: Format
  /** 0 to 1. */
  readonly confidence: number
}

/** Below this a format is not taken without being named. */
const LEAST_CONFIDENCE = 0.3

/** Formats that the bytes may be, the surest first. */
export function detectFormats(probe: Probe): Candidate[] {
  return rows
    .filter(({ automatic }) => automatic)
    .map((row) => ({ row, confidence: row.detect(probe) }))
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .sort((a, b) => b.confidence - a.confidence)
    .map(({ row, confidence }) => ({ format: row.load(), confidence }))
}
