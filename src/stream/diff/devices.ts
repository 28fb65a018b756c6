import type { Migration } from './migration.ts'
import type { DeviceFacts } from './parts.ts'

/** A device of one side or of both; numbers are undefined for the migration as a whole. */
export interface DevicePair {
  /** Its address where that is known, `device 0` elsewhere; undefined for the migration as a whole. */
  readonly name: string | undefined
  readonly a: { readonly number: number | undefined } | undefined
  readonly b: { readonly number: number | undefined } | undefined
}

/**
 * Pairs devices by address; those that are left by their IDs, in order; and those that are left by number where one side
 * does not say who they are.
 */
export function pairDevices(a: Migration, b: Migration): DevicePair[] {
  const left = new Map(numbersOf(b).map((number) => [number, b.devices.get(number)]))
  const own = numbersOf(a).map((number) => ({ number, facts: a.devices.get(number), other: -1 }))
  const rules: readonly Rule[] = [
    (mine, other) => mine !== undefined && mine.address !== '' && mine.address === other?.address,
    (mine, other) => mine !== undefined && mine.ids !== '' && mine.ids === other?.ids,
    (mine, other, numbers) => numbers && !(isKnown(mine) && isKnown(other)),
  ]
  for (const isSame of rules) {
    for (const device of own) {
      if (device.other >= 0) continue
      const found = [...left].find(([number, facts]) => isSame(device.facts, facts, number === device.number))
      if (found === undefined) continue
      device.other = found[0]
      left.delete(found[0])
    }
  }
  const name = (number: number, facts: DeviceFacts | undefined) =>
    facts === undefined || facts.address === '' ? `device ${number}` : facts.address
  return [
    { name: undefined, a: { number: undefined }, b: { number: undefined } },
    ...own.map(({ number, facts, other }) => {
      const theirs = other < 0 ? undefined : { number: other }
      return { name: name(number, facts ?? b.devices.get(other)), a: { number }, b: theirs }
    }),
    ...Array.from(left, ([number, facts]) => ({ name: name(number, facts), a: undefined, b: { number } })),
  ]
}

type Rule = (mine: DeviceFacts | undefined, other: DeviceFacts | undefined, areNumbersSame: boolean) => boolean

const isKnown = (facts: DeviceFacts | undefined) => facts !== undefined && (facts.address !== '' || facts.ids !== '')

function numbersOf({ parts, devices }: Migration): number[] {
  const numbers = new Set(devices.keys())
  for (const { device } of parts) if (device !== undefined) numbers.add(device)
  return [...numbers].sort((x, y) => x - y)
}
