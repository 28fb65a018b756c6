import * as generated from '../../generated/pci/extended/aer.js'
import { codec } from '../../layout/index.ts'
import { type CapabilityContext, capabilityWithVariants } from '../capability.ts'
import * as layouts from './aer.layout.ts'
import { expressOf, roomOf } from './express.ts'

const plain = codec(layouts.advancedErrorReporting, generated.advancedErrorReporting)
const root = codec(layouts.advancedErrorReportingRoot, generated.advancedErrorReportingRoot)
const prefix = codec(layouts.advancedErrorReportingPrefix, generated.advancedErrorReportingPrefix)
const rootPrefix = codec(layouts.advancedErrorReportingRootPrefix, generated.advancedErrorReportingRootPrefix)

/** Bytes with the head. */
const ROOT_LENGTH = 0x38
const PREFIX_LENGTH = 0x48

/**
 * Advanced Error Reporting. Its error bits stay latched on healthy devices, so there is nothing to report here;
 * a comparison shows where they keep a destination from accepting a stream.
 */
export const aer = capabilityWithVariants({
  id: 0x01,
  name: 'AER',
  title: 'Advanced Error Reporting',
  variants: [plain, root, prefix, rootPrefix],
  select(registers, context) {
    const isRoot = hasRootRegisters(context)
    if (hasPrefixLog(registers, context)) return isRoot ? rootPrefix : prefix
    return isRoot ? root : plain
  },
})

function hasRootRegisters(context: CapabilityContext): boolean {
  const type = expressOf(context.space)?.type
  return (type === 'root-port' || type === 'event-collector') && roomOf(context) >= ROOT_LENGTH
}

function hasPrefixLog(registers: Uint8Array, context: CapabilityContext): boolean {
  const logPresent = ((registers[0x15] ?? 0) & 0x08) !== 0
  return (logPresent || expressOf(context.space)?.tlpPrefixes === true) && roomOf(context) >= PREFIX_LENGTH
}
