import { fixedSize } from '../measure.ts'
import type { IntType, StructType } from '../types.ts'
import type { Maker } from './names.ts'
import { literal } from './read-fixed.ts'
import { getter } from './scan.ts'

/** A function `(dataView, buffer, offset, count) => columns`: a typed array per number, words with bits whole. */
export const makeColumns: Maker = (name, type, little) => {
  const size = fixedSize(type) as number
  const builder = new ColumnsBuilder()
  const columns = builder.struct(type, 0, little)
  return [
    `function ${name}(dataView, buffer, offset, count) {`,
    ...builder.declarations(),
    ...alignedLoop(builder, size),
    `for (let i = 0; i < count; i++, offset += ${size}) {`,
    ...builder.body,
    '}',
    `return ${columns};`,
    '}',
  ]
}

/**
 * Where all numbers are little-endian and a multiple of 4 bytes, memory of a little-endian machine that is aligned can be
 * read as 32-bit words, which costs half of a DataView.
 */
function alignedLoop({ words }: ColumnsBuilder, size: number): string[] {
  if (words === undefined || size % 4 !== 0) return []
  return [
    'if (LOW_HALF === 0 && (buffer.byteOffset + offset) % 4 === 0) {',
    `const words = new Uint32Array(buffer.buffer, buffer.byteOffset + offset, count * ${size / 4});`,
    `for (let i = 0, at = 0; i < count; i++, at += ${size / 4}) {`,
    ...words,
    '}',
    'count = 0;',
    '}',
  ]
}

class ColumnsBuilder {
  private readonly columns: { readonly name: string; readonly array: string; readonly size: number }[] = []
  readonly body: string[] = []
  /** The body over aligned 32-bit words; undefined where a number is not made of such. */
  words: string[] | undefined = []

  /** All columns in one block of memory, the widest first so that each is aligned: one allocation is cheaper than many. */
  declarations(): string[] {
    const ordered = [...this.columns].sort((a, b) => b.size - a.size)
    const total = ordered.reduce((sum, { size }) => sum + size, 0)
    const lines = [`const memory = new ArrayBuffer(count * ${total});`]
    let before = 0
    for (const { name, array, size } of ordered) {
      lines.push(`const ${name} = new ${array}(memory, count * ${before}, count);`)
      if (size === 8) lines.push(`const ${name}h = new Uint32Array(memory, count * ${before}, count * 2);`)
      before += size
    }
    return lines
  }

  struct(type: StructType, at: number, inherited: boolean): string {
    const little = type.byteOrder === 'parameter' ? inherited : type.byteOrder === 'little'
    const members: string[] = []
    let offset = at
    for (const [name, field] of Object.entries(type.fields)) {
      const word = field.kind === 'enum' ? field.base : field.kind === 'bits' ? field.word : field
      if (word.kind === 'int') members.push(`${name}: ${this.column(word, offset, little)}`)
      else if (word.kind === 'bool') members.push(`${name}: ${this.column(BYTE, offset, little)}`)
      else if (word.kind === 'struct') members.push(`${name}: ${this.struct(word, offset, little)}`)
      offset += fixedSize(field) as number
    }
    return `{ ${members.join(', ')} }`
  }

  private column(type: IntType, at: number, inherited: boolean): string {
    const column = `c${this.columns.length}`
    const array = `${type.size === 8 ? 'Big' : ''}${type.signed ? 'Int' : 'Uint'}${type.size * 8}Array`
    this.columns.push({ name: column, array, size: type.size })
    if (type.magic !== undefined) {
      this.body.push(`if (${getter(type, at, inherited)} !== ${literal(type.magic)}) throw UNFIT;`)
    }
    const little = type.order === 'inherit' ? inherited : type.order === 'little'
    if (type.size < 4 || at % 4 !== 0 || !little || type.magic !== undefined) this.words = undefined
    if (type.size !== 8) {
      this.body.push(`${column}[i] = ${getter(type, at, inherited)};`)
      this.words?.push(`${column}[i] = words[at + ${at / 4}];`)
      return column
    }
    // Two halves are far cheaper than a bigint per element.
    const halves = `${column}h`
    const [low, high] = little ? [at, at + 4] : [at + 4, at]
    this.body.push(
      `${halves}[2 * i + LOW_HALF] = dataView.getUint32(offset + ${low}, ${little});`,
      `${halves}[2 * i + 1 - LOW_HALF] = dataView.getUint32(offset + ${high}, ${little});`,
    )
    this.words?.push(`${halves}[2 * i] = words[at + ${at / 4}];`, `${halves}[2 * i + 1] = words[at + ${at / 4 + 1}];`)
    return column
  }
}

const BYTE = { kind: 'int', size: 1, signed: false, order: 'inherit' } as IntType
