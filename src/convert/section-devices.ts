import { type Located, u32be, type ValueEvent } from '../layout/index.ts'
import { vfioAddress } from '../qemu/index.ts'
import type { MigrationPart } from '../stream/index.ts'
import type { PartFactory } from './part-factory.ts'

/** What the header of a section says of its device. */
interface SectionHeader {
  readonly kind: unknown
  readonly sectionId: number
  readonly name?: string | undefined
  readonly instanceId?: number | undefined
}

/** Devices that are told apart; the sections of more belong to the migration as a whole. */
const MOST_DEVICES = 4096

const VERSION = u32be.agrees('at-most', 'QEMU refuses a section of a version that is newer than its own.')
/** Sections that no device has to be there for. */
const EVERYWHERE: ReadonlySet<string> = new Set(['ram', 'globalstate', 'dirty-bitmap'])

/** Whose a part is. */
export interface Owner {
  readonly device: number | undefined
  readonly group?: string
}

/** The devices that sections are of, by name and instance. */
export class SectionDevices {
  readonly #owners = new Map<string, Owner>()
  /** By section. */
  readonly #bySection = new Map<number, Owner>()
  #count = 0

  constructor(private readonly parts: PartFactory) {}

  /** Who the parts of a section belong to. */
  of(sectionId: number): Owner {
    return this.#bySection.get(sectionId) ?? { device: undefined, group: `section ${sectionId}` }
  }

  /** Who the state of a device belongs to. */
  named(name: string, instanceId: number | undefined): Owner {
    return this.#owners.get(nameOf(name, instanceId)) ?? { device: undefined, group: nameOf(name, instanceId) }
  }

  /** A section begins. The first of a device tells who that is, and of what version its state is. */
  *begin(event: ValueEvent): Generator<MigrationPart> {
    const { sectionId, name, instanceId } = event.value as SectionHeader
    if (name === undefined) return
    const address = nameOf(name, instanceId)
    const known = this.#owners.get(address)
    if (known !== undefined) {
      this.#bySection.set(sectionId, known)
      return
    }
    const isNamed = this.#count < MOST_DEVICES
    const owner: Owner = isNamed ? { device: this.#count++ } : { device: undefined, group: address }
    if (isNamed) this.#owners.set(address, owner)
    this.#bySection.set(sectionId, owner)
    if (owner.device !== undefined) yield { kind: 'device', device: owner.device, address, ids: '' }
    const head = event
      .fields()
      .filter(({ path }) => path.at(-1) === 'version')
      .map((field): Located => ({ ...field, path: ['version'], type: VERSION }))
    const isNeeded = !EVERYWHERE.has(name)
    yield* this.parts.whole({
      ...{ ...owner, type: 'section', head, offset: event.offset },
      ...(isNeeded ? { needed: `QEMU refuses the stream: the destination has no ${address}.` } : {}),
    })
  }
}

/** VFIO devices are named as in streams of other kinds. */
function nameOf(name: string, instanceId = 0): string {
  return `${vfioAddress(name)}${instanceId === 0 ? '' : `#${instanceId}`}`
}
