import { type Fields, integerTo, optional } from './field.ts'

/** Exported for the declarations of the tables of kinds, which name it. */
export interface KindFacts<Fs extends Fields> {
  readonly meaning: string
  readonly fields: Fs
}

export function kind<const Fs extends Fields>(meaning: string, fields: Fs): KindFacts<Fs> {
  return { meaning, fields }
}

/** What a rule keeps for each device stays bounded. */
export const LAST_DEVICE = 255

export const device = optional(
  integerTo(LAST_DEVICE, 'number of the device, its slot behind the bridge; 0 when left out'),
)
