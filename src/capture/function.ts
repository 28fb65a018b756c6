/** Numbers of a PCI function's address. */
export interface FunctionAddress {
  /** 0 where the address was written without one. */
  readonly domain: number
  readonly bus: number
  readonly device: number
  readonly function: number
}

/**
 * Sizes in bytes of what the base address registers decode. Where a capture does not give one, or the register is
 * not implemented, the entry is undefined.
 */
export interface BarSizes {
  /** By index of the BAR, 0 to 5. */
  readonly bars: readonly (number | undefined)[]
  readonly rom: number | undefined
  /**
   * By index of the VF BAR, 0 to 5, over all VFs: the kernel reserves the size of one VF BAR times the TotalVFs of the
   * SR-IOV capability (not times `sriov_totalvfs`, which a driver may lower). lspci does not print them.
   */
  readonly vfBars: readonly (number | undefined)[]
}

/** A PCI function as a capture holds it, whatever the container. */
export interface CapturedFunction extends FunctionAddress {
  /** As written in the capture, with or without a domain. */
  readonly address: string
  /** Configuration space: 4096, 256 or 64 bytes, or whatever was captured. */
  readonly bytes: Uint8Array
  /** IDs that the kernel knows; a VF does not show them in its own configuration space. */
  readonly vendorId: number | undefined
  readonly deviceId: number | undefined
  readonly barSizes: BarSizes | undefined
}

const ADDRESS = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i

/** Reads `[domain:]bus:device.function`; undefined for anything else. */
export function parseAddress(text: string): FunctionAddress | undefined {
  const match = ADDRESS.exec(text)
  if (match === null) return undefined
  const [, domain, bus, device, number] = match
  const parsed = {
    domain: Number.parseInt(domain ?? '0', 16),
    bus: Number.parseInt(bus as string, 16),
    device: Number.parseInt(device as string, 16),
    function: Number(number),
  }
  return parsed.device > 0x1f ? undefined : parsed
}

export const NO_BARS: readonly undefined[] = [undefined, undefined, undefined, undefined, undefined, undefined]

/** Largest configuration space, PCI Express. */
export const MAX_CONFIG_SPACE = 4096
