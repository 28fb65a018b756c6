/** A description, registers in which every part is there, and constants by the field that they belong to. */
export interface Case {
  readonly id: number
  readonly layout: string
  /** The first registers; the rest is zero. */
  readonly registers?: string
  /** Field to constant: an offset for a field, a mask for a member of a word. */
  readonly constants: Readonly<Record<string, string>>
}

/** Constants of the same bits in three registers. */
export const same = (registers: readonly string[], bits: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    registers.flatMap((register) => Object.entries(bits).map(([bit, name]) => [`${register}.${bit}`, name])),
  )
