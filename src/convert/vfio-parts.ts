import type { BytesEvent, Located, ValueEvent } from '../layout/index.ts'
import type { QemuVfioDevice } from '../qemu/index.ts'
import { type Content, type MigrationPart, stateHead } from '../stream/index.ts'
import type { PartFactory, PartFacts } from './part-factory.ts'
import { HeldStates, PendingState } from './pending-state.ts'
import type { Owner } from './section-devices.ts'
import { pciStateOf, stateFormatOf } from './vfio-pieces.ts'

/** The state of a device while it comes in. */
interface Open {
  readonly owner: Owner
  readonly state: PendingState
  /** Of the part, where the state is too long to be held. */
  id: number | undefined
}

/** The parts that VFIO devices make. */
export class VfioParts {
  readonly #held = new HeldStates()
  readonly #open = new Map<number, Open>()

  constructor(private readonly parts: PartFactory) {}

  /** The next bytes of the state of a section's device. */
  *data(event: Pick<BytesEvent, 'bytes' | 'offset'>, sectionId: number, owner: Owner): Generator<MigrationPart> {
    const { bytes, offset } = event
    let open = this.#open.get(sectionId)
    if (open === undefined) {
      open = { owner, state: new PendingState(this.#held), id: undefined }
      this.#open.set(sectionId, open)
    }
    for (const piece of open.state.add(bytes, offset)) {
      if (open.id === undefined) {
        const begun = this.parts.begin(stateFacts(open.owner, '', '', piece.offset))
        yield begun.part
        open.id = begun.id
      }
      yield { kind: 'bytes', id: open.id, ...piece }
    }
  }

  /** All that is known of a device. */
  *device(event: ValueEvent, owner: Owner): Generator<MigrationPart> {
    const device = event.value as QemuVfioDevice
    yield* this.#pciState(event, owner)
    const open = this.#open.get(device.sectionId)
    this.#open.delete(device.sectionId)
    if (open?.id !== undefined) yield { kind: 'end', id: open.id }
    else if (open !== undefined) {
      const { format, options } = stateFormatOf(device)
      const pieces = open.state.release()
      yield* this.parts.whole(stateFacts(owner, format, options, pieces[0]?.offset ?? 0), pieces)
    }
  }

  *#pciState(event: ValueEvent, owner: Owner): Generator<MigrationPart> {
    const state = pciStateOf(event)
    if (state === undefined) return
    const { offset, bytes, configSpace, msixTable, msixPba, fields } = state
    const whole = { bytes, offset }
    yield* this.parts.whole(
      { ...owner, type: 'pci-state', content: { kind: 'fields', fields: () => [...fields] }, offset },
      [whole],
    )
    for (const [type, format, piece] of [
      ['config-space', 'pci-config-space', configSpace],
      ['msix-table', 'msix-table', msixTable],
      ['msix-pba', 'msix-pba', msixPba],
    ] as const) {
      if (piece === undefined) continue
      const at = offset + piece.start
      const content: Content = { kind: 'format', name: format, options: [] }
      yield* this.parts.whole({ ...owner, type, content, offset: at }, [{ bytes: piece.bytes, offset: at }])
    }
  }
}

/** As the same state has them in a stream of our own, so that both can be compared. */
function stateFacts(owner: Owner, format: string, options: string, offset: number): PartFacts {
  const head: Located[] = stateHead(format, options).map((field) => ({ ...field, offset, length: 0 }))
  const list = options === '' ? [] : options.split('\n')
  const content: Content = format === '' ? { kind: 'opaque' } : { kind: 'format', name: format, options: list }
  return { ...owner, type: 'device-state', head, pairing: format, content, offset }
}
