import { msixEntryCodec } from '../../pci/index.ts'
import { type StreamedMsix, streamedMsixCodec, streamedMsixLength } from '../../vf-state/index.ts'
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

/** The table as streams have it, no vector pending. */
export function streamedTable(table: Uint8Array): StreamedMsix {
  const bytes = new Uint8Array(streamedMsixLength(VECTORS))
  bytes.set(table)
  return streamedMsixCodec.decode(bytes, { parameters: { vectors: VECTORS } })
}
