/** Finds a capability in the legacy list of a whole config space, for rules that look at a neighbour. */
export function findLegacyCapability(space: Uint8Array, wanted: number): number | undefined {
  const layout = (space[0x0e] ?? 0) & 0x7f
  if (((space[0x06] ?? 0) & 0x10) === 0) return undefined
  let pointer = space[layout === 2 ? 0x14 : 0x34] ?? 0
  // The list cannot be longer than its space: (256 - 64) / 4.
  for (let hops = 0; hops < 48; hops++) {
    const at = pointer & 0xfc
    if (at < 0x40 || at + 2 > space.length || space[at] === 0xff) return undefined
    if (space[at] === wanted) return at
    pointer = space[at + 1] as number
  }
  return undefined
}

/** What other rules need of the MSI-X capability. */
export interface MsixState {
  /** Vectors of the table, 1 to 2048. */
  readonly vectors: number
  readonly enabled: boolean
  readonly functionMask: boolean
}

const MSIX = 0x11

/** The MSI-X capability of a config space; undefined where there is none, or it was not captured. */
export function findMsixState(space: Uint8Array): MsixState | undefined {
  const at = findLegacyCapability(space, MSIX)
  if (at === undefined || at + 4 > space.length) return undefined
  const control = (space[at + 2] as number) | ((space[at + 3] as number) << 8)
  return {
    vectors: (control & 0x7ff) + 1,
    functionMask: (control & 0x4000) !== 0,
    enabled: (control & 0x8000) !== 0,
  }
}
