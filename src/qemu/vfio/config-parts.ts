import { leastSize } from '../../layout/index.ts'
import { msixEntry } from '../../pci/msix.layout.ts'
import { DISPLAY_SIZE, extentOf, HEAD_SIZE, INTERRUPTS_SIZE, partialExtentOf } from './config-extent.ts'

/** The parts of a PCI state that others know: views of its bytes. */
export interface ConfigStateParts {
  /** 256 or 4096 bytes. */
  readonly configSpace: Uint8Array
  /** Table (16 bytes a vector) and pending bits; undefined without MSI-X. */
  readonly msix: Uint8Array | undefined
  /** Bytes of the table. */
  readonly tableLength: number
  /** Where the parts begin in the state. */
  readonly offsets: { readonly configSpace: number; readonly msix: number }
}

/** The parts of the PCI state of a VFIO device, its tags taken off; undefined where it is too short for a config space. */
export function configStateParts(bytes: Uint8Array): ConfigStateParts | undefined {
  const extent = extentOf(bytes) ?? partialExtentOf(bytes)
  if (extent === undefined) return undefined
  const { configSize, vectors, hasDisplay, length } = extent
  const end = HEAD_SIZE + configSize
  const msix = end + INTERRUPTS_SIZE
  return {
    configSpace: bytes.subarray(HEAD_SIZE, end),
    msix: vectors === 0 ? undefined : bytes.subarray(msix, length - (hasDisplay ? DISPLAY_SIZE : 0)),
    tableLength: vectors * leastSize(msixEntry),
    offsets: { configSpace: HEAD_SIZE, msix },
  }
}
