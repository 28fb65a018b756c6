import type { CodeEntry } from '../findings/index.ts'
import { type Format, layoutCodes } from '../layout/index.ts'
import { configSpaceFormat, msixEntryFormat, msixTableFormat } from '../pci/index.ts'

/** Every format, in the order of the documentation. A new format is one line here. */
export const formats: readonly Format[] = [configSpaceFormat, msixEntryFormat, msixTableFormat] as readonly Format[]

export function findFormat(name: string): Format | undefined {
  return formats.find((format) => format.name === name)
}

/** Every finding code with its explanation, sorted by name. */
export function allCodes(): Map<string, CodeEntry> {
  const codes = new Map<string, CodeEntry>()
  const add = (entries: Readonly<Record<string, CodeEntry>>) => {
    for (const [code, entry] of Object.entries(entries)) codes.set(code, entry)
  }
  add(layoutCodes.entries)
  for (const format of formats) add(format.codes)
  return new Map([...codes].sort(([a], [b]) => (a < b ? -1 : 1)))
}
