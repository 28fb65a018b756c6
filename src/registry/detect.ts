import type { Format, Probe } from '../layout/index.ts'
import { formats } from './formats.ts'

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
  return formats
    .filter(({ automatic }) => automatic)
    .map((format) => ({ format, confidence: format.detect(probe) }))
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .sort((a, b) => b.confidence - a.confidence)
}
