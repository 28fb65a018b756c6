import { completeOptions, joined } from '../layout/index.ts'
import { findMsixState, type PciOptions, writeConfigSpace } from '../pci/index.ts'
import { type VfioTag, vfioConfigStateFormat, vfioRecordHeadCodec } from '../qemu/vfio/index.ts'
import { TAG_ONES } from '../qemu/vfio/record.layout.ts'
import type { Tape } from './tape.ts'
import { makeSpace } from './vf-state-2015.ts'

const INTERRUPTS = 16
const pciOptions = completeOptions(vfioConfigStateFormat.options) as unknown as PciOptions

/** The head of a record, with the length of its data where it has any. */
export function vfioTag(tag: VfioTag, size?: number): Uint8Array {
  return vfioRecordHeadCodec.encode({ high: TAG_ONES, tag, size: size === undefined ? undefined : BigInt(size) })
}

/** The PCI state of a VFIO device: config space, interrupts, and the MSI-X table that its capability asks for. */
export function makeVfioConfig(tape: Tape): Uint8Array {
  const { configSpace } = makeSpace(tape, pciOptions, [256, 256, 256, 4096])
  const space = writeConfigSpace(configSpace)
  const vectors = findMsixState(space)?.vectors ?? 0
  const msix = tape.bytes(vectors * 16 + Math.ceil(vectors / 8))
  return joined([Uint8Array.of(0, 0, 0, 2), space, new Uint8Array(INTERRUPTS), msix])
}
