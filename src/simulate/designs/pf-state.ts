import { stateInPfCodecs } from '../../vf-state/index.ts'
import type { Stage } from '../stage.ts'
import { VECTORS } from '../vf/config.ts'

/** Bytes of the blob that the PF driver gives for a VF. */
export const BLOB = 100

/** A VF that the PF driver has set up: an address, a VLAN, a rate. */
export function pfState({ random, source }: Stage): Uint8Array {
  const state = stateInPfCodecs.b.decode(new Uint8Array(BLOB))
  const { vfData } = state
  return stateInPfCodecs.b.encode({
    ...state,
    command: { ...state.command, memorySpace: true, busMaster: source.vf.busMaster },
    msixMessageControl: { ...state.msixMessageControl, tableSize: VECTORS - 1, enable: true },
    vfData: {
      ...vfData,
      vfMacAddresses: Uint8Array.of(2, ...random.bytes(5)),
      pfVlan: random.below(4096),
      txRate: random.below(10_000),
      vfLpe: 1518,
      clearToSend: true,
      vfApi: 'api-11',
    },
  })
}
