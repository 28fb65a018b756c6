import { findFormat, formatNames } from '../registry/find.ts'
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

/** A complaint about a name that there is not, with the one that may be meant. */
export function unknownName(problem: string, near: string | undefined, where: string): Complaint {
  return new Complaint(`${problem}${near === undefined ? '' : ` (did you mean ${near}?)`}; ${where}.`)
}
