import type fc from 'fast-check'
import { EncodeError } from '../findings/index.ts'
import type { Format, OptionValues } from '../layout/index.ts'
import { completeOptions } from '../layout/index.ts'
import type { PciOptions } from '../pci/capability.ts'
import { configSpaceOf } from '../pci/config-space/index.ts'
import { type ConfigSpace, findMsixState, readConfigSpace, writeConfigSpace } from '../pci/index.ts'
import {
  type ContainerBody,
  containerFormat,
  type Descriptor,
  type DescriptorForm,
  type DescriptorRing,
  type Direction,
  descriptorCodecs,
  formOf,
  ixgbevfRegistersCodec,
  RECORDED_ELEMENTS,
  type RecordedRegisters,
  type SriovBody,
  type StateInPf,
  type StateInPfVariant,
  type StreamedMsix,
  sriovBodyFormat,
  stateInPfCodecs,
  streamedMsixCodec,
} from '../vf-state/index.ts'
import { makeValue } from './arbitrary.ts'
import { SpaceMaker } from './space-maker.ts'
import { type Tape, tapes } from './tape.ts'

const CHOICES = 2500

/** Bodies of the "vfio-sriov" section of 2015. */
export function arbitrarySriovBody(options?: OptionValues): fc.Arbitrary<SriovBody> {
  const { configSize, ...pci } = completeOptions(sriovBodyFormat.options, options)
  const sizes = configSize === 'auto' ? [256, 4096] : [Number(configSize)]
  return tapes(CHOICES).map((tape): SriovBody => {
    if (tape.rarely(16)) return { flag: 'setup', vmstateVersion: undefined }
    const { configSpace, vectors } = makeSpace(tape, pci as unknown as PciOptions, sizes)
    const value: SriovBody = {
      flag: 'complete',
      vmstateVersion: tape.pick([2, 2, 2, 0, 1, 3]),
      configSpace,
      intxLevels: [0, 1, 2, 3].map(() => tape.pick([0, 0, 0, 1, 0x01000000])),
    }
    if (vectors === 0) return value
    // Another number of vectors than the capability's can make the size of the config space ambiguous.
    const odd = { ...value, msix: makeMsix(tape, 1 + tape.below(40)) }
    const right = { ...value, msix: makeMsix(tape, vectors) }
    return tape.rarely(4) && isCanonical(sriovBodyFormat, odd, options) ? odd : right
  })
}

/** Bodies of the proposed "vfio-vf-v1" section. */
export function arbitraryContainer(options?: OptionValues): fc.Arbitrary<ContainerBody> {
  const { variant, ...pci } = completeOptions(containerFormat.options, options)
  return tapes(CHOICES).map((tape): ContainerBody => {
    if (tape.rarely(16)) return { flag: 'setup', configLength: undefined }
    const { configSpace } = makeSpace(tape, pci as unknown as PciOptions, [256, 4096])
    const vectors = tape.pick([0, 1, 3, tape.below(20)])
    const stateInPf = tape.rarely(8) ? undefined : makeStateInPf(tape, String(variant))
    const size = stateInPf === undefined ? 0 : 'vfLpe' in stateInPf.vfData || 'trusted' in stateInPf.vfData ? 100 : 92
    return {
      flag: 'complete',
      configLength: configSpace.size,
      configSpace,
      msixEntries: vectors,
      ...(vectors === 0 ? {} : { msix: makeMsix(tape, vectors) }),
      blobLength: size,
      ...(stateInPf === undefined ? {} : { stateInPf }),
    }
  })
}

/** Blobs of the PF driver, of the variant that the options say. */
export function arbitraryStateInPf(options?: OptionValues): fc.Arbitrary<StateInPf> {
  return tapes(256).map((tape) => makeStateInPf(tape, String(options?.variant ?? 'auto')))
}

function makeStateInPf(tape: Tape, variant: string): StateInPf {
  const chosen = (variant === 'auto' ? tape.pick(['a', 'b']) : variant) as StateInPfVariant
  return makeValue(stateInPfCodecs[chosen].type, tape) as unknown as StateInPf
}

/** Arrays of recorded registers, now and then with values between them. */
export function arbitraryRecordedRegisters(): fc.Arbitrary<RecordedRegisters> {
  return tapes(1024).map((tape) => {
    const strays = new Map<number, number>()
    for (let left = tape.below(4); left > 0; left--) {
      strays.set(4 * tape.below(RECORDED_ELEMENTS / 4) + 1 + tape.below(3), 1 + tape.below(0xffffffff))
    }
    const registers = makeValue(ixgbevfRegistersCodec.type, tape) as unknown as RecordedRegisters['registers']
    const sorted = [...strays].sort(([a], [b]) => a - b)
    return { registers, strays: sorted.map(([index, value]) => ({ index, value })) }
  })
}

/** Rings of up to a dozen descriptors in all forms. */
export function arbitraryDescriptorRing(options?: OptionValues): fc.Arbitrary<DescriptorRing> {
  const direction = (options?.direction ?? 'rx') as Direction
  const forms = (Object.keys(descriptorCodecs) as DescriptorForm[]).filter((form) => form.startsWith(direction))
  return tapes(512).map((tape) => {
    const descriptors = Array.from({ length: tape.below(12) }, () => makeDescriptor(tape, tape.pick(forms), direction))
    return { descriptors }
  })
}

/** A descriptor of a form, or of the form that its bits turn out to be. */
function makeDescriptor(tape: Tape, wanted: DescriptorForm, direction: Direction): Descriptor {
  const codec = descriptorCodecs[wanted]
  const bytes = codec.encode(makeValue(codec.type, tape) as never)
  const form = formOf(bytes, 0, direction)
  return { form, ...descriptorCodecs[form].decode(bytes) } as Descriptor
}

/** A config space and the vectors of its MSI-X where that is enabled, mostly few. */
export function makeSpace(tape: Tape, pci: PciOptions, sizes: readonly number[]) {
  const { trailing, ...made } = new SpaceMaker(tape, pci, sizes).make()
  const msix = made.capabilities.find(({ layout }) => layout === 'pci-cap-msix')
  if (msix !== undefined && !tape.rarely(16)) {
    const control = msix.control as Record<string, unknown>
    msix.control = { ...control, tableSize: tape.below(8), enable: !tape.rarely(3) }
  }
  const bytes = writeConfigSpace(made)
  // Capabilities that look at the MSI-X capability may be something else now.
  const configSpace: ConfigSpace = configSpaceOf(readConfigSpace(bytes, pci))
  const state = findMsixState(bytes)
  return { configSpace, vectors: state?.enabled ? state.vectors : 0 }
}

function makeMsix(tape: Tape, vectors: number): StreamedMsix {
  const entry = streamedMsixCodec.type.fields.entries.element
  const entries = Array.from({ length: vectors }, () => makeValue(entry, tape) as unknown as StreamedMsix['entries'][0])
  return { entries, pending: tape.bytes(Math.ceil(vectors / 8)) }
}

function isCanonical<V>(format: Format<V>, value: V, options: OptionValues | undefined): boolean {
  try {
    format.encode(value, options)
    return true
  } catch (error) {
    if (error instanceof EncodeError) return false
    throw error
  }
}
