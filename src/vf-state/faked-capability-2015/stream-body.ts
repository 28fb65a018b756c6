import { DecodeError } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/faked-capability-2015/stream-body.js'
import {
  codec,
  type Format,
  fixedSize,
  type OptionMap,
  type OptionValues,
  structureFormat,
  type Value,
} from '../../layout/index.ts'
import { type ConfigSpace, configSpaceFormat, findMsixState, pciOptions } from '../../pci/index.ts'
import { composedFormat, type Part } from '../composed.ts'
import { type StreamedMsix, streamedMsixFormat, streamedMsixLength, vectorsOf, vectorsOfLength } from '../msix-part.ts'
import { checkSriovBody, sriovBodyCodes } from './judge.ts'
import { BODY_FLAGS, sriovBodyHead, sriovBodyInterrupts } from './stream-body.layout.ts'

export const sriovBodyHeadCodec = codec(sriovBodyHead, generated.sriovBodyHead)
export const sriovBodyInterruptsCodec = codec(sriovBodyInterrupts, generated.sriovBodyInterrupts)

/** One body of the "vfio-sriov" section. A setup body has its flag alone. */
export interface SriovBody
  extends Value<typeof sriovBodyHead>,
    Partial<Pick<Value<typeof sriovBodyInterrupts>, 'intxLevels'>> {
  /** As the guest sees it, 256 or 4096 bytes. */
  configSpace?: ConfigSpace | { opaque: Uint8Array }
  /** Only where MSI-X is enabled in the config space. */
  msix?: StreamedMsix | { opaque: Uint8Array }
  /** Bytes behind the body. */
  trailing?: Uint8Array
}

const options = {
  ...pciOptions,
  // The design puts its own capability there.
  capability14: { ...pciOptions.capability14, default: 'migration-2015' },
  configSize: {
    kind: 'choice',
    values: ['auto', '256', '4096'],
    default: 'auto',
    meaning: 'bytes of the config space; auto takes the size that the rest of the body fits to',
  },
} as const satisfies OptionMap

/** Body of a section of the migration proposed in November 2015; nothing in it says how long it is. */
export const sriovBodyFormat: Format<SriovBody> = composedFormat<SriovBody>({
  name: 'vfio-sriov-2015',
  title: 'Body of a "vfio-sriov" stream section (faked capability, 2015)',
  source: sriovBodyHead.facts.source,
  evidence: 'recalled',
  options,
  codes: sriovBodyCodes.entries,
  kinds: {
    head: { format: structureFormat({ codec: sriovBodyHeadCodec }), inline: true },
    configSpace: { format: configSpaceFormat, space: true },
    interrupts: { format: structureFormat({ codec: sriovBodyInterruptsCodec }), inline: true },
    msix: { format: streamedMsixFormat },
  },
  split,
  partOptions: (name, part) => (name === 'msix' ? vectorsOf(part) : {}),
  rule: checkSriovBody,
})

const [SETUP, COMPLETE] = [1, 2]
/** Flag and version. */
const HEAD_LENGTH = 5
const INTERRUPTS_LENGTH = fixedSize(sriovBodyInterrupts) as number
const FIXED = HEAD_LENGTH + INTERRUPTS_LENGTH
const CONVENTIONAL = 256
const EXPRESS = 4096

function split(bytes: Uint8Array, given: OptionValues): Part[] {
  const flag = bytes[0]
  if (flag === undefined) throw endedEarly('a flag of 1 byte', 0)
  if (flag === SETUP) return [{ name: 'head', offset: 0, length: 1 }]
  if (flag !== COMPLETE) {
    const expected = Object.entries(BODY_FLAGS).map(([number, name]) => `${number} (${name})`)
    const facts = { expected: expected.join(' or '), found: String(flag) }
    throw new DecodeError({ code: 'vf-state/sriov-flag', path: ['flag'], offset: 0, ...facts })
  }
  const configLength = chosenSize(bytes, String(given.configSize))
  const least = FIXED + configLength
  if (bytes.length < least) throw endedEarly(`a completion body of at least ${least} bytes`, bytes.length)
  const { configSize: _, ...pci } = given
  const parts: Part[] = [
    { name: 'head', offset: 0, length: HEAD_LENGTH },
    { name: 'configSpace', offset: HEAD_LENGTH, length: configLength, options: pci },
    { name: 'interrupts', offset: HEAD_LENGTH + configLength, length: INTERRUPTS_LENGTH },
  ]
  const left = bytes.length - least
  const state = findMsixState(bytes.subarray(HEAD_LENGTH, HEAD_LENGTH + configLength))
  if (!state?.enabled || left === 0) return parts
  const vectors = vectorsOfLength(left) ?? 0
  return [...parts, { name: 'msix', offset: least, length: left, options: { vectors } }]
}

/** Bytes of the config space: what the length of the body leaves for the table has to fit to the capability. */
function chosenSize(bytes: Uint8Array, wanted: string): number {
  if (wanted !== 'auto') return Number(wanted)
  const state = findMsixState(bytes.subarray(HEAD_LENGTH, HEAD_LENGTH + CONVENTIONAL))
  const table = state?.enabled ? streamedMsixLength(state.vectors) : 0
  for (const size of [EXPRESS, CONVENTIONAL]) if (bytes.length === FIXED + size + table) return size
  return bytes.length < FIXED + EXPRESS ? CONVENTIONAL : EXPRESS
}

function endedEarly(expected: string, length: number): DecodeError {
  const found = length === 0 ? 'the end of the input' : `only ${length}`
  return new DecodeError({ code: 'layout/ended-early', path: [], offset: length, expected, found, needsMore: true })
}
