import type { QemuSection } from '../../qemu/index.ts'
import { Complaint } from '../complaint.ts'
import { unknownName } from '../known.ts'
import { nearest } from '../nearest.ts'

/** What can be taken out of a stream of QEMU. */
export type QemuPart =
  | { readonly kind: 'vfio' | 'config-space' | 'msix' | 'vmdesc' }
  /** `name` is that of a section, with #INSTANCE where there are several; of a RAM block; or of a bitmap, NODE/BITMAP. */
  | { readonly kind: 'device' | 'ram' | 'bitmap'; readonly name: string }

const WHOLE = ['vfio', 'config-space', 'msix', 'vmdesc'] as const
const NAMED = ['device', 'ram', 'bitmap'] as const

/** How parts are written, for messages. */
export const QEMU_PARTS: readonly string[] = [...WHOLE, ...NAMED.map((kind) => `${kind}:NAME`)]

/** @throws Complaint for what is no part */
export function qemuPart(what: string): QemuPart {
  const kind = WHOLE.find((one) => one === what)
  if (kind !== undefined) return { kind }
  const colon = what.indexOf(':')
  const named = NAMED.find((one) => one === what.slice(0, colon))
  const name = what.slice(colon + 1)
  if (named !== undefined && name !== '') return { kind: named, name }
  if (NAMED.some((one) => one === what)) throw new Complaint(`--what ${what} needs a name: ${what}:NAME.`)
  const problem = `A migration stream of QEMU has no part ${JSON.stringify(what)}`
  throw unknownName(problem, nearest(what, WHOLE), `there are ${QEMU_PARTS.join(', ')}`)
}

/** Name of a section with its instance, which tells it from all others. */
export const fullName = ({ name, instanceId }: Pick<QemuSection, 'name' | 'instanceId'>) => `${name}#${instanceId ?? 0}`

/** Whether a text names a section: NAME, or NAME#INSTANCE. */
export const isNamed = (section: QemuSection, text: string) => section.name === text || fullName(section) === text

const MOST_NAMES = 40

/** The only name that there is. @throws Complaint that lists what there is */
export function onlyName(names: ReadonlySet<string>, what: string, way: string): string {
  const [first, another] = names
  if (first !== undefined && another === undefined) return first
  throw new Complaint(`${what}; ${way}: ${listed(names)}.`)
}

/** The name without its instance where there is no other. */
function shortName(this: ReadonlySet<string>, name: string): string {
  const short = name.replace(/#0$/, '')
  return this.has(`${short}#1`) ? name : short
}

/** Names in one sentence. */
export function listed(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, MOST_NAMES).map(shortName, names).join(', ')
  return names.size > MOST_NAMES ? `${shown} and ${names.size - MOST_NAMES} more` : shown || 'none'
}
