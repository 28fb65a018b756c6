import type { Path, Report } from '../../findings/index.ts'
import type { Format } from '../../layout/index.ts'
import type { MsixState } from '../../pci/index.ts'
import { type PlacedRecord, placeOf, type RecordPlace } from '../integrity.ts'
import { type JudgeCode, judgeCodes } from './codes.ts'

/** Formats by name: those of state that a stream may carry. */
export type KnownFormats = (name: string) => Format | undefined

/** Vendor and device ID; undefined where the number is none, as a VF reads it. */
export interface Identity {
  readonly vendorId: number | undefined
  readonly deviceId: number | undefined
}

/** What is kept of a config space. */
export interface SpaceFacts extends Identity {
  /** Undefined where there is no MSI-X capability. */
  readonly msix: MsixState | undefined
  /** Whether a capability would have been seen. */
  readonly hasLists: boolean
}

/** What the stream has said of a device so far. */
export interface DeviceFacts {
  /** Its first record. */
  readonly place: RecordPlace
  /** Types of its records. */
  readonly types: Set<number | string>
  identity?: Identity
  space?: SpaceFacts
  tableBytes?: number
  pbaBytes?: number
}

/** So many devices are followed; records of others are judged by themselves. */
const MOST_DEVICES = 4096

/** What all rules share. */
export class Context {
  /** False once a record is missing: nothing can be said of what is not there. */
  isWhole = true
  readonly known: KnownFormats
  readonly #devices = new Map<number, DeviceFacts>()

  constructor(
    readonly report: Report,
    known: KnownFormats = () => undefined,
  ) {
    this.known = known
  }

  say(code: JudgeCode, message: string, { offset, length, path }: RecordPlace, below: Path = ['payload']): void {
    this.report(judgeCodes.finding(code, message, { offset, length, path: [...path, ...below] }))
  }

  /** What is known of a device; undefined where it has no record. */
  device(number: number): DeviceFacts | undefined {
    return this.#devices.get(number)
  }

  /** The same, for the device of a record. */
  deviceOf(number: number, place: RecordPlace): DeviceFacts | undefined {
    const known = this.#devices.get(number)
    if (known !== undefined || this.#devices.size === MOST_DEVICES) return known
    const device: DeviceFacts = { place: placeOf(place), types: new Set() }
    this.#devices.set(number, device)
    return device
  }

  get devices(): ReadonlyMap<number, DeviceFacts> {
    return this.#devices
  }
}

/** One rule, or several that look at the same records. */
export interface StreamRule {
  /** The next record. Its bytes are gone after the call. */
  see?(placed: PlacedRecord): void
  /** The stream is over, with an end record and without a gap. */
  end?(): void
}
