import type { Reading } from '../config-space/read.ts'
import { type CompareMasks, type VfioView, vfioMasks } from './masks.ts'

/** A byte that a destination refuses. */
export interface RefusedByte {
  readonly offset: number
  /** The byte that arrives. */
  readonly read: number
  /** The byte that the destination's own device has. */
  readonly device: number
  readonly cmask: number
  readonly wmask: number
  readonly w1cmask: number
}

/** Who looks at the bytes, as given to `--as-seen-by`. */
export type Observer = VfioView & { readonly name: string }

/**
 * Reads `vfio-pci` or `vfio-pci,MACHINE`; a QEMU machine type decides about vendor capabilities and the bus.
 *
 * @returns undefined for an observer of which the masks are not known
 */
export function parseObserver(text: string): Observer | undefined {
  const [driver, machine] = text.split(',', 2)
  if (driver !== 'vfio-pci') return undefined
  const version = machine?.match(/(\d+)\.(\d+)$/)
  const [major, minor] = [Number(version?.[1] ?? 99), Number(version?.[2] ?? 0)]
  return {
    name: text,
    comparesVendor: major < 9 || (major === 9 && minor === 0),
    conventionalBus: machine !== undefined && /i440fx|^pc(-\d|$)/.test(machine),
  }
}

/**
 * Bytes of a source's config space that QEMU refuses to load over a destination's. The destination's capabilities
 * decide the masks, as they do in QEMU.
 */
export function refusedBytes(source: Reading, destination: Reading, observer: Observer): RefusedByte[] {
  const masks = vfioMasks(destination, observer)
  const refused: RefusedByte[] = []
  const end = Math.min(source.space.length, destination.space.length)
  for (let offset = 0; offset < end; offset++) {
    const [read, device] = [source.space[offset] as number, destination.space[offset] as number]
    if (((read ^ device) & comparedBits(masks, offset)) === 0) continue
    const [cmask, wmask, w1cmask] = [masks.cmask[offset], masks.wmask[offset], masks.w1cmask[offset]] as [
      number,
      number,
      number,
    ]
    refused.push({ offset, read, device, cmask, wmask, w1cmask })
  }
  return refused
}

/** The bits of a byte that QEMU compares. */
export function comparedBits({ cmask, wmask, w1cmask }: CompareMasks, offset: number): number {
  return (cmask[offset] as number) & ~(wmask[offset] as number) & ~(w1cmask[offset] as number) & 0xff
}

/** QEMU's own words for a refused byte. */
export function qemuMessage({ offset, read, device, cmask, wmask, w1cmask }: RefusedByte): string {
  const hex = (value: number) => value.toString(16)
  return `Bad config data: i=0x${hex(offset)} read: ${hex(read)} device: ${hex(device)} cmask: ${hex(cmask)} wmask: ${hex(wmask)} w1cmask:${hex(w1cmask)}`
}
