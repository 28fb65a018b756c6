import { encodingCodes } from '../dirty-bitmap/index.ts'
import { type CodeEntry, defineCodes } from '../findings/index.ts'
import { layoutCodes } from '../layout/index.ts'
import { protocolCodes } from '../protocol/index.ts'
import { ioctlArgumentCodes } from '../vfio/index.ts'
import { rows } from './rows.ts'

/** What can go wrong before a format is found. */
export const registryCodes = defineCodes({
  'registry/not-recognised': {
    severity: 'error',
    title: 'the input is of no known format',
    explanation:
      'Neither its magic, its size nor its content says what it is. Name the format with --as; `vfmig formats` lists them. Formats without a magic of their own are never detected.',
  },
})

/** Every finding code with its explanation, sorted by name. */
export function allCodes(): Map<string, CodeEntry> {
  const codes = new Map<string, CodeEntry>()
  const add = (entries: Readonly<Record<string, CodeEntry>>) => {
    for (const [code, entry] of Object.entries(entries)) codes.set(code, entry)
  }
  add(layoutCodes.entries)
  add(registryCodes.entries)
  add(protocolCodes.entries)
  add(ioctlArgumentCodes.entries)
  add(encodingCodes.entries)
  for (const row of rows) add(row.load().codes)
  return new Map([...codes].sort(([a], [b]) => (a < b ? -1 : 1)))
}
