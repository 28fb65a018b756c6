import type { StructType } from '../types.ts'

/** `vectorControl` and `msix-entry` in the snake case that Kaitai wants. */
export function snake(name: string): string {
  const text = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
  return /^[a-z]/.test(text) ? text : `n_${text}`
}

/** Kaitai's name of a parameter, which shares a space of names with the fields. */
export function parameterId(type: StructType, name: string): string {
  return name in type.fields ? `given_${snake(name)}` : snake(name)
}

/** Hands out names that are not taken yet. */
export class UniqueNames {
  private readonly taken = new Set<string>()

  take(wanted: string): string {
    let name = wanted
    for (let number = 2; this.taken.has(name); number++) name = `${wanted}_${number}`
    this.taken.add(name)
    return name
  }
}
