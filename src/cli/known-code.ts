import type { CodeEntry } from '../findings/index.ts'
import { allCodes } from '../registry/codes.ts'
import { unknownName } from './known.ts'
import { nearest } from './nearest.ts'

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
