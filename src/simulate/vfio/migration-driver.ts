import { DecodeError } from '../../findings/index.ts'
import { joined } from '../../layout/index.ts'
import { type Side, vfioV2 } from '../../protocol/index.ts'
import { mlx5RecordHeaderCodec, mlx5StopCopySizeCodec } from '../../vf-state/index.ts'
import { putSnapshot, takeSnapshot } from '../designs/device-snapshot.ts'
import type { Trace } from '../trace.ts'
import type { Vf } from '../vf/vf.ts'

const { ACTIVE_STATES, dataFdOf, PRE_COPY_STATES, path, RefusedRequest, SAVING_STATES, v2StateNumber } = vfioV2
type State = vfioV2.V2State

const EINVAL = -22
const ENODEV = -19
const ENOMSG = -42
/** First descriptor of a process that has some open already. */
const FIRST_FD = 40

/** How a driver differs from one that keeps to the rules. */
export interface DriverFaults {
  /** It goes from STOP_COPY to pre-copy, and gives and takes data in any state. */
  readonly lenient?: boolean
  /** It refuses this hop. */
  readonly refusesHopTo?: State
  /** Its device has other queues than the images that come. */
  readonly otherQueues?: boolean
}

/** The kernel's side of migration v2 for one device: its states, its data descriptor, its records. */
export class MigrationDriver {
  #state: State = 'RUNNING'
  #out: Uint8Array = new Uint8Array(0)
  #in: Uint8Array[] = []
  /** What of `#out` was there when pre-copy began. */
  #initial = 0
  /** The image that was given last, to see whether the device has changed. */
  #given: Uint8Array = new Uint8Array(0)
  readonly #open = new Set<number>()
  #fd: number | undefined

  constructor(
    private readonly side: Side,
    private readonly vf: Vf,
    private readonly trace: Trace,
    readonly features: vfioV2.V2Features,
    private readonly faults: DriverFaults = {},
    private readonly device?: number,
  ) {
    trace.add(side, 'migration-features', { ...features, ...this.#named })
  }

  get isActive(): boolean {
    return ACTIVE_STATES.includes(this.#state)
  }

  /** Goes to a state hop by hop; false where that is refused, on the way or at once. */
  set(to: State): boolean {
    let dataFd = -1
    try {
      for (const hop of this.#way(to)) {
        if (!this.#hop(hop)) return this.#answer(to, EINVAL, -1)
        if (dataFdOf(this.#state, hop) !== undefined) dataFd = this.#openFd()
        this.#state = hop
      }
    } catch (error) {
      if (!(error instanceof RefusedRequest)) throw error
      return this.#answer(to, EINVAL, -1)
    }
    return this.#answer(to, 0, dataFd)
  }

  /** The state, as user space asks for it. */
  tell(): State {
    this.trace.add(this.side, 'state-read', { state: v2StateNumber(this.#state), ...this.#named })
    return this.#state
  }

  /** The device fails. */
  fail(): void {
    this.#state = 'ERROR'
    this.#out = new Uint8Array(0)
  }

  /** Starts its initial bytes anew, and says nothing of it. */
  restartInitial(): void {
    this.#queue(this.#image())
    this.#initial = this.#out.length
  }

  precopyInfo(): { readonly initialBytes: number; readonly dirtyBytes: number } {
    const inPreCopy = PRE_COPY_STATES.includes(this.#state)
    if (inPreCopy && this.#out.length === 0 && this.#isChanged()) this.#queue(this.#image())
    const initialBytes = inPreCopy ? this.#initial : 0
    const dirtyBytes = inPreCopy ? this.#out.length - this.#initial : 0
    const result = inPreCopy ? 0 : EINVAL
    this.trace.add(this.side, 'precopy-info', { initialBytes, dirtyBytes, result, ...this.#named })
    return { initialBytes, dirtyBytes }
  }

  /** Bytes that the state will have after the stop, an estimate. */
  stopCopySize(): number {
    const bytes = this.#image().length
    this.trace.add(this.side, 'stop-copy-size', { bytes, result: 0, ...this.#named })
    return bytes
  }

  /** Reads the data descriptor; nothing where there is nothing for now. */
  read(asked: number): Uint8Array {
    const isSaving = SAVING_STATES.includes(this.#state)
    const bytes = isSaving || this.faults.lenient ? this.#out.slice(0, asked) : new Uint8Array(0)
    this.#out = this.#out.slice(bytes.length)
    this.#initial = Math.max(0, this.#initial - bytes.length)
    const nothing = PRE_COPY_STATES.includes(this.#state) ? ENOMSG : isSaving ? 0 : ENODEV
    const result = bytes.length > 0 ? bytes.length : nothing
    this.trace.add(this.side, 'data-read', { asked, bytes: bytes.length, result, ...this.#named })
    return bytes
  }

  /** Writes the data descriptor; false where the driver does not take it. */
  write(data: Uint8Array): boolean {
    const takes = (this.#state === 'RESUMING' || this.faults.lenient === true) && !this.faults.otherQueues
    if (takes) this.#in.push(data)
    const bytes = takes ? data.length : 0
    this.trace.add(this.side, 'data-written', {
      asked: data.length,
      bytes,
      result: takes ? bytes : EINVAL,
      ...this.#named,
    })
    return takes
  }

  /** User space closes its descriptor. */
  close(): void {
    if (this.#fd === undefined) return
    this.#open.delete(this.#fd)
    this.#fd = undefined
    this.trace.add(this.side, 'data-closed', this.#named)
  }

  #way(to: State): readonly State[] {
    const isBlocked = this.#state === 'STOP_COPY' && PRE_COPY_STATES.includes(to)
    return isBlocked && this.faults.lenient ? [to] : path(this.#state, to, this.features)
  }

  /** What an arc does; false where the driver refuses it. */
  #hop(to: State): boolean {
    const from = this.#state
    if (this.faults.refusesHopTo === to) return false
    if (from === 'RESUMING') return this.#load()
    if (to === 'RESUMING') this.#in = []
    else if (to === 'STOP_COPY') this.#queue(this.#image())
    else if (PRE_COPY_STATES.includes(to) && !SAVING_STATES.includes(from)) {
      this.#out = joined([this.#sizeRecord(), this.#image()])
      this.#initial = this.#out.length
    } else if (!SAVING_STATES.includes(to) && !this.faults.lenient) this.#out = new Uint8Array(0)
    return true
  }

  /** Loads the images that were written, one after another; false where the last is not whole. */
  #load(): boolean {
    const bytes = joined(this.#in)
    const images: Uint8Array[] = []
    try {
      for (let at = 0; at < bytes.length; ) {
        const { value, length } = mlx5RecordHeaderCodec.decodePrefix(bytes.subarray(at))
        const end = at + length + Number(value.recordSize)
        if (end > bytes.length) return false
        if (value.tag === 'FW_DATA') images.push(bytes.subarray(at + length, end))
        at = end
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return false
    }
    return images.length > 0 && images.every((image) => putSnapshot(image, this.vf))
  }

  #isChanged(): boolean {
    const now = takeSnapshot(this.vf)
    return now.some((byte, at) => byte !== this.#given[at])
  }

  #image(): Uint8Array {
    const image = takeSnapshot(this.vf)
    this.#given = image
    return record('FW_DATA', image)
  }

  #sizeRecord(): Uint8Array {
    const stopCopySize = BigInt(takeSnapshot(this.vf).length)
    return record('STOP_COPY_SIZE', mlx5StopCopySizeCodec.encode({ stopCopySize }))
  }

  #queue(bytes: Uint8Array): void {
    this.#out = joined([this.#out, bytes])
  }

  #openFd(): number {
    let fd = FIRST_FD
    while (this.#open.has(fd)) fd += 1
    this.#open.add(fd)
    this.#fd = fd
    return fd
  }

  #answer(to: State, result: number, dataFd: number): boolean {
    this.trace.add(this.side, 'state-set', { state: v2StateNumber(to), result, dataFd, ...this.#named })
    return result === 0
  }

  get #named(): { device?: number } {
    return this.device === undefined ? {} : { device: this.device }
  }
}

/** A record as mlx5 writes it; who does not know the hint may skip it. */
function record(tag: 'FW_DATA' | 'STOP_COPY_SIZE', payload: Uint8Array): Uint8Array {
  const flags = { optional: tag === 'STOP_COPY_SIZE', reserved: 0 }
  return joined([mlx5RecordHeaderCodec.encode({ recordSize: BigInt(payload.length), flags, tag }), payload])
}
