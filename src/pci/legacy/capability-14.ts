import { DecodeError, defineCodes } from '../../findings/index.ts'
import { type Codec, isOpaque } from '../../layout/index.ts'
import { type CapabilityContext, capabilityWithVariants } from '../capability.ts'
import {
  allocationCodec,
  allocationCodes,
  bridgeAllocationCodec,
  checkAllocation,
  type EnhancedAllocation,
} from './ea.ts'
import { checkMigration2015, migration2015Codec, migration2015Codes } from './migration-2015.ts'
import { findMsixState } from './space.ts'

const codes = defineCodes({
  ...allocationCodes,
  ...migration2015Codes,
  'pci/capability-14-ambiguous': {
    severity: 'warning',
    title: 'capability 0x14 can be read in two ways',
    explanation:
      'The number stands for Enhanced Allocation today; in November 2015 a proposal used it for a faked migration capability. An Enhanced Allocation without entries is legal but useless, and looks like an idle capability of the proposal. Say which one it is: --set capability14=enhanced-allocation or --set capability14=migration-2015.',
    source: 'linux/pci_regs.h PCI_CAP_ID_EA; RFC PATCH V2 of November 2015, kvm list',
  },
})

type AnyReading = (typeof allocationCodec | typeof bridgeAllocationCodec | typeof migration2015Codec)['type']
const READINGS = [
  allocationCodec,
  bridgeAllocationCodec,
  migration2015Codec,
] as readonly Codec<AnyReading>[] as readonly Codec[]

/** Enhanced Allocation, or the faked migration capability of 2015. */
export const capability14 = capabilityWithVariants<AnyReading, keyof typeof codes.entries>({
  id: 0x14,
  name: 'EA',
  title: 'Enhanced Allocation',
  variants: READINGS,
  nameOf: (chosen) => (chosen === (migration2015Codec as Codec) ? 'Migration-2015' : 'EA'),
  select: (registers, context) => choose(registers, context).codec as Codec<AnyReading> | undefined,
  codes,
  check(value, report, context) {
    const { ambiguous } = choose(context.space.subarray(context.offset + HEADER, SPACE_END), context)
    if (ambiguous !== undefined) report('pci/capability-14-ambiguous', ambiguous, [])
    if ('entries' in value) checkAllocation(value, report)
    else checkMigration2015(value, report, context.space)
  },
})

/** Registers start behind ID and pointer. */
const HEADER = 2
const SPACE_END = 0x100

interface Choice {
  /** Undefined where neither reading fits. */
  readonly codec: Codec | undefined
  /** Why the choice is not sure. */
  readonly ambiguous?: string
}

/** Tells the two readings apart; the tests come in the order of how much they prove. */
function choose(registers: Uint8Array, context: CapabilityContext): Choice {
  const allocation = (context.facts.headerLayout === 1 ? bridgeAllocationCodec : allocationCodec) as Codec
  const migration = migration2015Codec as Codec
  const { capability14: wanted } = context.options
  if (wanted === 'enhanced-allocation') return { codec: allocation }
  if (wanted === 'migration-2015') return { codec: migration }
  const plausible = isPlausibleMigration(registers, context)
  // Enhanced Allocation reserves this byte.
  if (registers[1] !== 0) return { codec: plausible ? migration : undefined }
  const entries = (registers[0] ?? 0) & 0x3f
  if (entries === 0) {
    if (!plausible) return { codec: allocation }
    return { codec: migration, ambiguous: 'No entries and small registers: probably the migration capability of 2015.' }
  }
  // Read as an entry, the four registers of the proposal have an entry size of 0 or 1, which no entry has.
  if (plausible && !isAllocation(allocation, registers, context)) return { codec: migration }
  return { codec: allocation }
}

function isAllocation(codec: Codec, registers: Uint8Array, { offset, nextHigher }: CapabilityContext): boolean {
  try {
    const { value, length } = codec.decodePrefix(registers)
    if (offset + HEADER + length > nextHigher) return false
    return (value as EnhancedAllocation).entries.every(({ control, range }) => {
      const named = [control.barEquivalent, control.primaryProperties].every((part) => typeof part === 'string')
      return named && !isOpaque(range) && range.more.length === 0
    })
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
}

/** An endpoint with MSI-X whose registers +4 to +7 hold what the proposal puts there. */
function isPlausibleMigration(registers: Uint8Array, { facts, space }: CapabilityContext): boolean {
  const [enable, vmmStatus, vfStatus, vector] = registers.subarray(2, 6)
  if (enable === undefined || vmmStatus === undefined || vfStatus === undefined || vector === undefined) return false
  const msix = findMsixState(space)
  if (facts.headerLayout !== 0 || msix === undefined) return false
  return enable <= 1 && vmmStatus <= 1 && vfStatus <= 1 && vector < msix.vectors
}
