import { DirtyBitmap } from '../bitmap.ts'
import { MOST_PAGES } from '../geometry.ts'
import { type GivenGeometry, geometryOf, type NamedBitmap } from './form.ts'
import type { KvmDirtyRing } from './kvm-dirty-ring.ts'

type Entry = KvmDirtyRing['entries'][number]

/** What user space takes from a ring. */
export interface Harvest {
  /** Entries in the order in which they are taken. */
  readonly indexes: readonly number[]
  /** Entry that the next harvest starts at. */
  readonly next: number
}

/**
 * The entries that a harvest takes: from `start` on, round the end, until the first that is not dirty. None may be
 * skipped: the kernel resets entries in this order only.
 */
export function harvestRing({ entries }: KvmDirtyRing, start = 0): Harvest {
  const indexes: number[] = []
  const first = entries.length === 0 ? 0 : start % entries.length
  for (let taken = 0; taken < entries.length; taken++) {
    const index = (first + taken) % entries.length
    if (!isDirty(entries[index] as Entry)) break
    indexes.push(index)
  }
  return { indexes, next: entries.length === 0 ? 0 : (first + indexes.length) % entries.length }
}

export function isDirty({ flags }: Entry): boolean {
  return flags.dirty && !flags.reset
}

/** What is known of a memory slot besides the ring. */
export interface SlotGeometry {
  readonly addressSpace?: number
  readonly slot: number
  /** Guest physical address of its first page. */
  readonly base?: bigint
  readonly pages?: number
}

/** Pages of a slot that a ring names. */
export interface SlotBitmap extends NamedBitmap {
  readonly addressSpace: number
  readonly slot: number
}

export interface RingGeometry extends GivenGeometry {
  /** Entry that is harvested first; default 0. */
  readonly start?: number
  /** Bases and sizes of slots. Of others, base is 0 and the last page named is the last. */
  readonly slots?: readonly SlotGeometry[]
}

/** The pages that a harvest finds, a bitmap for each slot. Pages behind the end of a slot are left out, as in the kernel. */
export function ringBitmaps(ring: KvmDirtyRing, given: RingGeometry = {}): SlotBitmap[] {
  const slots = new Map<string, { addressSpace: number; slot: number; pages: number[] }>()
  for (const index of harvestRing(ring, given.start).indexes) {
    const { slot, offset } = ring.entries[index] as Entry
    const name = `${slot.addressSpace}:${slot.id}`
    const found = slots.get(name) ?? { addressSpace: slot.addressSpace, slot: slot.id, pages: [] }
    slots.set(name, found)
    if (offset < MOST_PAGES) found.pages.push(Number(offset))
  }
  return [...slots].map(([name, { addressSpace, slot, pages }]) => {
    const known = given.slots?.find((each) => each.slot === slot && (each.addressSpace ?? 0) === addressSpace)
    const length = known?.pages ?? given.length
    const inside = length === undefined ? pages : pages.filter((page) => page < length)
    const options = geometryOf({ ...given, base: known?.base ?? given.base ?? 0n }, 4096)
    const bitmap = DirtyBitmap.fromPages(inside, length === undefined ? options : { ...options, length })
    return { name, addressSpace, slot, bitmap }
  })
}

/** The dirty pages of a slot as the entries of a ring of `size`, the rest of which is free. */
export function ringOf(
  bitmap: DirtyBitmap,
  { addressSpace = 0, slot, size }: SlotGeometry & { readonly size?: number },
): KvmDirtyRing {
  const entry = (dirty: boolean, id: number, space: number, offset: bigint): Entry => ({
    flags: { dirty, reset: false, reserved: 0 },
    slot: { id, addressSpace: space },
    offset,
  })
  const entries = Array.from(bitmap.pages(), (page) => entry(true, slot, addressSpace, BigInt(page)))
  while (entries.length < (size ?? 0)) entries.push(entry(false, 0, 0, 0n))
  return { entries }
}
