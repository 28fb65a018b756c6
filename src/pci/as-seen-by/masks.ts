import type { Reading } from '../config-space/read.ts'
import { EXTENDED_SIZE, LEGACY_SIZE } from '../config-space/value.ts'
import { decodeBars } from '../header.ts'

/** Per byte of config space, what QEMU compares when it loads a stream: `cmask & ~wmask & ~w1cmask`. */
export interface CompareMasks {
  readonly cmask: Uint8Array
  readonly wmask: Uint8Array
  readonly w1cmask: Uint8Array
}

/** What about the machine changes the masks. */
export interface VfioView {
  /** Vendor capability bytes are compared (`skip-vsc-check` off: machine types up to 9.0). */
  readonly comparesVendor: boolean
  /** The device sits on a conventional bus: nothing from 0x100 on is compared. */
  readonly conventionalBus: boolean
}

/** Bytes of the vendor capability before its vendor-defined part: ID, next, length. */
const VENDOR_HEAD = 3
const [PM, MSI, VENDOR, MSIX] = [0x01, 0x05, 0x09, 0x11]
/** What a VF's own vendor ID reads as. */
const NO_IDENTITY = 0xffff
/** Extended capabilities that QEMU takes out of the guest's view: Null, ARI, SR-IOV. */
const DROPPED: ReadonlySet<number> = new Set([0x00, 0x0e, 0x10])

/**
 * The masks that QEMU's vfio-pci gives a device with these capabilities.
 *
 * Source: QEMU hw/pci/{pci,pcie,msi,msix}.c and hw/vfio/pci.c, version 10.2.
 */
export function vfioMasks(reading: Reading, view: VfioView): CompareMasks {
  const { space } = reading
  const masks = {
    cmask: new Uint8Array(EXTENDED_SIZE),
    wmask: new Uint8Array(EXTENDED_SIZE),
    w1cmask: new Uint8Array(EXTENDED_SIZE),
  }
  headerMasks(masks)
  barMasks(reading, masks)
  masks.wmask.fill(0xff, 0x40)
  const legacy = reading.placements.filter(({ list }) => list === 'capabilities')
  for (const { head, length, context } of legacy) {
    if (head.id === 0xff) continue
    const fixed = head.id === PM || head.id === MSI || head.id === MSIX
    const end = fixed ? head.offset + length : Math.min(context.nextHigher, LEGACY_SIZE)
    readOnly(masks, head.offset, end)
    exempt(masks, head.id, head.offset, end, space, view)
  }
  if (view.conventionalBus) return masks
  for (const { list, head, context } of reading.placements) {
    if (list === 'extendedCapabilities' && !DROPPED.has(head.id)) readOnly(masks, head.offset, context.nextHigher)
  }
  return masks
}

function headerMasks({ cmask, wmask, w1cmask }: CompareMasks): void {
  cmask.fill(0xff, 0x00, 0x04)
  cmask[0x06] = 0x10
  cmask.fill(0xff, 0x08, 0x0c)
  cmask[0x0e] = 0xff
  cmask[0x34] = 0xff
  // Command: I/O, memory, bus master, SERR, INTx disable. Cache line size and interrupt line.
  wmask[0x04] = 0x07
  wmask[0x05] = 0x05
  wmask[0x0c] = 0xff
  wmask[0x3c] = 0xff
  // Status error bits are write 1 to clear.
  w1cmask[0x07] = 0xf9
}

/**
 * Only bits below the size of a registered BAR are compared; where the size is unknown, its type bits. A VF's BARs read
 * 0 in a raw dump, whichever of them QEMU registers: sizes tell, and without any all may be.
 */
function barMasks({ facts }: Reading, masks: CompareMasks): void {
  const { bars, barSizes, vendorId } = facts
  if (vendorId === NO_IDENTITY) {
    for (const [index, register] of bars.entries()) {
      const size = barSizes === undefined ? MEMORY_TYPE_BITS : barSizes[index]
      if (register === 0 && size !== undefined) compareBelow(masks, index, size)
    }
  }
  for (const { index, kind } of decodeBars(bars)) {
    compareBelow(masks, index, barSizes?.[index] ?? (kind === 'io' ? IO_TYPE_BITS : MEMORY_TYPE_BITS))
  }
}

/** Bits below these sizes say what kind a BAR is. */
const [IO_TYPE_BITS, MEMORY_TYPE_BITS] = [0x4, 0x10]

/** Compares the bits of a BAR below its size; in the next register where it is that large. */
function compareBelow({ cmask, wmask }: CompareMasks, index: number, size: number): void {
  const fixed = BigInt(size) - 1n
  for (let at = 0; at < 8; at++) {
    const bits = Number((fixed >> BigInt(8 * at)) & 0xffn)
    if (at >= 4 && bits === 0) break
    const offset = 0x10 + 4 * index + at
    cmask[offset] = 0xff
    wmask[offset] = bits ^ 0xff
  }
}

function readOnly({ cmask, wmask }: CompareMasks, from: number, to: number): void {
  cmask.fill(0xff, from, to)
  wmask.fill(0, from, to)
}

function exempt(
  { cmask, wmask }: CompareMasks,
  id: number,
  offset: number,
  end: number,
  space: Uint8Array,
  view: VfioView,
): void {
  if (id === PM) wmask[offset + 4] = 0x03
  if (id === MSIX) wmask[offset + 3] = 0xc0
  if (id === VENDOR && !view.comparesVendor) cmask.fill(0, offset + VENDOR_HEAD, end)
  if (id === MSI) msiMasks(wmask, offset, ((space[offset + 2] as number) | ((space[offset + 3] as number) << 8)) >>> 0)
}

/** Enable, vectors enabled, address, data and the mask bits of the vectors that exist are the guest's. */
function msiMasks(wmask: Uint8Array, offset: number, control: number): void {
  const [wide, maskable, vectors] = [(control & 0x80) !== 0, (control & 0x100) !== 0, 1 << ((control >>> 1) & 7)]
  wmask[offset + 2] = 0x71
  wmask.fill(0xff, offset + 4, offset + 8)
  wmask[offset + 4] = 0xfc
  if (wide) wmask.fill(0xff, offset + 8, offset + 12)
  const data = offset + (wide ? 12 : 8)
  wmask.fill(0xff, data, data + 2)
  if (!maskable) return
  const mask = vectors >= 32 ? 0xffffffff : 2 ** vectors - 1
  for (let at = 0; at < 4; at++) wmask[data + 4 + at] = (mask >>> (8 * at)) & 0xff
}
