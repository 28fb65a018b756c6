import { dependsOnEnd, type Expression } from '../expression.ts'
import { fixedSize } from '../measure.ts'
import type { AnyType, StructType } from '../types.ts'
import { type Bindings, expressionCode } from './expressions.ts'
import type { Maker, Names } from './names.ts'
import { Numbers } from './numbers.ts'
import { elementLoop, FixedWriter, objectCheck } from './write-fixed.ts'

/** A function `(writer, value, parameters)` for a structure with computed parts. */
export const makeWriter: Maker = (name, type, little, names) => {
  const writer = new SizedWriter(names, little)
  writer.struct(type)
  return [
    `function ${name}(writer, value, parameters) {`,
    'const start = writer.position;',
    'let offset, dataView, buffer;',
    ...writer.statements,
    '}',
  ]
}

class SizedWriter {
  readonly statements: string[] = []
  private readonly numbers = new Numbers()
  private readonly bindings: Bindings = {
    field: (path) => this.numbers.code(path.join('.')),
    remaining: '(writer.end - writer.position)',
    position: '(writer.position - start)',
  }

  constructor(
    private readonly names: Names,
    private readonly little: boolean,
  ) {}

  struct(type: StructType): void {
    this.statements.push(...objectCheck(type, 'value'))
    for (const [name, field] of Object.entries(type.fields)) {
      const held = this.names.variable()
      this.statements.push(`const ${held} = value.${name};`)
      this.numbers.collect(name, field, held, this.names)
      this.part(field, held)
    }
  }

  private part(type: AnyType, value: string): void {
    const push = (...lines: string[]) => this.statements.push(...lines)
    const size = fixedSize(type)
    if (size !== undefined) {
      const inner = new FixedWriter(this.names)
      inner.part(type, value, 0, this.little)
      push(
        `offset = writer.reserve(${size}); dataView = writer.view; buffer = writer.bytes;`,
        '{',
        ...inner.statements,
        '}',
      )
      return
    }
    switch (type.kind) {
      case 'bytes':
      case 'text': {
        const run = this.names.variable()
        const padded = dependsOnEnd(type.length) ? 'undefined' : this.code(type.length)
        push(
          `const ${run} = ${type.kind === 'text' ? `textBytes(${value}, ${padded})` : value};`,
          `fits(${run} instanceof Uint8Array);`,
          this.agrees(type.length, (length) => `${run}.length === ${length}`),
          `writer.append(${run});`,
        )
        return
      }
      case 'array': {
        const element = this.names.variable()
        push(`fits(Array.isArray(${value}));`)
        if (type.count !== 'to-end') push(this.agrees(type.count, (count) => `${value}.length === ${count}`))
        const each = fixedSize(type.element)
        if (each !== undefined) {
          const inner = new FixedWriter(this.names)
          inner.part(type.element, element, 0, this.little)
          push(
            `offset = writer.reserve(${value}.length * ${each}); dataView = writer.view; buffer = writer.bytes;`,
            ...elementLoop(this.names, value, element, inner.statements, 0, each),
          )
          return
        }
        push(`for (const ${element} of ${value}) {`)
        this.part(type.element, element)
        push('}')
        return
      }
      case 'framed': {
        const [end, outer] = [this.names.variable(), this.names.variable()]
        const length = this.code(type.length)
        push(
          `const ${outer} = writer.end;`,
          `const ${end} = ${dependsOnEnd(type.length) ? `${outer} === undefined ? undefined : ` : ''}writer.position + ${length};`,
          `writer.end = ${end};`,
          `if (isOpaque(${value})) writer.append(${value}.opaque); else {`,
        )
        this.part(type.inner, value)
        push('}', `fits(${end} === undefined || writer.position === ${end});`, `writer.end = ${outer};`)
        return
      }
      case 'choice': {
        push(`switch (${this.code(type.tag)}) {`)
        for (const [tag, part] of Object.entries(type.cases)) {
          push(`case ${tag}: {`)
          this.part(part, value)
          push('break;', '}')
        }
        push('default: {')
        if (type.otherwise === undefined) push('throw UNFIT;')
        else this.part(type.otherwise, value)
        push('}', '}')
        return
      }
      case 'optional': {
        push(
          this.agrees(type.condition, (condition) => `(${condition} !== 0) === (${value} !== undefined)`),
          `if (${value} !== undefined) {`,
        )
        this.part(type.inner, value)
        push('}')
        return
      }
      case 'struct': {
        const given = Object.entries(type.parameters).map(([name, { default: fallback }]) => {
          const expression = type.given[name]
          return `${name}: ${expression === undefined ? fallback : this.code(expression)}`
        })
        push(`${this.names.writer(type, this.little)}(writer, ${value}, { ${given.join(', ')} });`)
        return
      }
      default:
        throw new TypeError(`A ${type.kind} has a fixed size.`)
    }
  }

  /** A check against what an expression states; void where it depends on an end that nothing states. */
  private agrees(expression: Expression, condition: (code: string) => string): string {
    const holds = condition(this.code(expression))
    return `fits(${dependsOnEnd(expression) ? 'writer.end === undefined || ' : ''}${holds});`
  }

  private code(expression: Expression): string {
    return expressionCode(expression, this.bindings)
  }
}
