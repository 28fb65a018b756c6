import { Complaint } from '../complaint.ts'
import { addressOption } from '../dirty/quantities.ts'
import { nearest } from '../nearest.ts'

/** Parts whose payload names the format of its data. */
export const STATE_ROLES = ['faked-capability', 'pf-state', 'mmio-registers', 'ring-state', 'device-state'] as const
export type StateRole = (typeof STATE_ROLES)[number]

/** Files of lines of JSON, each an event. */
export const EVENT_ROLES = { 'state-transitions': 'state-transition', 'irq-events': 'irq-event' } as const
export type EventRole = keyof typeof EVENT_ROLES

/** What a file can be packed as. */
export const ROLES = [
  'config-space',
  'msix-table',
  'msix-pba',
  ...STATE_ROLES,
  'memory',
  'dirty-bitmap',
  'state-transitions',
  'irq-events',
  'trace',
  'vendor-private',
  'note',
] as const
export type Role = (typeof ROLES)[number]

/** A file that becomes a part. */
export interface PartWord {
  readonly path: string
  /** What it is; to be seen from its bytes where nobody says. */
  readonly role: Role | undefined
  /** Format of a state, encoding of a bitmap, name of memory, or vendor and subtype. */
  readonly detail: string | undefined
  /** Where memory, or the first page of a bitmap, lies. */
  readonly address: bigint | undefined
}

/** What is known of a device besides its parts. */
export interface DeviceWords {
  readonly address?: string
  readonly vendor?: number
  readonly device?: number
  readonly driver?: string
  readonly compatibility?: string
  /** File of the config space of the physical function, which has the IDs of its VFs. */
  readonly pf?: string
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

/** ROLE=FILE, ROLE:DETAIL=FILE or FILE; FILE@ADDRESS for what lies somewhere. */
function partOf(word: string): PartWord {
  const [, name, detail, path] = /^([a-z][a-z-]*)(?::([\w.:-]+))?=(.*)$/s.exec(word) ?? []
  if (name === undefined || path === undefined) {
    return { path: word, role: undefined, detail: undefined, address: undefined }
  }
  const role = ROLES.find((one) => one === name)
  if (role === 'memory' || role === 'dirty-bitmap') return { ...placed(path), role, detail }
  if (role !== undefined) return { path, role, detail, address: undefined }
  const near = nearest(name, ROLES)
  const meant = near === undefined ? '' : ` (did you mean ${near}?)`
  throw new Complaint(`There is no part ${JSON.stringify(name)}${meant}; a part is one of ${ROLES.join(', ')}.`)
}

function placed(text: string): Pick<PartWord, 'path' | 'address'> {
  const [, path, address] = /^(.*)@(0x[0-9a-f]+|\d+)$/is.exec(text) ?? []
  if (path === undefined || address === undefined) return { path: text, address: undefined }
  return { path, address: addressOption(`The address of ${path}`, address) }
}

const FACTS = /^(address|vendor|device|driver|compatibility|pf)=(.*)$/s

function deviceFacts(text: string): DeviceWords {
  const facts: Record<string, string | number> = {}
  for (const word of text.split(',')) {
    const [, name, value] = FACTS.exec(word) ?? []
    if (name === undefined || value === undefined) {
      throw new Complaint(
        `${JSON.stringify(word)} says nothing of a device; give address=, vendor=, device=, driver=, compatibility= or pf=.`,
      )
    }
    facts[name] = name === 'vendor' || name === 'device' ? idOf(name, value) : value
  }
  return facts
}

/** A number of 16 bits. @throws Complaint */
export function idOf(name: string, value: string): number {
  const id = /^(0x[0-9a-f]{1,4}|\d{1,5})$/i.test(value) ? Number(value) : Number.NaN
  if (id <= 0xffff) return id
  throw new Complaint(`${name}=${value} is no PCI ID; give a number up to 0xffff, such as 0x8086.`)
}
