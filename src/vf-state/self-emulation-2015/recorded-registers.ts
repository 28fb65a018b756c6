import { atPath, DecodeError, defineCodes, EncodeError, type Finding, type Path } from '../../findings/index.ts'
import {
  type BytesInput,
  errorFinding,
  type Format,
  type Json,
  type Located,
  reserved,
  toBytes,
  toJsonSchema,
  toView,
  u32,
  wrongType,
} from '../../layout/index.ts'
import { ringCodes } from '../ring/index.ts'
import { REGISTER_SPACE } from './registers.layout.ts'
import { type IxgbevfRegisters, ixgbevfRegistersCodec, ixgbevfRegistersFormat } from './registers.ts'

/** An element of the array that no register offset leads to. */
export interface StrayElement {
  /** Not a multiple of 4. */
  index: number
  value: number
}

/** What the driver has recorded of its reads and writes. */
export interface RecordedRegisters {
  registers: IxgbevfRegisters
  /** Elements between those of the registers that are not zero, in ascending order. */
  strays: StrayElement[]
}

/** Elements of the array: one for every byte offset, of which every fourth is used. From memory. */
export const RECORDED_ELEMENTS = REGISTER_SPACE
const SIZE = 4 * RECORDED_ELEMENTS
/** Bytes from one register to the next. */
const STRIDE = 16

export const recordedRegistersCodes = defineCodes({
  ...ringCodes.entries,
  'vf-state/recorded-between': {
    severity: 'warning',
    title: 'the array of recorded registers has values where no register is',
    explanation:
      'The array is indexed by byte offsets, so that only every fourth element is used. Values between them mean that this is no such array, that it starts elsewhere, or that its elements are packed.',
    source: 'RFC Patch 06/12 of October 2015, from memory',
  },
})

/**
 * The array of 32-bit values in which the self emulation layer keeps every register that the guest driver reads or
 * writes. There is one for all adapters of a guest: with two VFs, each overwrites what the other has recorded.
 */
export const recordedRegistersFormat: Format<RecordedRegisters> = {
  name: 'ixgbevf-recorded-registers',
  title: 'Registers recorded by the ixgbevf self emulation layer (2015)',
  source: 'RFC Patch 06/12 "IXGBEVF: Add self emulation layer", October 2015, from memory; linux ixgbevf/regs.h',
  evidence: 'recalled',
  options: {},
  ksy: 'parts',
  structures: [ixgbevfRegistersCodec],
  codes: recordedRegistersCodes.entries,
  automatic: false,
  detect: () => 0,
  decode: (input) => read(toBytes(input)),
  encode: (value) => write(value),
  inspect(input) {
    const bytes = toBytes(input)
    try {
      const value = read(bytes)
      return { value, findings: [...judgeRegisters(bytes), ...judgeStrays(value)] }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error
      return { value: undefined, findings: [errorFinding(error, bytes.length)] }
    }
  },
  fields,
  toJson: ({ registers, strays }) => ({
    registers: ixgbevfRegistersCodec.toJson(registers),
    strays: strays.map(({ index, value }) => ({ index, value })),
  }),
  fromJson,
  schema: () => ({
    type: 'object',
    properties: {
      registers: toJsonSchema(ixgbevfRegistersCodec.type),
      strays: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            index: { type: 'integer', minimum: 1, maximum: RECORDED_ELEMENTS - 1 },
            value: { type: 'integer', minimum: 1, maximum: 0xffffffff },
          },
          required: ['index', 'value'],
          additionalProperties: false,
        },
      },
    },
    required: ['registers', 'strays'],
    additionalProperties: false,
  }),
}

/** The register space that an array records: every fourth element. */
function spaceOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== SIZE) {
    throw new DecodeError({
      code: bytes.length < SIZE ? 'layout/ended-early' : 'layout/trailing-bytes',
      path: [],
      offset: Math.min(bytes.length, SIZE),
      expected: `${RECORDED_ELEMENTS} elements of 4 bytes`,
      found: `${bytes.length} bytes`,
      needsMore: bytes.length < SIZE,
    })
  }
  const space = new Uint8Array(REGISTER_SPACE)
  for (let at = 0; at < REGISTER_SPACE; at += 4) space.set(bytes.subarray(4 * at, 4 * at + 4), at)
  return space
}

function read(bytes: Uint8Array): RecordedRegisters {
  const registers = ixgbevfRegistersCodec.decode(spaceOf(bytes))
  const view = toView(bytes)
  const strays: StrayElement[] = []
  for (let index = 0; index < RECORDED_ELEMENTS; index++) {
    if (index % 4 === 0) continue
    const value = view.getUint32(4 * index, true)
    if (value !== 0) strays.push({ index, value })
  }
  return { registers, strays }
}

function write(given: RecordedRegisters): Uint8Array {
  if (given === null || typeof given !== 'object') throw wrongType([], 'an object', given)
  const { registers, strays } = given
  const space = atPath(['registers'], () => ixgbevfRegistersCodec.encode(registers))
  if (!Array.isArray(strays)) throw wrongType(['strays'], 'an array', strays)
  const bytes = new Uint8Array(SIZE)
  const view = toView(bytes)
  for (let at = 0; at < REGISTER_SPACE; at += 4) bytes.set(space.subarray(at, at + 4), 4 * at)
  strays.forEach((stray: unknown, at) => {
    const { index, value } = (stray ?? {}) as Partial<StrayElement>
    const path = ['strays', at]
    if (!isWhole(index, RECORDED_ELEMENTS) || index % 4 === 0) {
      throw wrongType([...path, 'index'], `a number below ${RECORDED_ELEMENTS}, not a multiple of 4`, index)
    }
    if (!isWhole(value, 2 ** 32) || value === 0) throw wrongType([...path, 'value'], 'a number from 1 to 2^32-1', value)
    if (view.getUint32(4 * index, true) !== 0) throw wrongType([...path, 'index'], 'an index of its own', index)
    view.setUint32(4 * index, value, true)
  })
  return bytes
}

function isWhole(value: unknown, limit: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < limit
}

/** Where bytes of the register space stand in the array; those of several registers reach over what is between. */
function spread(offset: number, length: number): { offset: number; length: number } {
  const last = offset + length - 1
  return { offset: elementOf(offset), length: length === 0 ? 0 : elementOf(last) - elementOf(offset) + 1 }
}

const elementOf = (offset: number) => STRIDE * Math.floor(offset / 4) + (offset % 4)

function judgeRegisters(bytes: Uint8Array): Finding[] {
  return ixgbevfRegistersFormat.inspect(spaceOf(bytes)).findings.map((finding) => ({
    ...finding,
    ...spread(finding.offset, finding.length),
    path: ['registers', ...finding.path],
  }))
}

function judgeStrays({ strays }: RecordedRegisters): Finding[] {
  const [first] = strays
  if (first === undefined) return []
  const more = strays.length > 1 ? `, and ${strays.length - 1} more` : ''
  const message = `Element ${first.index} is 0x${first.value.toString(16)}${more}.`
  const place = { offset: 4 * first.index, length: 4, path: ['strays', 0] }
  return [recordedRegistersCodes.finding('vf-state/recorded-between', message, place)]
}

/** A field per register and per other element that is not zero, and one per run of zeros between them. */
function fields(input: BytesInput): Located[] {
  const bytes = toBytes(input)
  const space = spaceOf(bytes)
  const view = toView(bytes)
  const located: Located[] = []
  // Reserved runs of the register space are in pieces here: a name for each of their elements that holds something.
  const others = new Map<number, Path>()
  const covered = new Uint8Array(RECORDED_ELEMENTS)
  for (const field of ixgbevfRegistersCodec.fields(space)) {
    const path = ['registers', ...field.path]
    if (field.type.kind === 'bytes') {
      for (let at = 0; at < field.length; at += 4) others.set(field.offset + at, [...path, at])
      continue
    }
    covered[field.offset] = 1
    located.push({ ...field, path, offset: elementOf(field.offset) })
  }
  let strays = 0
  for (let index = 0; index < RECORDED_ELEMENTS; index++) {
    const value = view.getUint32(4 * index, true)
    if (covered[index] === 1 || value === 0) continue
    covered[index] = 1
    const path = others.get(index) ?? ['strays', strays++, 'value']
    located.push({ path, offset: 4 * index, length: 4, type: ELEMENT, value })
  }
  located.push(...zeros(bytes, covered))
  return located.sort((a, b) => a.offset - b.offset)
}

const ELEMENT = u32.asHex()

/** Runs of elements that nothing else names. */
function* zeros(bytes: Uint8Array, covered: Uint8Array): Generator<Located> {
  let runs = 0
  for (let index = 0; index < RECORDED_ELEMENTS; index++) {
    if (covered[index] === 1) continue
    let end = index
    while (end < RECORDED_ELEMENTS && covered[end] === 0) end++
    const [offset, length] = [4 * index, 4 * (end - index)]
    const value = bytes.subarray(offset, offset + length)
    yield { path: ['between', runs++], offset, length, type: reserved(length), value }
    index = end
  }
}

function fromJson(json: Json): RecordedRegisters {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw wrongType([], 'an object', json)
  const { registers = null, strays, ...others } = json
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) {
    const facts = { expected: 'registers or strays', found: 'another member' }
    throw new EncodeError({ code: 'layout/unexpected-field', path: [stranger], ...facts })
  }
  if (!Array.isArray(strays)) throw wrongType(['strays'], 'an array', strays)
  return {
    registers: atPath(['registers'], () => ixgbevfRegistersCodec.fromJson(registers)),
    strays: strays.map((stray) => ({ ...(stray as unknown as StrayElement) })),
  }
}
