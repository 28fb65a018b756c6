import type { Capability } from '../capability.ts'
import { af } from './af.ts'
import { capability14 } from './capability-14.ts'
import { debugPort } from './debug-port.ts'
import { hypertransport } from './hypertransport.ts'
import { msi } from './msi.ts'
import { msix } from './msix.ts'
import { pcie } from './pcie.ts'
import { pcix } from './pcix.ts'
import { pm } from './pm.ts'
import { sata } from './sata.ts'
import { shpc } from './shpc.ts'
import { slotId } from './slot-id.ts'
import { ssvid } from './ssvid.ts'
import { vendor } from './vendor.ts'
import { vpdRegisters } from './vpd.ts'

/** Every capability of the legacy list that has a description, by ID. */
export const legacyCapabilities: readonly Capability[] = [
  pm,
  vpdRegisters,
  slotId,
  msi,
  pcix,
  hypertransport,
  vendor,
  debugPort,
  shpc,
  ssvid,
  pcie,
  msix,
  sata,
  af,
  capability14,
] as readonly Capability[]

export { legacyNames } from './names.ts'
