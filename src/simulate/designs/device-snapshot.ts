import { MSIX_BYTES } from '../vf/config.ts'
import type { Vf } from '../vf/vf.ts'

/** State of the device as its host driver gives it: configuration space, registers and MSI-X table, one after another. */
export function takeSnapshot({ config, registers, msix }: Vf): Uint8Array {
  const snapshot = new Uint8Array(config.length + registers.length + MSIX_BYTES)
  snapshot.set(config)
  snapshot.set(registers, config.length)
  snapshot.set(msix, config.length + registers.length)
  return snapshot
}

/** Puts a snapshot back; false for one of another size. */
export function putSnapshot(snapshot: Uint8Array, { config, registers, msix }: Vf): boolean {
  if (snapshot.length !== config.length + registers.length + MSIX_BYTES) return false
  config.set(snapshot.subarray(0, config.length))
  registers.set(snapshot.subarray(config.length, config.length + registers.length))
  msix.set(snapshot.subarray(config.length + registers.length))
  return true
}
