import type { BytesEvent, ValueEvent } from '../layout/index.ts'
import { type QemuVfioDevice, vfioAddress } from '../qemu/index.ts'
import type { RecordInput } from '../stream/index.ts'
import { designRecord, deviceRecord, idsOf, NO_IDS } from './device-identity.ts'
import { HeldStates, PendingState } from './pending-state.ts'
import { StateRecords } from './state-records.ts'
import { pciStateOf, stateFormatOf } from './vfio-pieces.ts'

/** A VFIO device while the stream is read. */
interface Known {
  readonly device: number
  readonly address: string
  readonly state: PendingState
  /** Of a state that is too long to be held: its device has to be told before it is known who that is. */
  records?: StateRecords
  design: 'vfio-v1' | 'vfio-v2'
}

/** The records that VFIO devices make. */
export class VfioRecords {
  readonly #held = new HeldStates()
  readonly #known = new Map<number, Known>()

  /** @param take gives the number of a new device */
  constructor(private readonly take: () => number) {}

  /** A section of a VFIO device begins. */
  begin(sectionId: number, name: string): void {
    if (this.#known.has(sectionId)) return
    const address = vfioAddress(name)
    const state = new PendingState(this.#held)
    this.#known.set(sectionId, { device: this.take(), address, state, design: 'vfio-v2' })
  }

  /** A record of a section of such a kind. */
  record(sectionId: number, kind: string, tag: string, size: bigint | undefined): void {
    const known = this.#known.get(sectionId)
    // The first interface sent the PCI state before the end of the section, or told its end by data without bytes.
    const isFirst = (tag === 'DEV_CONFIG_STATE' && kind === 'END') || (tag === 'DEV_DATA_STATE' && size === 0n)
    if (known !== undefined && isFirst) known.design = 'vfio-v1'
  }

  /** The next bytes of the state of a section's device. */
  *data({ bytes, offset }: Pick<BytesEvent, 'bytes' | 'offset'>, sectionId: number): Generator<RecordInput> {
    const known = this.#known.get(sectionId)
    if (known === undefined) return
    for (const piece of known.state.add(bytes, offset)) {
      if (known.records === undefined) {
        yield deviceRecord(known.device, NO_IDS, known.address)
        known.records = new StateRecords(known.device, '', '')
      }
      yield* known.records.push(piece.bytes)
    }
  }

  /** All that is known of a device when the stream is over. */
  *device(event: ValueEvent): Generator<RecordInput> {
    const value = event.value as QemuVfioDevice
    const known = this.#known.get(value.sectionId)
    if (known === undefined) return
    const { device, address, state, design } = known
    const pci = pciStateOf(event)
    if (known.records === undefined) {
      yield deviceRecord(device, pci === undefined ? NO_IDS : idsOf(pci.configSpace.bytes), address)
    }
    yield designRecord(device, design)
    if (pci !== undefined) {
      yield { type: 'config-space', device, payload: pci.configSpace.bytes }
      if (pci.msixTable !== undefined) yield { type: 'msix-table', device, payload: pci.msixTable.bytes }
      if (pci.msixPba !== undefined) yield { type: 'msix-pba', device, payload: pci.msixPba.bytes }
    }
    let { records } = known
    if (records === undefined) {
      if (value.deviceState.size === 0) return
      const { format, options } = stateFormatOf(value)
      records = new StateRecords(device, format, options)
      for (const { bytes } of state.release()) yield* records.push(bytes)
    }
    yield records.end()
  }
}
