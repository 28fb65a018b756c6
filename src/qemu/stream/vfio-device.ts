import type { Report } from '../../findings/index.ts'
import { type DerivedSpace, isOpaque, type Json, movedFields, movedFindings, movedSpaces } from '../../layout/index.ts'
import type { Teller } from '../teller.ts'
import {
  type DecodedConfigState,
  DeviceState,
  type DeviceStateRoom,
  type DeviceStateSummary,
  type StreamFacts,
  type VfioConfigState,
  VfioSectionRules,
  vfioConfigStateFormat,
} from '../vfio/index.ts'

/** A record of a VFIO device, as the list of its records has it. */
export interface ListedRecord {
  /** Of the tag, in the file. */
  readonly offset: number
  readonly tag: string
  /** Bytes of data. */
  readonly length?: number
}

/** A VFIO device of a stream; its PCI state is there where the stream has it. */
export interface QemuVfioDevice extends Partial<VfioConfigState> {
  readonly name: string
  readonly sectionId: number
  readonly records: readonly ListedRecord[]
  readonly deviceState: DeviceStateSummary
}

/** What all VFIO devices of a stream may take together. */
export interface VfioRoom {
  /** Records that may still be listed. */
  records: number
  readonly states: DeviceStateRoom
}

/** What the sections of a VFIO device come to. */
export class VfioDevice {
  readonly rules: VfioSectionRules
  readonly #records: ListedRecord[] = []
  readonly #state: DeviceState
  #config: { readonly decoded: DecodedConfigState; readonly offset: number } | undefined

  constructor(
    private readonly name: string,
    private readonly sectionId: number,
    private readonly index: number,
    private readonly report: Report,
    private readonly room: VfioRoom,
  ) {
    this.#state = new DeviceState(room.states)
    this.rules = new VfioSectionRules(report, ['vfio', index])
  }

  record(tag: string, offset: number, length: bigint | undefined): void {
    if (this.room.records === 0) return
    this.room.records -= 1
    this.#records.push({ offset, tag, ...(length === undefined ? {} : { length: Number(length) }) })
  }

  data(bytes: Uint8Array, offset: number): void {
    this.#state.add(bytes, offset)
  }

  get hasConfig(): boolean {
    return this.#config !== undefined
  }

  /** Keeps the PCI state; the index by which its record refers to it. */
  config(decoded: DecodedConfigState, offset: number): number {
    this.#config = { decoded, offset }
    for (const finding of movedFindings(decoded.findings, offset, ['vfio', this.index])) this.report(finding)
    return this.index
  }

  /** Judges and tells the device when the stream is over; its spaces are added to a list. */
  tell(teller: Teller, facts: StreamFacts, spaces: DerivedSpace[]): void {
    const { name, sectionId, index } = this
    const below = ['vfio', index]
    this.rules.finish(facts)
    const config = this.#config
    const { space, findings, format, size, sha256 } = this.#state.finish({ vendorId: this.#vendorId(), below })
    // The rest of a part of a state is on another channel, or was never sent.
    if (this.rules.hasWholeState) for (const finding of findings) this.report(finding)
    spaces.push(space)
    if (config !== undefined) spaces.push(...movedSpaces(config.decoded.spaces(), config.offset, below))
    const summary = { name, sectionId, records: this.#records, deviceState: { format, size, sha256 } }
    teller.elsewhere(index, {
      value: (): QemuVfioDevice => ({ ...summary, ...config?.decoded.value }),
      json: () => ({
        ...(summary as unknown as { [name: string]: Json }),
        ...(config === undefined ? {} : (vfioConfigStateFormat.toJson(config.decoded.value) as object)),
      }),
      fields: () => (config === undefined ? [] : movedFields(config.decoded.fields(), config.offset, below)),
    })
  }

  #vendorId(): number | undefined {
    const { configSpace } = this.#config?.decoded.value ?? {}
    return configSpace === undefined || isOpaque(configSpace) ? undefined : configSpace.header?.vendorId
  }
}
