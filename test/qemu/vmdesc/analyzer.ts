import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { FieldDescription, StructDescription } from '../../../src/qemu/vmdesc/index.ts'
import { encodeDevice } from '../../../src/qemu/vmdesc/index.ts'

/** What QEMU's own analyzer says of a value: hexadecimal numbers and bytes as text, the rest as in JSON. */
export type Said = string | boolean | Said[] | { [name: string]: Said }

interface Section {
  readonly type: string
  readonly offset: number
  readonly length: number
  readonly sectionId: number
  readonly name: string
  readonly instance: number
}

/** A stream cut into bodies by an analyzer that is not ours, and what it says of them. */
export interface Analyzed {
  readonly stream: Uint8Array
  /** The JSON behind the end mark. */
  readonly json: Uint8Array
  readonly state: { readonly [section: string]: Said }
  readonly description: unknown
  readonly bodies: readonly { readonly section: Section; readonly body: Uint8Array }[]
}

const read = (file: URL): Uint8Array => {
  const bytes = readFileSync(file)
  return new Uint8Array(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)
}

/** Loads `stream.*` of a folder; `ending` is `.gz` where they are compressed. */
export function load(folder: URL, names: { stream: string; state: string; desc: string; sections: string }): Analyzed {
  const json = (name: string) => JSON.parse(new TextDecoder().decode(read(new URL(name, folder))))
  const stream = read(new URL(names.stream, folder))
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length)
  const { sections } = json(names.sections) as { sections: Section[] }
  const end = sections.at(-1)?.offset ?? 0
  const bodies = sections
    .filter(({ type }) => type === 'FULL')
    .map((section) => {
      const start = section.offset + 1 + 4 + 1 + section.name.length + 4 + 4
      return { section, body: stream.subarray(start, section.offset + section.length) }
    })
  const length = view.getUint32(end + 2)
  return {
    stream,
    json: stream.subarray(end + 6, end + 6 + length),
    state: json(names.state),
    description: json(names.desc),
    bodies,
  }
}

export const packed = {
  stream: 'stream.bin.gz',
  state: 'stream.state.json.gz',
  desc: 'stream.desc.json.gz',
  sections: 'stream.sections.json',
}

const spaced = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')

/** Differences between a decoded value and what the analyzer says of it, with their places. */
export function* differences(
  fields: Record<string, unknown>,
  struct: StructDescription,
  said: Said | undefined,
  path: string,
): Generator<string> {
  if (said === null || typeof said !== 'object' || Array.isArray(said)) return yield `${path}: ${said} is no structure`
  if (Object.keys(fields).join() !== Object.keys(said).join()) {
    yield `${path}: members ${Object.keys(fields)} rather than ${Object.keys(said)}`
  }
  for (const field of struct.fields) {
    const [value, other] = [fields[field.member], said[field.member]]
    const { elements } = field
    if (elements === undefined) yield* different(value, field, other, `${path}.${field.member}`)
    else if (!Array.isArray(value)) yield `${path}.${field.member}: no list`
    else {
      // A list of one element is not told from a single value.
      const list = Array.isArray(other) ? other : [other]
      if (list.length !== value.length) yield `${path}.${field.member}: ${value.length} rather than ${list.length}`
      for (let index = elements.first; index < elements.first + elements.count; index++) {
        yield* different(value[index], field, list[index], `${path}.${field.member}[${index}]`)
      }
    }
  }
  for (const subsection of struct.subsections) {
    const name = subsection.member
    yield* differences(fields[name] as Record<string, unknown>, subsection, said[name], `${path}.${name}`)
  }
}

function* different(value: unknown, field: FieldDescription, said: Said | undefined, path: string): Generator<string> {
  if (field.kind === 'struct' && typeof said !== 'string') {
    yield* differences(value as Record<string, unknown>, field.struct, said, path)
    return
  }
  const ours = typeof said === 'boolean' ? value : textLike(value, field, said ?? '')
  if (ours !== said) yield `${path}: ${ours} rather than ${said}`
}

/** Our value in the analyzer's words. */
function textLike(value: unknown, field: FieldDescription, said: Said): unknown {
  if (field.kind === 'struct') return spaced(encodeDevice(value as never, field.struct))
  if (value === null) return said === 'nullptr' || said === '0x30' ? said : '0x30'
  if (value instanceof Uint8Array) return spaced(value)
  if (typeof value === 'string') return value
  const size = field.size ?? 0
  const number = BigInt(value as number | bigint)
  const digits = BigInt.asUintN(8 * size, number)
    .toString(16)
    .padStart(2 * size, '0')
  if (typeof said === 'string' && !said.startsWith('0x')) return digits.match(/../g)?.join(' ')
  // The analyzer reads "uint8 equal" and "uint16 equal" with a sign, QEMU does not.
  const signed = / equal$/.test(field.type) && size < 4 ? BigInt.asIntN(8 * size, number) : number
  return signed < 0n ? `0x${digits} (${signed})` : `0x${digits}`
}
