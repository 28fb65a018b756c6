import { msixTableCodes } from '../../pci/index.ts'
import { commandCodes } from './command-codes.ts'
import { deviceCodes } from './device-codes.ts'
import { orderCodes } from './order-codes.ts'
import { ramUseCodes } from './ram-codes.ts'
import { versionCodes } from './version-codes.ts'

export { Judge } from './judge.ts'

/** Everything that a judge can say of a stream. */
export const judgeCodes = {
  ...orderCodes.entries,
  ...commandCodes.entries,
  ...versionCodes.entries,
  ...ramUseCodes.entries,
  ...deviceCodes.entries,
  ...msixTableCodes.entries,
}
