import { createRequire } from 'node:module'
import { expect } from 'vitest'
import { type AnyType, type BitsType, type SpanType, type StructType, toKsy } from '../../src/layout/index.ts'
import { readYaml, type YamlMap } from './read-yaml.ts'

const require = createRequire(import.meta.url)
const compiler = require('kaitai-struct-compiler') as {
  compile(language: string, ksy: YamlMap, importer: undefined, debug: boolean): Promise<Record<string, string>>
}

interface Stream {
  readonly pos: number
}
interface StreamClass {
  new (bytes: Uint8Array): Stream
  readonly prototype: Record<string, unknown>
  bytesToStr: (bytes: Uint8Array, encoding: string) => string
}
type KaitaiType = new (stream: Stream, parent: null, root: null, ...parameters: unknown[]) => Record<string, unknown>

// As published, the run time reads 8-byte numbers as lossy doubles, and text as windows-1252.
export const KaitaiStream = require('kaitai-struct/KaitaiStream') as StreamClass

/** Makes the run time read what it reads wrongly as it is published. */
function mendRunTime(): void {
  for (const [name, signed, little] of [
    ['readU8le', false, true],
    ['readU8be', false, false],
    ['readS8le', true, true],
    ['readS8be', true, false],
  ] as const) {
    KaitaiStream.prototype[name] = function (this: { readBytes(length: number): Uint8Array }) {
      const run = this.readBytes(8)
      const view = new DataView(run.buffer, run.byteOffset, 8)
      const number = signed ? view.getBigInt64(0, little) : view.getBigUint64(0, little)
      return Number.isSafeInteger(Number(number)) ? Number(number) : number
    }
  }
  KaitaiStream.bytesToStr = (bytes) => String.fromCharCode(...bytes)
}

mendRunTime()

/** The class that the compiler makes of the exported description. */
export async function compiled({ type }: { readonly type: StructType }): Promise<KaitaiType> {
  const files = await compiler.compile('javascript', readYaml(toKsy(type)), undefined, false)
  const [source] = Object.values(files)
  const exported: Record<string, KaitaiType> = {}
  new Function('exports', 'require', 'define', source as string)(exported, () => KaitaiStream, undefined)
  const [Type] = Object.values(exported)
  return Type as KaitaiType
}

/** Compares a decoded value with what Kaitai gives, field by field along our description. */
export function expectSame(type: AnyType, ours: unknown, given: unknown, at: string): void {
  const theirs = unwrapped(given)
  switch (type.kind) {
    case 'struct':
      for (const [name, field] of Object.entries(type.fields)) {
        const member = (theirs as Record<string, unknown>)[name]
        expectSame(field, (ours as Record<string, unknown>)[name], member, `${at}.${name}`)
      }
      return
    case 'array':
      expect((theirs as unknown[]).length, at).toBe((ours as unknown[]).length)
      ;(ours as unknown[]).forEach((element, index) => {
        expectSame(type.element, element, (theirs as unknown[])[index], `${at}[${index}]`)
      })
      return
    case 'optional':
      if (ours === undefined) expect(theirs, at).toBeUndefined()
      else expectSame(type.inner, ours, theirs, at)
      return
    case 'framed':
      return expectSame(type.inner, ours, theirs, at)
    case 'choice':
      return expectSameChoice(
        ours,
        theirs,
        [...Object.values(type.cases), ...(type.otherwise ? [type.otherwise] : [])],
        at,
      )
    case 'bits':
      for (const [name, member] of Object.entries(type.members)) {
        const found = (ours as Record<string, unknown>)[name]
        expect(memberNumber(type, name, member, theirs as Record<string, unknown>), `${at}.${name}`).toBe(
          plain(found, member),
        )
      }
      return
    case 'bytes':
      expect([...(theirs as Uint8Array)], at).toEqual([...(ours as Uint8Array)])
      return
    case 'text':
      expect(theirs, at).toBe(ours)
      return
    case 'int':
      // A magic number of 64 bits is a constant run of bytes there.
      if (theirs instanceof Uint8Array) return
      expect(BigInt(theirs as number), at).toBe(BigInt(ours as number))
      return
    case 'bool':
      expect(theirs, at).toBe(Number(ours))
      return
    case 'enum':
      expect(theirs, at).toBe(typeof ours === 'string' ? type.numbers.get(ours) : ours)
  }
}

/** Our value alone says enough about the part: one of the cases has to agree. */
function expectSameChoice(ours: unknown, theirs: unknown, cases: readonly AnyType[], at: string): void {
  const problems: unknown[] = []
  for (const part of cases) {
    try {
      return expectSame(part, ours, theirs, at)
    } catch (error) {
      problems.push(error)
    }
  }
  throw problems[0]
}

function unwrapped(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || !('content' in value)) return value
  return /Part\d*$/.test(value.constructor.name) ? unwrapped(value.content) : value
}

/** The number of a member, put together from the pieces that Kaitai reads. */
function memberNumber(type: BitsType, name: string, member: SpanType, word: Record<string, unknown>): bigint {
  const number = (key: string) => BigInt(word[key] as number | boolean)
  if (member.as !== 'rest') {
    // Kaitai has no bits in place: it reads the bare number, which our value holds where it stands in the word.
    if (member.as === 'in-place') return number(name) << BigInt(member.low)
    if (name in word) return number(name)
    return number(`${name}Low`) | (number(`${name}High`) << BigInt(32 - member.low))
  }
  let sum = 0n
  for (const key of Object.keys(word)) {
    const [, low] = new RegExp(`^${name}(\\d+)(?:_?\\d+)?$`).exec(key) ?? []
    if (low === undefined) continue
    const start = runStart(type, key.slice(name.length))
    sum |= number(key) << BigInt(start)
  }
  return sum
}

/** `reserved_1_15` becomes `reserved115` in JavaScript: the run is the one of the word that is written so. */
function runStart(type: BitsType, digits: string): number {
  const bitsOfWord = type.word.size * 8
  for (let low = 0; low < bitsOfWord; low++) {
    if (((type.restMask >> BigInt(low)) & 1n) === 0n) continue
    if (low > 0 && low !== 32 && ((type.restMask >> BigInt(low - 1)) & 1n) !== 0n) continue
    let high = low
    while (high + 1 < bitsOfWord && high !== 31 && ((type.restMask >> BigInt(high + 1)) & 1n) !== 0n) high += 1
    if (`${low}${high}` === digits || `${low}_${high}` === digits) return low
  }
  throw new Error(`There is no reserved run ${digits}.`)
}

function plain(value: unknown, member: SpanType): bigint {
  if (typeof value === 'string') return BigInt(member.numbers?.get(value) ?? -1)
  return BigInt(value as number | bigint | boolean)
}
