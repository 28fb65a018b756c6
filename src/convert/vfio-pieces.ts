import { isOpaque, type Located, type ValueEvent } from '../layout/index.ts'
import { encodeConfigState, type QemuVfioDevice, type VfioConfigState } from '../qemu/index.ts'
import { driverStateFormats } from '../vf-state/index.ts'

/** The PCI state of a VFIO device, taken apart. Offsets count in the state. */
export interface VfioPciState {
  /** Of the state, in the input. */
  readonly offset: number
  /** All of it. */
  readonly bytes: Uint8Array
  readonly configSpace: VfioPiece
  readonly msixTable: VfioPiece | undefined
  readonly msixPba: VfioPiece | undefined
  /** Fields of what is none of these. */
  readonly fields: readonly Located[]
}

export interface VfioPiece {
  readonly start: number
  readonly bytes: Uint8Array
}

/** Bytes in front of the config space, and of the interrupts behind it. */
const [HEAD, INTERRUPTS] = [4, 16]
const ENTRY = 16

/** The PCI state that an event about a VFIO device has; undefined where the stream has none. */
export function pciStateOf(event: ValueEvent): VfioPciState | undefined {
  const { name, sectionId, records, deviceState, ...state } = event.value as QemuVfioDevice
  if (state.configSpace === undefined) return undefined
  const bytes = encodeConfigState(state as VfioConfigState)
  const located = event.fields()
  const offset = located.reduce((least, field) => Math.min(least, field.offset), Number.POSITIVE_INFINITY)
  const { configSpace, msix } = state
  const size = isOpaque(configSpace) ? configSpace.opaque.length : configSpace.size
  const piece = (start: number, length: number): VfioPiece => ({ start, bytes: bytes.subarray(start, start + length) })
  const table = HEAD + size + INTERRUPTS
  const whole = msix === undefined || isOpaque(msix) ? undefined : msix
  const entries = ENTRY * (whole?.table.entries.length ?? 0)
  const isRest = ({ path }: Located) => path[2] !== 'configSpace' && (path[2] !== 'msix' || whole === undefined)
  return {
    offset,
    bytes,
    configSpace: piece(HEAD, size),
    msixTable: whole && piece(table, entries),
    msixPba: whole && piece(table + entries, whole.pba.length),
    fields: located
      .filter(isRest)
      .map((field) => ({ ...field, path: field.path.slice(2), offset: field.offset - offset })),
  }
}

/**
 * Format of the state of a VFIO device, and its options as name=value: empty where nobody knows. Without a PCI state, which
 * comes last, the rest of the state may be missing, too, or on another channel: such bytes are in no format.
 */
export function stateFormatOf({ deviceState, configSpace }: QemuVfioDevice): {
  readonly format: string
  readonly options: string
} {
  if (configSpace === undefined) return { format: '', options: '' }
  const format = deviceState.format ?? ''
  const known = driverStateFormats().find(({ name }) => name === format)
  const vendorId = isOpaque(configSpace) ? undefined : configSpace.header?.vendorId
  const hasVendor = known !== undefined && 'vendorId' in known.options && vendorId !== undefined
  return { format, options: hasVendor ? `vendorId=0x${vendorId.toString(16)}` : '' }
}
