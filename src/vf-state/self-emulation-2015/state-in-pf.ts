import { DecodeError, type Finding } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/self-emulation-2015/state-in-pf.js'
import {
  type Codec,
  codec,
  completeOptions,
  errorFinding,
  type Format,
  fixedSize,
  type OptionMap,
  type OptionValues,
  toBytes,
  toJsonSchema,
  type Value,
} from '../../layout/index.ts'
import { stateInPfA, stateInPfB, stateInPfC } from './state-in-pf.layout.ts'
import { checkStateInPf, reportAmbiguity, stateInPfCodes } from './state-in-pf-rules.ts'

export const stateInPfCodecs = {
  a: codec(stateInPfA, generated.stateInPfA),
  b: codec(stateInPfB, generated.stateInPfB),
  c: codec(stateInPfC, generated.stateInPfC),
} as const
export type StateInPfVariant = keyof typeof stateInPfCodecs

export type StateInPfA = Value<typeof stateInPfA>
export type StateInPfB = Value<typeof stateInPfB>
export type StateInPfC = Value<typeof stateInPfC>
/** Which variant it is shows in `vfData`: `vfLpe` only stands in B, `trusted` only in C. */
export type StateInPf = StateInPfA | StateInPfB | StateInPfC

const options = {
  variant: {
    kind: 'choice',
    values: ['auto', 'a', 'b', 'c'],
    default: 'auto',
    meaning: 'kernel that wrote it: a Linux 4.2 (92 bytes), b with frame size, c Linux 4.4 (both 100); auto: a or b',
  },
} as const satisfies OptionMap

const SIZE_A = fixedSize(stateInPfA) as number
const SIZE_BC = fixedSize(stateInPfB) as number

/** The sysfs attribute of October 2015: what the PF driver knows of a VF. No magic, no version, no length. */
export const stateInPfFormat: Format<StateInPf> = {
  name: 'state-in-pf',
  title: 'state_in_pf: state of a VF in the ixgbe PF driver (2015)',
  source: stateInPfA.facts.source,
  evidence: 'recalled',
  options,
  ksy: 'parts',
  structures: Object.values(stateInPfCodecs),
  codes: stateInPfCodes.entries,
  automatic: false,
  detect: () => 0,
  decode(input, given) {
    const bytes = toBytes(input)
    return chosen(bytes, given).decode(bytes) as StateInPf
  },
  encode: (value, given) => anyCodec(wanted(given) ?? variantOf(value)).encode(value as never),
  inspect(input, given) {
    const bytes = toBytes(input)
    try {
      const { value, findings } = chosen(bytes, given).inspect(bytes)
      if (value !== undefined) judge(value as unknown as StateInPf, bytes, given, findings)
      return { value: value as unknown as StateInPf | undefined, findings }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields(input, given) {
    const bytes = toBytes(input)
    return chosen(bytes, given).fields(bytes)
  },
  toJson: (value) => anyCodec(variantOf(value)).toJson(value as never),
  fromJson: (json, given) => anyCodec(wanted(given) ?? variantOf(json)).fromJson(json) as unknown as StateInPf,
  schema: () => {
    const variants = Object.values(stateInPfCodecs).map(({ type }) => toJsonSchema(type))
    return { type: 'object', anyOf: variants }
  },
}

function judge(value: StateInPf, bytes: Uint8Array, given: OptionValues | undefined, findings: Finding[]): void {
  const variant = variantOf(value)
  const report = (finding: Finding) => findings.push(finding)
  if (variant === 'b' && wanted(given) === undefined) {
    reportAmbiguity(value as StateInPfB, stateInPfCodecs.c.decode(bytes), bytes.length, report)
  }
  checkStateInPf(value, stateInPfCodecs[variant].type, report)
}

function anyCodec(variant: StateInPfVariant): Codec {
  return stateInPfCodecs[variant]
}

/** The variant that was asked for; undefined where it is to be told from the bytes. */
function wanted(given: OptionValues | undefined): StateInPfVariant | undefined {
  const { variant } = completeOptions(options, given)
  return variant === 'auto' ? undefined : (variant as StateInPfVariant)
}

/** B is the reading of 100 bytes: the resume event of the series needs the frame size. */
function chosen(bytes: Uint8Array, given: OptionValues | undefined): Codec {
  const variant = wanted(given) ?? (bytes.length === SIZE_A ? 'a' : 'b')
  const codec = anyCodec(variant)
  const size = variant === 'a' ? SIZE_A : SIZE_BC
  if (bytes.length === size) return codec
  const expected = wanted(given) === undefined ? `${SIZE_A} or ${SIZE_BC} bytes` : `${size} bytes`
  throw new DecodeError({
    code: 'vf-state/state-in-pf-size',
    path: [],
    offset: Math.min(bytes.length, size),
    expected,
    found: `${bytes.length} bytes`,
    needsMore: bytes.length < size,
  })
}

/** Which variant a value (or its JSON) is. */
export function variantOf(value: unknown): StateInPfVariant {
  const { vfData } = (value ?? {}) as { vfData?: unknown }
  if (vfData === null || typeof vfData !== 'object') return 'a'
  return 'vfLpe' in vfData ? 'b' : 'trusted' in vfData ? 'c' : 'a'
}
