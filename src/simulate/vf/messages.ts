import { msixEntryCodec } from '../../pci/index.ts'
import { VECTORS } from './config.ts'

/** What a guest kernel writes to the MSI-X table: a vector of its own for each entry, all to the first CPU. */
export function initialMessages(): Uint8Array {
  const table = new Uint8Array(16 * VECTORS)
  for (let index = 0; index < VECTORS; index++) {
    const vectorControl = { masked: false, reserved: 0, steeringTag: 0 }
    table.set(msixEntryCodec.encode({ address: 0xfee00000n, data: 0x31 + index, vectorControl }), 16 * index)
  }
  return table
}
