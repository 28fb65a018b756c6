import { counted, type Finding, type Path, printPath } from '../../findings/index.ts'
import { type Digest, sha256 } from '../../hash/index.ts'
import { type DerivedSpace, type Format, movedFindings, toHex } from '../../layout/index.ts'
import { driverStateFormats, vendorOfFormat } from '../../vf-state/index.ts'
import { vfioStateCodes } from './state-codes.ts'

/** Bytes of states that are kept for the formats of their drivers: 32 MiB. */
const MOST_KEPT = 32 * 2 ** 20
/** What a place takes that is kept. */
const PLACE = 64
/** So many pieces are followed; a state in more of them is not judged. */
const MOST_PIECES = 65536
/** What detection looks at. */
const HEAD = 4096
/** As detection over all formats has it. */
const LEAST_CONFIDENCE = 0.3

type Pieces = DerivedSpace['pieces']
type Piece = Pieces[number]

/** What the state of a device turned out to be. */
export interface DeviceStateSummary {
  /** Name of the format; null where the bytes are of none that is known. */
  readonly format: string | null
  /** Bytes of the whole state. */
  readonly size: number
  /** Of the whole state, 64 digits. */
  readonly sha256: string
}

/** The summary, with what the format of the driver made of the bytes. */
export interface JudgedDeviceState extends DeviceStateSummary {
  /** Present where a format was found and its outermost frame is there. */
  readonly decoded?: { readonly format: Format; readonly value: unknown }
  /** Offsets count in the space `deviceState` below the path of the device. */
  readonly findings: Finding[]
  /** That space, with its places in the file. */
  readonly space: DerivedSpace
}

/** What is known of the device besides its state. */
export interface DeviceStateFacts {
  /** Vendor ID of the config space; undefined where none was read. */
  readonly vendorId?: number | undefined
  /** Path of the device: `['vfio', 0]`. */
  readonly below?: Path
  /** Formats to choose from; default those of the drivers of VFIO. */
  readonly formats?: readonly Format[]
}

/** Room for the states of all devices of a stream together. */
export class DeviceStateRoom {
  /** Bytes that may still be kept. */
  left: number

  constructor(readonly most: number = MOST_KEPT) {
    this.left = most
  }
}

/**
 * Puts the state of a device together from the data of its records, in their order. Memory is bounded: a state for which
 * there is no room is hashed and counted only.
 */
export class DeviceState {
  readonly #digest: Digest = sha256()
  /** Bytes of the room that its own bytes take. */
  #taken = 0
  #size = 0
  #kept: Uint8Array = new Uint8Array(0)
  #isKept = true
  readonly #pieces: Piece[] = []

  constructor(private readonly room: DeviceStateRoom = new DeviceStateRoom()) {}

  /** Bytes so far. */
  get size(): number {
    return this.#size
  }

  /**
   * The next bytes; they are copied. A record may come in parts.
   *
   * @param fileOffset where the first of them lies in the file
   */
  add(bytes: Uint8Array, fileOffset: number): void {
    if (bytes.length === 0) return
    this.#digest.update(bytes)
    this.#follow(bytes.length, fileOffset)
    this.#keep(bytes)
    this.#size += bytes.length
  }

  /** No more bytes come: finds the format of the state and judges it. To be called once. */
  finish({ vendorId, below = [], formats = driverStateFormats() }: DeviceStateFacts = {}): JudgedDeviceState {
    const path = [...below, 'deviceState']
    const space = { name: printPath(path), path, pieces: this.#pieces }
    const summary = { size: this.#size, sha256: toHex(this.#digest.digest()), space }
    const format = this.#size === 0 ? undefined : formatOf(this.#probed(), this.#size, vendorId, formats)
    if (format === undefined) return { format: null, ...summary, findings: [] }
    if (!this.#isKept) return { format: format.name, ...summary, findings: [this.#notJudged(format, space)] }
    const state = this.#kept.subarray(0, this.#size)
    const { value, findings } = format.inspect(state, optionsFor(format, vendorId))
    const moved = movedFindings(findings, 0, path).map((finding) =>
      finding.in === undefined ? { ...finding, in: space.name } : finding,
    )
    return {
      format: format.name,
      ...summary,
      findings: moved,
      ...(value !== undefined && { decoded: { format, value } }),
    }
  }

  #follow(length: number, parentOffset: number): void {
    const last = this.#pieces.at(-1)
    if (last !== undefined && last.parentOffset + last.length === parentOffset) {
      this.#pieces[this.#pieces.length - 1] = { ...last, length: last.length + length }
    } else if (!this.#isKept) return
    else if (this.#pieces.length < MOST_PIECES && this.#take(PLACE)) {
      this.#pieces.push({ offset: this.#size, length, parentOffset })
    } else this.#isKept = false
  }

  /** Takes some of the room, if there is so much. */
  #take(bytes: number): boolean {
    if (bytes > this.room.left) return false
    this.room.left -= bytes
    return true
  }

  #keep(bytes: Uint8Array): void {
    const end = this.#size + bytes.length
    // Beyond the limit the first bytes stay: they tell the format.
    if (this.#isKept && this.#take(bytes.length)) this.#taken += bytes.length
    else this.#isKept = false
    if (!this.#isKept) {
      if (this.#kept.length > HEAD) this.#kept = this.#kept.slice(0, HEAD)
      // Others may have it; what its first bytes take is little.
      this.room.left += this.#taken
      this.#taken = 0
      if (this.#size >= HEAD) return
    }
    const wanted = this.#isKept ? end : Math.min(end, HEAD)
    if (wanted > this.#kept.length) {
      const grown = new Uint8Array(this.#isKept ? Math.max(wanted, Math.min(this.room.most, 2 * wanted)) : HEAD)
      grown.set(this.#kept.subarray(0, this.#size))
      this.#kept = grown
    }
    this.#kept.set(bytes.subarray(0, wanted - this.#size), this.#size)
  }

  #probed(): Uint8Array {
    return this.#kept.subarray(0, Math.min(this.#size, HEAD))
  }

  #notJudged({ name }: Format, space: DerivedSpace): Finding {
    const message = `The ${counted(this.#size, 'byte')} look like ${name}; at most ${this.room.most} of all devices together, in ${MOST_PIECES} pieces each, are judged.`
    const place = { offset: 0, length: 0, path: space.path }
    return { ...vfioStateCodes.finding('qemu/vfio-state-not-judged', message, place), in: space.name }
  }
}

/** The format that is surest of the bytes among those that the vendor's devices may have. */
function formatOf(
  head: Uint8Array,
  size: number,
  vendorId: number | undefined,
  formats: readonly Format[],
): Format | undefined {
  const possible = formats.filter(({ name }) => {
    const owner = vendorOfFormat(name)
    return owner === undefined || vendorId === undefined || owner === vendorId
  })
  const probe = { head, size, ...(vendorId !== undefined && { vendorId }) }
  const [surest] = possible
    .filter(({ automatic }) => automatic)
    .map((format) => ({ format, confidence: format.detect(probe) }))
    .filter(({ confidence }) => confidence >= LEAST_CONFIDENCE)
    .sort((a, b) => b.confidence - a.confidence)
  if (surest !== undefined) return surest.format
  // Without a magic only the vendor tells, where it has a single driver.
  const [own, another] = possible.filter(({ name }) => vendorId !== undefined && vendorOfFormat(name) === vendorId)
  return another === undefined && own?.automatic === false ? own : undefined
}

/** The vendor, for formats that depend on it. */
const optionsFor = ({ options }: Format, vendorId: number | undefined) =>
  'vendorId' in options && vendorId !== undefined ? { vendorId } : {}
