import { defineCodes } from '../findings/index.ts'
import { bridgeCodes } from './codes/bridge.ts'
import { guestCodes } from './codes/guest.ts'
import { hostCodes } from './codes/host.ts'
import { selfEmulationCodes } from './codes/self-emulation.ts'
import { traceCodes } from './codes/trace.ts'
import { vendorCodes } from './codes/vendor.ts'

/** Everything that a trace can be told. */
export const protocolCodes = defineCodes({
  ...traceCodes.entries,
  ...guestCodes.entries,
  ...bridgeCodes.entries,
  ...selfEmulationCodes.entries,
  ...hostCodes.entries,
  ...vendorCodes.entries,
})

export type ProtocolCode = keyof typeof protocolCodes.entries
