import type { Catalogue, PathPart, Severity } from '../findings/index.ts'
import type { Codec, StructType, Value } from '../layout/index.ts'

/** What a rule may know of the function that a capability stands in. */
export interface FunctionFacts {
  /** Bytes captured: 64, 256, 4096, or any odd size. */
  readonly size: number
  /** 0 endpoint, 1 bridge, 2 CardBus; other numbers are unknown layouts. */
  readonly headerLayout: number
  readonly vendorId: number
  readonly deviceId: number
  readonly command: { readonly memorySpace: boolean; readonly busMaster: boolean }
  /** The six (bridges: two) BAR registers as raw 32-bit words. */
  readonly bars: readonly number[]
  /** Bytes behind each BAR where the capture tells (sysfs `resource`, lspci `[size=]`); undefined where it does not. */
  readonly barSizes: readonly (number | undefined)[] | undefined
  /** Where VF BARs lead, by the same token. */
  readonly vfBarSizes: readonly (number | undefined)[] | undefined
  /** Bus number, where the capture names the function. */
  readonly bus: number | undefined
}

/** Which of two readings of the same bytes is wanted, where provenance is known. */
export interface PciOptions {
  /** What legacy capability 0x14 is; `auto` applies the tests of the reference. */
  readonly capability14: 'auto' | 'enhanced-allocation' | 'migration-2015'
  /** Whether a vendor capability with sub-type 0x4D is read as the proposed bridge capability of December 2015. */
  readonly bridgeMigration: boolean
}

/** What is needed to choose the description of a capability. */
export interface CapabilityContext {
  readonly options: PciOptions
  readonly facts: FunctionFacts
  /** Offset of the capability in config space. */
  readonly offset: number
  /** Whole config space, for the few capabilities that are told apart by what stands elsewhere. */
  readonly space: Uint8Array
  /** Start of the next higher capability, or the end of its list's space. */
  readonly nextHigher: number
}

/**
 * Reports a finding about registers of one capability. The register is a path inside the capability's value, empty for
 * the capability as a whole.
 */
export type CapabilityReport<Code extends string> = (
  code: Code,
  message: string,
  register: readonly PathPart[],
  more?: { readonly severity?: Severity; readonly hint?: string },
) => void

/**
 * One capability: how it is recognised, described and judged. The description covers the registers behind the
 * header (from +2 in the legacy list, from +4 in the extended one); the walker reads the headers.
 */
export interface Capability<T extends StructType = StructType, Code extends string = string> {
  /** Capability ID of its list. */
  readonly id: number
  /** Short name, as `value.capabilities[].name` shows it. */
  readonly name: string
  /** Full name. */
  readonly title: string
  /** All descriptions, for `vfmig formats`, the Kaitai export and the property tests. */
  readonly codecs: readonly Codec<StructType>[]
  /** The description, where there is only one. */
  readonly only?: Codec<StructType>
  /** The description for these registers, or undefined when none fits and they stay opaque. */
  select(registers: Uint8Array, context: CapabilityContext): Codec<T> | undefined
  /** Bytes of the registers, where only the surroundings tell how far they reach. */
  extent?(context: CapabilityContext): number
  /** Name of one reading, where an ID has several. */
  nameOf?(codec: Codec<StructType>): string
  /** Stable codes of this capability's rules. */
  readonly codes?: Catalogue<Code>
  /** Reports what is wrong or unusual in decoded registers. */
  check?(value: Value<T>, report: CapabilityReport<Code>, context: CapabilityContext): void
}

/** Declares a capability with one description. */
export function capability<T extends StructType, Code extends string = never>(
  facts: Omit<Capability<T, Code>, 'codecs' | 'select' | 'title'> & { readonly codec: Codec<T> },
): Capability<T, Code> {
  const { codec, ...rest } = facts
  const only = codec as unknown as Codec<StructType>
  return { ...rest, title: codec.type.facts.title, codecs: [only], only, select: () => codec }
}

/** Declares a capability whose description depends on its registers or surroundings. */
export function capabilityWithVariants<T extends StructType, Code extends string = never>(
  facts: Omit<Capability<T, Code>, 'codecs'> & { readonly variants: readonly Codec<StructType>[] },
): Capability<T, Code> {
  const { variants, ...rest } = facts
  return { ...rest, codecs: variants }
}

/** What is known of a capability that has no description here. */
export interface CapabilityName {
  readonly name: string
  readonly title: string
  /** Bytes with the header, where they never change. */
  readonly length?: number
}
