import { Complaint } from '../complaint.ts'
import { nearest } from '../nearest.ts'

/** Kinds of records that a file can be packed as. */
export const ROLES = [
  'config-space',
  'msix-table',
  'msix-pba',
  'faked-capability',
  'pf-state',
  'mmio-registers',
  'ring-state',
  'device-state',
  'dirty-bitmap',
  'trace',
] as const
export type Role = (typeof ROLES)[number]

/** A file that becomes a part. */
export interface PartWord {
  readonly path: string
  /** What it is; to be seen from its bytes where nobody says. */
  readonly role: Role | undefined
  /** Name of the format of a state, where it is said. */
  readonly format: string | undefined
}

/** What is known of a device besides its parts. */
export interface DeviceWords {
  readonly address?: string
  readonly vendor?: number
  readonly device?: number
  readonly driver?: string
  readonly compatibility?: string
}

export interface DeviceParts {
  readonly facts: DeviceWords
  readonly parts: PartWord[]
}

/** Sorts words by device: a word device=... begins a further one. @throws Complaint */
export function devicesOf(words: readonly string[], first: string | undefined): DeviceParts[] {
  const devices: DeviceParts[] = []
  if (first !== undefined) devices.push({ facts: deviceFacts(first), parts: [] })
  for (const word of words) {
    if (word.startsWith('device=')) devices.push({ facts: deviceFacts(word.slice('device='.length)), parts: [] })
    else {
      if (devices.length === 0) devices.push({ facts: {}, parts: [] })
      devices.at(-1)?.parts.push(partOf(word))
    }
  }
  return devices
}

/** ROLE=FILE, ROLE:FORMAT=FILE or FILE. */
function partOf(word: string): PartWord {
  const [, name, format, path] = /^([a-z][a-z-]*)(?::([a-z0-9-]+))?=(.*)$/s.exec(word) ?? []
  if (name === undefined || path === undefined) return { path: word, role: undefined, format: undefined }
  const role = ROLES.find((one) => one === name)
  if (role !== undefined) return { path, role, format }
  const near = nearest(name, ROLES)
  const meant = near === undefined ? '' : ` (did you mean ${near}?)`
  throw new Complaint(`There is no part ${JSON.stringify(name)}${meant}; a part is one of ${ROLES.join(', ')}.`)
}

function deviceFacts(text: string): DeviceWords {
  const facts: Record<string, string | number> = {}
  for (const word of text.split(',')) {
    const [, name, value] = /^(address|vendor|device|driver|compatibility)=(.*)$/s.exec(word) ?? []
    if (name === undefined || value === undefined) {
      throw new Complaint(
        `${JSON.stringify(word)} says nothing of a device; give address=, vendor=, device=, driver= or compatibility=.`,
      )
    }
    facts[name] = name === 'vendor' || name === 'device' ? idOf(name, value) : value
  }
  return facts
}

function idOf(name: string, value: string): number {
  const id = /^(0x[0-9a-f]{1,4}|\d{1,5})$/i.test(value) ? Number(value) : Number.NaN
  if (id <= 0xffff) return id
  throw new Complaint(`${name}=${value} is no PCI ID; give a number up to 0xffff, such as 0x8086.`)
}
