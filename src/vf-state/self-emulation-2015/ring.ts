import { atPath, DecodeError, EncodeError, type Finding } from '../../findings/index.ts'
import {
  type Codec,
  completeOptions,
  errorFinding,
  type Format,
  type Json,
  type Located,
  type OptionMap,
  type OptionValues,
  toBytes,
  toJsonSchema,
  wrongType,
} from '../../layout/index.ts'
import { checkRing, checkRingDone, DESCRIPTOR_SIZE, type RingReport, ringCodes } from '../ring/index.ts'
import {
  type Descriptor,
  type DescriptorForm,
  type Direction,
  descriptorCodecs,
  formOf,
  isDone,
} from './descriptors.ts'

/** All descriptors of a ring, from the first on. */
export interface DescriptorRing {
  descriptors: Descriptor[]
}

/** A value that no ring has. */
const UNKNOWN = 0xffffffff
const unknown = (what: string) =>
  ({ kind: 'number', default: UNKNOWN, meaning: `${what}; 0xffffffff: not known` }) as const

const options = {
  direction: { kind: 'choice', values: ['rx', 'tx'], default: 'rx', meaning: 'receive or transmit ring' },
  length: unknown('value of RDLEN or TDLEN, in bytes'),
  head: unknown('value of RDH or TDH'),
  nextToClean: unknown('index that the driver cleans next'),
  nextToUse: unknown('index that the driver fills next'),
} as const satisfies OptionMap

/** Descriptors of a ring as they lie in guest memory; each is what its DD bit says. */
export const descriptorRingFormat: Format<DescriptorRing> = {
  name: 'ixgbevf-ring',
  title: 'Descriptor ring of an 82599 or X540 VF',
  source: 'linux drivers/net/ethernet/intel/ixgbevf/defines.h and ixgbevf_main.c',
  evidence: 'verified',
  options,
  ksy: 'parts',
  structures: Object.values(descriptorCodecs) as unknown as Codec[],
  codes: ringCodes.entries,
  automatic: false,
  detect: () => 0,
  decode: (input, given) => read(toBytes(input), directionOf(given)),
  encode: (value, given) => write(value, directionOf(given)),
  inspect(input, given) {
    const bytes = toBytes(input)
    try {
      const value = read(bytes, directionOf(given))
      return { value, findings: judge(bytes, given) }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields(input, given) {
    const bytes = toBytes(input)
    return [...places(bytes, directionOf(given))].flatMap(({ index, offset, codec }): Located[] => {
      const path = ['descriptors', index]
      const located = codec.fields(bytes.subarray(offset, offset + DESCRIPTOR_SIZE))
      return located.map((field) => ({ ...field, path: [...path, ...field.path], offset: field.offset + offset }))
    })
  },
  toJson: ({ descriptors }) => ({
    descriptors: descriptors.map((descriptor) => {
      const { form, ...fields } = descriptor
      return { form, ...(anyCodec(form).toJson(fields) as { [name: string]: Json }) }
    }),
  }),
  fromJson,
  schema: () => ({
    type: 'object',
    properties: {
      descriptors: {
        type: 'array',
        items: {
          anyOf: Object.entries(descriptorCodecs).map(([form, { type }]) => {
            const { properties, required, ...schema } = toJsonSchema(type)
            const named = { form: { const: form }, ...(properties as { [name: string]: Json }) }
            return { ...schema, properties: named, required: ['form', ...(required as string[])] }
          }),
        },
      },
    },
    required: ['descriptors'],
    additionalProperties: false,
  }),
}

const anyCodec = (form: DescriptorForm) => descriptorCodecs[form] as unknown as Codec

function directionOf(given: OptionValues | undefined): Direction {
  return completeOptions(options, given).direction as Direction
}

/** Descriptors with their forms. @throws DecodeError where the last one is cut */
function* places(bytes: Uint8Array, direction: Direction) {
  const whole = Math.floor(bytes.length / DESCRIPTOR_SIZE)
  if (whole * DESCRIPTOR_SIZE !== bytes.length) {
    throw new DecodeError({
      code: 'layout/ended-early',
      path: ['descriptors', whole],
      offset: whole * DESCRIPTOR_SIZE,
      expected: `${DESCRIPTOR_SIZE} bytes`,
      found: `only ${bytes.length - whole * DESCRIPTOR_SIZE}`,
      needsMore: true,
    })
  }
  for (let index = 0; index < whole; index++) {
    const offset = index * DESCRIPTOR_SIZE
    const form = formOf(bytes, offset, direction)
    yield { index, offset, form, codec: anyCodec(form) }
  }
}

function read(bytes: Uint8Array, direction: Direction): DescriptorRing {
  const descriptors = Array.from(places(bytes, direction), ({ offset, form, codec }) => {
    const fields = codec.decode(bytes.subarray(offset, offset + DESCRIPTOR_SIZE))
    return { form, ...fields } as unknown as Descriptor
  })
  return { descriptors }
}

function write(value: DescriptorRing, direction: Direction): Uint8Array {
  const { descriptors } = (value ?? {}) as { descriptors?: unknown }
  if (!Array.isArray(descriptors)) throw wrongType(['descriptors'], 'an array', descriptors)
  const bytes = new Uint8Array(descriptors.length * DESCRIPTOR_SIZE)
  descriptors.forEach((given: unknown, index) => {
    const path = ['descriptors', index]
    const { form, ...fields } = (given ?? {}) as { form?: unknown }
    const codec = atPath(path, () => codecNamed(form))
    const offset = index * DESCRIPTOR_SIZE
    bytes.set(
      atPath(path, () => codec.encode(fields)),
      offset,
    )
    const found = formOf(bytes, offset, direction)
    if (found === form) return
    const facts = { expected: `the form ${found}, as its bits say`, found: String(form) }
    throw new EncodeError({ code: 'layout/length-mismatch', path: [...path, 'form'], ...facts })
  })
  return bytes
}

function codecNamed(form: unknown): Codec {
  if (typeof form === 'string' && Object.hasOwn(descriptorCodecs, form)) return anyCodec(form as DescriptorForm)
  throw wrongType(['form'], `one of ${Object.keys(descriptorCodecs).join(', ')}`, form)
}

function judge(bytes: Uint8Array, given: OptionValues | undefined): Finding[] {
  const findings: Finding[] = []
  const direction = directionOf(given)
  for (const { index, offset, codec } of places(bytes, direction)) {
    const region = bytes.subarray(offset, offset + DESCRIPTOR_SIZE)
    for (const finding of codec.inspect(region).findings) {
      const path = ['descriptors', index, ...finding.path]
      findings.push({ ...finding, path, offset: finding.offset + offset })
    }
  }
  const known = Object.entries(completeOptions(options, given)).filter(([, value]) => value !== UNKNOWN)
  const { direction: _, ...facts } = Object.fromEntries(known) as { direction: Direction; [fact: string]: unknown }
  const count = bytes.length / DESCRIPTOR_SIZE
  const path = ['descriptors']
  const report: RingReport = (code, message) =>
    findings.push(ringCodes.finding(code, message, { offset: 0, length: bytes.length, path }))
  checkRing({ count, ...facts }, report)
  const { nextToClean, nextToUse } = facts as { nextToClean?: number; nextToUse?: number }
  if (nextToClean !== undefined && nextToUse !== undefined) {
    const done = (index: number) => isDone(bytes, index * DESCRIPTOR_SIZE, direction)
    checkRingDone(count, { nextToClean, nextToUse }, done, report)
  }
  return findings
}

function fromJson(json: Json): DescriptorRing {
  const { descriptors, ...others } = (json ?? {}) as { descriptors?: Json }
  if (!Array.isArray(descriptors)) throw wrongType(['descriptors'], 'an array', descriptors)
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) {
    const facts = { expected: 'descriptors', found: 'another member' }
    throw new EncodeError({ code: 'layout/unexpected-field', path: [stranger], ...facts })
  }
  return {
    descriptors: descriptors.map((given, index) =>
      atPath(['descriptors', index], () => {
        const { form, ...fields } = (given ?? {}) as { form?: Json; [name: string]: Json | undefined }
        const value = codecNamed(form).fromJson(fields as Json)
        return { form, ...value } as unknown as Descriptor
      }),
    ),
  }
}
