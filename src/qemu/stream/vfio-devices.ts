import type { Report } from '../../findings/index.ts'
import { type Digest, sha256 } from '../../hash/index.ts'
import { type Json, movedFields, toHex } from '../../layout/index.ts'
import { type DecodedConfigState, type VfioConfigState, vfioConfigStateFormat } from '../vfio/index.ts'
import type { QemuSection } from './section.ts'
import { MOST_LISTED } from './summary.ts'
import type { Teller } from './teller.ts'
import type { VfioListener } from './vfio-body.ts'

/** A record of a VFIO device, as the list of its records has it. */
export interface ListedRecord {
  /** Of the tag, in the file. */
  readonly offset: number
  readonly tag: string
  /** Bytes of data. */
  readonly length?: number
}

/** A VFIO device of a stream. */
export interface QemuVfioDevice extends Partial<VfioConfigState> {
  readonly name: string
  readonly sectionId: number
  readonly records: readonly ListedRecord[]
  readonly deviceState: { readonly format: string | null; readonly size: number; readonly sha256: string }
}

/** The VFIO devices that a stream has sections of. */
export class VfioDevices {
  readonly #devices = new Map<number, VfioDevice>()

  constructor(private readonly report: Report) {}

  /** Who hears of the records of a section. */
  of({ sectionId, name }: QemuSection): VfioListener {
    let device = this.#devices.get(sectionId)
    if (device === undefined) {
      device = new VfioDevice(name, sectionId, this.#devices.size, this.report)
      this.#devices.set(sectionId, device)
    }
    return device
  }

  tell(teller: Teller): void {
    if (this.#devices.size === 0) return
    teller.begin('vfio', 'list')
    for (const [index, device] of [...this.#devices.values()].entries()) device.tell(teller, index)
    teller.end()
  }
}

class VfioDevice implements VfioListener {
  readonly #records: ListedRecord[] = []
  readonly #digest: Digest = sha256()
  #size = 0
  #config: { readonly decoded: DecodedConfigState; readonly offset: number } | undefined

  constructor(
    private readonly name: string,
    private readonly sectionId: number,
    private readonly index: number,
    private readonly report: Report,
  ) {}

  record(tag: string, offset: number, length: number | undefined): void {
    if (this.#records.length < MOST_LISTED) {
      this.#records.push({ offset, tag, ...(length === undefined ? {} : { length }) })
    }
  }

  data(bytes: Uint8Array, _offset: number): void {
    this.#digest.update(bytes)
    this.#size += bytes.length
  }

  config(decoded: DecodedConfigState, offset: number): number {
    this.#config = { decoded, offset }
    for (const finding of decoded.findings) {
      const isOwn = finding.in === undefined
      this.report({
        ...finding,
        offset: isOwn ? finding.offset + offset : finding.offset,
        ...(isOwn ? {} : { in: `vfio[${this.index}].${finding.in}` }),
        path: ['vfio', this.index, ...finding.path],
      })
    }
    return this.index
  }

  tell(teller: Teller, index: number): void {
    const { name, sectionId } = this
    const deviceState = { format: null, size: this.#size, sha256: toHex(this.#digest.digest()) }
    const summary = { name, sectionId, records: this.#records, deviceState }
    const config = this.#config
    const value = { ...summary, ...config?.decoded.value }
    const json = (): Json => ({
      ...(summary as unknown as { [name: string]: Json }),
      ...(config === undefined ? {} : (vfioConfigStateFormat.toJson(config.decoded.value) as object)),
    })
    teller.elsewhere(index, value, json, () =>
      config === undefined ? [] : movedFields(config.decoded.fields(), config.offset, teller.path(index)),
    )
  }
}
