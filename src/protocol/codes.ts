import { defineCodes } from '../findings/index.ts'
import { bridgeCodes } from './codes/bridge.ts'
import { guestCodes } from './codes/guest.ts'
import { hostCodes } from './codes/host.ts'
import { selfEmulationCodes } from './codes/self-emulation.ts'
import { traceCodes } from './codes/trace.ts'
import { v1Codes } from './codes/v1.ts'
import { v2DataCodes } from './codes/v2-data.ts'
import { v2StateCodes } from './codes/v2-states.ts'
import { vendorCodes } from './codes/vendor.ts'

/** All findings about traces. */
export const protocolCodes = defineCodes({
  ...traceCodes.entries,
  ...guestCodes.entries,
  ...bridgeCodes.entries,
  ...selfEmulationCodes.entries,
  ...hostCodes.entries,
  ...vendorCodes.entries,
  ...v1Codes.entries,
  ...v2StateCodes.entries,
  ...v2DataCodes.entries,
})

export type ProtocolCode = keyof typeof protocolCodes.entries
