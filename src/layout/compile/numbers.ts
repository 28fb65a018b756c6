import type { AnyType, SpanType } from '../types.ts'
import type { Names } from './names.ts'

/** Code for the numbers that expressions may refer to, by dotted field path; made when it is asked for. */
export class Numbers {
  private readonly known = new Map<string, () => string>()

  set(path: string, code: string): void {
    this.known.set(path, () => code)
  }

  /** All numbers inside a decoded value; whatever is absent counts as 0. */
  collect(path: string, type: AnyType, value: string, names: Names): void {
    switch (type.kind) {
      case 'struct':
        for (const [name, field] of Object.entries(type.fields)) {
          this.collect(`${path}.${name}`, field, `${value}?.${name}`, names)
        }
        return
      case 'bits':
        for (const [name, member] of Object.entries(type.members)) {
          this.known.set(`${path}.${name}`, () => spanNumber(member, type.word.size, `${value}?.${name}`, names))
        }
        return
      case 'enum':
        this.known.set(path, () => named(type.names, value, names))
        return
      case 'text': {
        const { names: texts } = type
        if (texts !== undefined) this.known.set(path, () => named(texts, value, names))
        return
      }
      case 'optional':
        return this.collect(path, type.inner, value, names)
      case 'int':
        this.known.set(path, () => (type.size === 8 ? `safe(${value} ?? 0)` : `(${value} ?? 0)`))
        return
      case 'bool':
        this.known.set(path, () => `Number(${value} ?? 0)`)
        return
      default:
    }
  }

  code(path: string): string {
    const code = this.known.get(path)
    if (code === undefined) throw new TypeError(`${path} is not a number that an expression can use.`)
    return code()
  }
}

function spanNumber(member: SpanType, wordSize: number, value: string, names: Names): string {
  if (member.names !== undefined) return named(member.names, value, names)
  if (member.as === 'bigint' || (member.as === 'rest' && wordSize === 8)) return `safe(${value} ?? 0)`
  return `Number(${value} ?? 0)`
}

function named(numbers: Readonly<Record<number, string>>, value: string, names: Names): string {
  return `(typeof ${value} === 'string' ? ${names.numbers(numbers)}.get(${value}) ?? 0 : Number(${value} ?? 0))`
}
