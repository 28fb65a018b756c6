import { isOpaque, type Located, type ValueEvent } from '../layout/index.ts'
import { configStateParts, encodeConfigState, type QemuVfioDevice, type VfioConfigState } from '../qemu/index.ts'
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

/** The PCI state that an event about a VFIO device has; undefined where the stream has none. */
export function pciStateOf(event: ValueEvent): VfioPciState | undefined {
  const { name, sectionId, records, deviceState, ...state } = event.value as QemuVfioDevice
  if (state.configSpace === undefined) return undefined
  const bytes = encodeConfigState(state as VfioConfigState)
  const located = event.fields()
  const offset = located.reduce((least, field) => Math.min(least, field.offset), Number.POSITIVE_INFINITY)
  const parts = configStateParts(bytes)
  if (parts === undefined) return undefined
  const { configSpace, tableLength, offsets } = parts
  const msix = isOpaque(state.msix) ? undefined : parts.msix
  const isRest = ({ path }: Located) => path[2] !== 'configSpace' && (path[2] !== 'msix' || msix === undefined)
  return {
    offset,
    bytes,
    configSpace: { start: offsets.configSpace, bytes: configSpace },
    msixTable: msix && { start: offsets.msix, bytes: msix.subarray(0, tableLength) },
    msixPba: msix && { start: offsets.msix + tableLength, bytes: msix.subarray(tableLength) },
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
