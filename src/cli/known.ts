import type { CodeEntry } from '../findings/index.ts'
import { formatNames } from '../registry/find.ts'
import { allCodes, findFormat } from '../registry/index.ts'
import { Complaint } from './complaint.ts'
import { nearest } from './nearest.ts'

/** Refuses the name of a format that there is not. @throws Complaint */
export function checkFormat(name: string | undefined): void {
  if (name === undefined || findFormat(name) !== undefined) return
  throw unknownName(
    `There is no format ${JSON.stringify(name)}`,
    nearest(name, formatNames()),
    'vfmig formats lists them',
  )
}

/** What is known of a finding code. @throws Complaint */
export function requireCode(code: string): CodeEntry {
  const codes = allCodes()
  const entry = codes.get(code)
  if (entry !== undefined) return entry
  // Half a name is enough for a suggestion, too.
  const part = [...codes.keys()].find((name) => code.length > 3 && name.includes(code))
  throw unknownName(
    `There is no finding code ${JSON.stringify(code)}`,
    part ?? nearest(code, codes.keys()),
    'vfmig explain lists them',
  )
}

/** A complaint about a name that there is not, with the one that may be meant. */
export function unknownName(problem: string, near: string | undefined, where: string): Complaint {
  return new Complaint(`${problem}${near === undefined ? '' : ` (did you mean ${near}?)`}; ${where}.`)
}
