import { defineCodes } from '../../findings/index.ts'
import { vfioPacketCodes } from './packet-codes.ts'
import { vfioSectionCodes } from './section-codes.ts'
import { vfioStateCodes } from './state-codes.ts'

/** Codes of findings about VFIO sections, besides those of the config state, which its format has. */
export const vfioStreamCodes = defineCodes({
  ...vfioSectionCodes.entries,
  ...vfioStateCodes.entries,
  ...vfioPacketCodes.entries,
})
