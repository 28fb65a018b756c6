import { type Path, printPath } from '../findings/index.ts'
import { type Difference, diffFields } from './diff.ts'
import { sameValue } from './equal.ts'
import type { Format } from './format.ts'
import type { Located } from './walk.ts'

/**
 * What a destination requires of a field that stands in the source's state, compared with the same field of its own:
 * the same value; no bits that it lacks; not more than it has; nothing at all.
 */
export interface Agreement {
  readonly rule: 'equal' | 'subset' | 'at-most' | 'any'
  /** What the destination does otherwise, or why it takes any value; one sentence. */
  readonly refusal: string
}

/** A difference between two states of which the second is the destination's own: why it does not take the first. */
export interface Refusal {
  /** Field or part concerned, in the source's state. */
  readonly path: Path
  /** One sentence. */
  readonly message: string
}

export const VERDICTS = ['refused', 'accepted', 'unknown'] as const
export type Verdict = (typeof VERDICTS)[number]

/** A difference and what a destination makes of it, where that is known. */
export interface JudgedDifference extends Difference {
  /** Absent where nothing is said about refusal; unknown for bytes that only the destination understands. */
  readonly verdict?: Verdict
  /** Why it is refused, in sentences. */
  readonly refusals?: readonly string[]
}

/** Two states of one format, field by field; judged where the format says what its destinations compare. @throws DecodeError */
export function compareStates(format: Pick<Format, 'refusals'>, a: ReadState, b: ReadState): JudgedDifference[] {
  const [given, own] = [a.fields(), b.fields()]
  const differences = diffFields(given, own)
  if (format.refusals === undefined && !hasAgreements(given) && !hasAgreements(own)) return differences
  return judgeDifferences(differences, format.refusals?.(a.decode(), b.decode()) ?? [])
}

/** A state that can be read in both ways. */
export interface ReadState {
  fields(): Located[]
  decode(): unknown
}

/** Whether a destination compares any of these fields. */
export function hasAgreements(fields: readonly Located[]): boolean {
  return fields.some(({ type }) => type.agreement !== undefined)
}

/**
 * Says of each difference whether the destination refuses it.
 *
 * @param more refusals that no single field says: each joins the first difference at or below its path, or stands alone
 */
export function judgeDifferences(differences: readonly Difference[], more: readonly Refusal[]): JudgedDifference[] {
  const left = new Set(more)
  const judged = differences.map((difference): JudgedDifference => {
    const { a, b } = difference
    const own = a !== undefined && b !== undefined ? refusalOf(a, b) : undefined
    const refusals = own === undefined ? [] : [own]
    for (const refusal of left) {
      const { path } = (a ?? b) as Located
      if (!refusal.path.every((part, at) => part === path[at])) continue
      refusals.push(refusal.message)
      left.delete(refusal)
    }
    const verdict = refusals.length > 0 ? 'refused' : isRun(a) || isRun(b) ? 'unknown' : 'accepted'
    return { ...difference, verdict, refusals }
  })
  const alone = [...left].map(({ path, message }): JudgedDifference => {
    return { key: printPath(path), a: undefined, b: undefined, verdict: 'refused', refusals: [message] }
  })
  return [...judged, ...alone]
}

/** Whether a field is bytes of which no description says what a destination makes of them. */
function isRun(field: Located | undefined): boolean {
  return field?.value instanceof Uint8Array && field.type.agreement === undefined
}

/** Why a destination that has `own` does not take `given`; undefined where it does. */
function refusalOf(given: Located, own: Located): string | undefined {
  const { agreement } = given.type
  if (agreement === undefined || agrees(agreement.rule, given.value, own.value)) return undefined
  return agreement.refusal
}

function agrees(rule: Agreement['rule'], given: unknown, own: unknown): boolean {
  if (rule === 'any') return true
  if (rule === 'equal') return sameValue(given, own)
  const [mine, theirs] = [numberOf(given), numberOf(own)]
  // A name against a number, or text: nothing but the same value is known to be taken.
  if (mine === undefined || theirs === undefined) return sameValue(given, own)
  return rule === 'subset' ? (mine & ~theirs) === 0n : mine <= theirs
}

function numberOf(value: unknown): bigint | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'number' || typeof value === 'bigint' ? BigInt(value) : undefined
}
