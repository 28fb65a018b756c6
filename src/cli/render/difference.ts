import { type Located, plainJson, type Verdict } from '../../layout/index.ts'
import { fieldText } from './field.ts'
import type { Palette } from './palette.ts'

/** What a destination makes of a difference, where that is known. */
export function levelText(verdict: Verdict | undefined, colours: Palette): string {
  if (verdict === undefined) return ''
  return `  ${verdict === 'refused' ? colours.severity('error', verdict) : colours.dim(verdict)}`
}

/** The value of one side. */
export function side(field: Located | undefined, colour: (text: string) => string): string {
  return field === undefined ? 'absent' : colour(fieldText(field))
}

/** One side in JSON. */
export function sideJson(located: Located | undefined) {
  if (located === undefined) return null
  return { offset: located.offset, length: located.length, value: plainJson(located.value) }
}
