import { dependsOnEnd, type Expression } from '../expression.ts'
import { fixedSize, leastSize } from '../measure.ts'
import type { AnyType, ArrayType, ChoiceType, FramedType, OptionalType, StructType } from '../types.ts'
import { type Bindings, expressionCode } from './expressions.ts'
import type { Maker, Names } from './names.ts'
import { Numbers } from './numbers.ts'
import { arrayLoop, objectLiteral, readFixed } from './read-fixed.ts'
import { scanFunction } from './scan.ts'

/** A function `(dataView, buffer, offset) => value` for a structure of fixed size. */
export const makeFixedReader: Maker = (name, type, little, names) => {
  const run = readFixed(Object.entries(type.fields), names, little)
  const fields = Object.keys(type.fields).map((field, at) => [field, run.expressions[at] as string] as const)
  return [`function ${name}(dataView, buffer, offset) {`, ...run.statements, `return ${objectLiteral(fields)};`, '}']
}

/** A function `(cursor, parameters) => value` for a structure with computed parts. */
export const makeReader: Maker = (name, type, little, names) => {
  const reader = new ReaderBuilder(names, little)
  const fields = reader.struct(type)
  return [
    `function ${name}(cursor, parameters) {`,
    'const start = cursor.position;',
    'const { view: dataView, bytes: buffer } = cursor;',
    'let offset;',
    ...reader.statements,
    `return ${objectLiteral(fields)};`,
    '}',
  ]
}

class ReaderBuilder {
  readonly statements: string[] = []
  private readonly numbers = new Numbers()
  private readonly bindings: Bindings = {
    field: (path) => this.numbers.code(path.join('.')),
    remaining: '(cursor.end - cursor.position)',
    position: '(cursor.position - start)',
  }

  constructor(
    private readonly names: Names,
    private readonly little: boolean,
  ) {}

  /** Reads all fields, taking neighbours of fixed size together. */
  struct(type: StructType): (readonly [string, string])[] {
    const fields: [string, string][] = []
    let run: [string, AnyType][] = []
    const flush = () => {
      if (run.length === 0) return
      const values = this.fixed(run)
      run.forEach(([name], at) => {
        fields.push([name, values[at] as string])
      })
      run = []
    }
    for (const [name, field] of Object.entries(type.fields)) {
      if (fixedSize(field) !== undefined) {
        run.push([name, field])
        continue
      }
      flush()
      const variable = this.names.variable()
      this.statements.push(`let ${variable};`)
      this.assign(variable, field)
      this.numbers.collect(name, field, variable, this.names)
      fields.push([name, variable])
    }
    flush()
    return fields
  }

  /** Values of consecutive parts of fixed size. */
  private fixed(parts: [string, AnyType][]): string[] {
    const size = parts.reduce((sum, [, type]) => sum + (fixedSize(type) as number), 0)
    const run = readFixed(parts, this.names, this.little)
    this.statements.push(
      `offset = cursor.take(${size});`,
      ...this.watch(
        parts.map(([, type]) => type),
        'offset',
      ),
    )
    this.statements.push(...run.statements)
    for (const [path, code] of run.numbers) this.numbers.set(path, code)
    return run.expressions
  }

  /** Statements that note, for a caller who asks, whether the interpreter would report something of these parts. */
  private watch(parts: readonly AnyType[], offset: string): string[] {
    const scan = scanFunction(parts, this.little, this.names)
    if (scan === undefined) return []
    return [`if (cursor.watch && !${scan}(dataView, buffer, ${offset})) cursor.clean = false;`]
  }

  private watchElements(element: AnyType, count: string, each: number): string[] {
    const [watch] = this.watch([element], 'at')
    if (watch === undefined) return []
    return [`for (let i = 0, at = offset; cursor.watch && i < ${count}; i++, at += ${each}) ${watch}`]
  }

  /** Statements that read one part and put it into `target`. */
  private assign(target: string, type: AnyType): void {
    const push = (...lines: string[]) => this.statements.push(...lines)
    if (fixedSize(type) !== undefined) {
      const [value] = this.fixed([[target, type]])
      push(`${target} = ${value};`)
      return
    }
    switch (type.kind) {
      case 'bytes':
        push(`${target} = cursor.run(${this.code(type.length)});`)
        if (type.reserved) push(`if (cursor.watch && ${target}.some((byte) => byte !== 0)) cursor.clean = false;`)
        return
      case 'text':
        push(`${target} = textValue(cursor.run(${this.code(type.length)}), ${!dependsOnEnd(type.length)});`)
        return
      case 'array':
        return this.array(target, type)
      case 'framed':
        return this.framed(target, type)
      case 'choice':
        return this.choice(target, type)
      case 'optional':
        return this.optional(target, type)
      case 'struct':
        push(`${target} = ${this.names.reader(type, this.little)}(cursor, ${this.given(type)});`)
        return
      default:
        throw new TypeError(`A ${type.kind} has a fixed size.`)
    }
  }

  private array(target: string, type: ArrayType): void {
    const each = fixedSize(type.element)
    const least = leastSize(type.element)
    if (each !== undefined) {
      const count = this.names.variable()
      const stated =
        type.count === 'to-end'
          ? `(cursor.end - cursor.position) / ${each}`
          : `cursor.count(${this.code(type.count)}, ${least})`
      const elements = this.names.variable()
      this.statements.push(
        `const ${count} = ${stated};`,
        `fits(Number.isInteger(${count}));`,
        `offset = cursor.take(${count} * ${each});`,
        ...this.watchElements(type.element, count, each),
        ...arrayLoop(elements, count, type.element, this.names, this.little, elements),
        `${target} = ${elements};`,
      )
      return
    }
    const element = this.names.variable()
    this.statements.push(`${target} = [];`)
    if (type.count === 'to-end') {
      this.statements.push('while (cursor.position < cursor.end) {')
    } else {
      const count = this.names.variable()
      this.statements.push(
        `const ${count} = cursor.count(${this.code(type.count)}, ${least});`,
        `while (${target}.length < ${count}) {`,
      )
    }
    this.statements.push(`let ${element};`)
    this.assign(element, type.element)
    this.statements.push(`${target}.push(${element});`, '}')
  }

  private framed(target: string, type: FramedType): void {
    const [outer, from] = [this.names.variable(), this.names.variable()]
    this.statements.push(
      `const ${from} = cursor.part(${this.code(type.length)});`,
      `const ${outer} = cursor.end;`,
      'cursor.end = cursor.position;',
      `cursor.position = ${from};`,
      'try {',
    )
    this.assign(target, type.inner)
    this.statements.push(
      'fits(cursor.position === cursor.end);',
      '} catch (error) {',
      'if (error !== UNFIT) throw error;',
      'cursor.clean = false;',
      `${target} = { opaque: buffer.subarray(${from}, cursor.end) };`,
      'cursor.position = cursor.end;',
      '}',
      `cursor.end = ${outer};`,
    )
  }

  private choice(target: string, type: ChoiceType): void {
    this.statements.push(`switch (${this.code(type.tag)}) {`)
    for (const [tag, part] of Object.entries(type.cases)) {
      this.statements.push(`case ${tag}: {`)
      this.assign(target, part)
      this.statements.push('break;', '}')
    }
    this.statements.push('default: {')
    if (type.otherwise === undefined) this.statements.push('throw UNFIT;')
    else this.assign(target, type.otherwise)
    this.statements.push('}', '}')
  }

  private optional(target: string, type: OptionalType): void {
    this.statements.push(`if (${this.code(type.condition)} !== 0) {`)
    this.assign(target, type.inner)
    this.statements.push('}')
  }

  private given(type: StructType): string {
    const defaults = Object.entries(type.parameters).map(([name, { default: value }]) => {
      const expression = type.given[name]
      return [name, expression === undefined ? String(value) : this.code(expression)] as const
    })
    return objectLiteral(defaults)
  }

  private code(expression: Expression): string {
    return expressionCode(expression, this.bindings)
  }
}
