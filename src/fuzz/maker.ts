import {
  type AnyType,
  type ArrayType,
  type ChoiceType,
  dependsOnEnd,
  type Expression,
  evaluate,
  type FramedType,
  fixedSize,
  leastSize,
  type OptionalType,
  type StructType,
  visitExpression,
} from '../layout/index.ts'
import { fieldNumber, givenParameters, outerParameters, parametersOf } from '../layout/scope.ts'
import { fromNumber, scalar } from './numbers.ts'
import { fieldsOf, solve, type Unknowns } from './solve.ts'
import type { Tape } from './tape.ts'

/** Thrown where the choices so far leave no way to go on. */
export const UNMADE = new Error('no value fits these choices')

/** Longest part that a field may state. */
const LONGEST = 4096

/** A structure of which the fields are being made. */
interface Scene extends Unknowns {
  readonly type: StructType
  readonly values: Record<string, unknown>
}

/** Makes one value, field after field, and turns lengths, counts and tags round once it knows what they describe. */
export class Maker {
  private position = 0
  /** End of the frame; undefined while it is whatever the parts come to. */
  private end: number | undefined
  /** Numbers that something already depends on, by the object that holds them. */
  private readonly settled = new WeakMap<object, Set<string>>()

  constructor(
    private readonly tape: Tape,
    /** Whether framed parts may be damaged. */
    private readonly damage: boolean,
  ) {}

  root(type: StructType, parameters: Readonly<Record<string, number>> | undefined): Record<string, unknown> {
    const value = this.struct(type, outerParameters(type, parameters))
    if (this.end !== undefined && this.position !== this.end) throw UNMADE
    return value
  }

  private struct(type: StructType, supplied: Readonly<Record<string, number>>): Record<string, unknown> {
    const values: Record<string, unknown> = {}
    const start = this.position
    const scope = {
      field: (path: readonly string[]) => fieldNumber(type, values, path),
      parameter: (name: string) => supplied[name] as number,
      remaining: () => (this.end ?? Number.NaN) - this.position,
      position: () => this.position - start,
    }
    const scene: Scene = {
      type,
      values,
      evaluate: (expression) => {
        if (this.end === undefined && dependsOnEnd(expression)) this.end = this.position + this.room(expression)
        return evaluate(expression, scope)
      },
      assign: (path, number) => this.assign(scene, path, number),
    }
    for (const [name, field] of Object.entries(type.fields)) values[name] = this.part(field, scene)
    return values
  }

  private part(type: AnyType, scene: Scene): unknown {
    switch (type.kind) {
      case 'int':
      case 'bool':
      case 'enum':
      case 'bits':
        this.take(fixedSize(type) as number)
        return scalar(type, this.tape)
      case 'bytes': {
        const length = this.take(this.stated(type.length, this.someLength(), scene))
        return type.reserved && !this.tape.rarely(4) ? new Uint8Array(length) : this.tape.bytes(length)
      }
      case 'text': {
        const length = this.take(this.stated(type.length, this.someLength(), scene))
        const run = this.tape.bytes(dependsOnEnd(type.length) ? length : this.tape.below(length + 1))
        const text = String.fromCharCode(...run)
        return dependsOnEnd(type.length) ? text : text.replace(/\0+$/, '')
      }
      case 'array':
        return this.array(type, scene)
      case 'framed':
        return this.framed(type, scene)
      case 'choice':
        return this.choice(type, scene)
      case 'optional':
        return this.optional(type, scene)
      case 'struct': {
        const likely = numbersIn(type)
        for (const given of Object.values(type.given)) this.stated(given, this.tape.pick(likely), scene)
        return this.struct(type, parametersOf(type, givenParameters(type, NO_SCOPE, scene.evaluate)))
      }
    }
  }

  private array(type: ArrayType, scene: Scene): unknown[] {
    const elements: unknown[] = []
    const some = this.tape.rarely(8) ? 8 + this.tape.below(16) : this.tape.below(4)
    if (type.count !== 'to-end') {
      const fitting = this.end === undefined ? some : Math.floor((this.end - this.position) / leastSize(type.element))
      const count = this.stated(type.count, Math.min(some, fitting), scene)
      while (elements.length < count) elements.push(this.part(type.element, scene))
    } else if (this.end === undefined) {
      while (elements.length < some) elements.push(this.part(type.element, scene))
      this.end = this.position
    } else {
      while (this.position < this.end) elements.push(this.part(type.element, scene))
    }
    return elements
  }

  private framed(type: FramedType, scene: Scene): unknown {
    const damaged = this.damage && this.tape.rarely(12)
    if (!damaged && fieldsOf(type.length).some((path) => this.isOpen(scene, path))) return this.openFrame(type, scene)
    const length = this.stated(type.length, this.someLength(), scene)
    const [start, outer] = [this.position, this.end]
    this.take(length)
    try {
      for (let attempt = 0; attempt < 6 && !damaged; attempt++) {
        const value = this.filled(type, start, start + length, scene)
        if (value !== UNMADE) return value
      }
    } finally {
      this.position = start + length
      this.end = outer
    }
    if (!this.damage) throw UNMADE
    return { opaque: this.tape.bytes(length) }
  }

  /** The content of a frame that ends where it may; its length is stated afterwards. */
  private openFrame(type: FramedType, scene: Scene): unknown {
    const [start, outer] = [this.position, this.end]
    this.end = undefined
    const value = this.part(type.inner, scene)
    if (this.end !== undefined && this.position !== this.end) throw UNMADE
    this.end = outer
    const length = this.position - start
    this.position = start
    if (this.stated(type.length, length, scene) !== length) throw UNMADE
    this.take(length)
    return value
  }

  /** The content of a frame from `start` to `end`, or UNMADE where these choices do not fill it. */
  private filled(type: FramedType, start: number, end: number, scene: Scene): unknown {
    this.position = start
    this.end = end
    try {
      const value = this.part(type.inner, scene)
      return this.position === end ? value : UNMADE
    } catch (error) {
      if (error === UNMADE) return UNMADE
      throw error
    }
  }

  private choice(type: ChoiceType, scene: Scene): unknown {
    const tags = Object.keys(type.cases).map(Number)
    const unknown = type.otherwise !== undefined && (tags.length === 0 || this.tape.rarely(4))
    const first = unknown ? this.tape.below(0x10000) : this.tape.pick(tags)
    for (const wanted of [first, ...tags]) {
      solve(type.tag, wanted, scene, this.tape)
      const part = type.cases[scene.evaluate(type.tag)] ?? type.otherwise
      if (part === undefined) continue
      this.settle(type.tag, scene)
      return this.part(part, scene)
    }
    throw UNMADE
  }

  private optional(type: OptionalType, scene: Scene): unknown {
    const wanted = this.tape.below(2) === 1
    if ((scene.evaluate(type.condition) !== 0) !== wanted) solve(type.condition, Number(wanted), scene, this.tape)
    const present = scene.evaluate(type.condition) !== 0
    this.settle(type.condition, scene)
    return present ? this.part(type.inner, scene) : undefined
  }

  /** Makes an expression state the wished number where it can, and settles what it looks at. */
  private stated(expression: Expression, wish: number, scene: Scene): number {
    const fields = fieldsOf(expression)
    const open = fields.filter((path) => this.isOpen(scene, path))
    if (open.length > 0) solve(expression, this.laterTag(scene.type, open) ?? wish, scene, this.tape)
    let number = scene.evaluate(expression)
    if (!(number >= 0 && number <= LONGEST) && open.length > 0) {
      for (const path of open) scene.assign(path.split('.'), this.tape.below(4))
      number = scene.evaluate(expression)
    }
    if (!Number.isSafeInteger(number) || number < 0 || (fields.length > 0 && number > LONGEST)) throw UNMADE
    this.settle(expression, scene)
    return number
  }

  /** A tag that a choice further on has a case for, where one of the fields decides that, too. */
  private laterTag({ fields }: StructType, open: readonly string[]): number | undefined {
    for (const field of Object.values(fields)) {
      if (field.kind !== 'choice' || field.otherwise !== undefined) continue
      if (fieldsOf(field.tag).some((path) => open.includes(path)))
        return this.tape.pick(Object.keys(field.cases).map(Number))
    }
    return undefined
  }

  private take(length: number): number {
    this.position += length
    if (this.end !== undefined && this.position > this.end) throw UNMADE
    return length
  }

  private someLength(): number {
    const some = this.tape.rarely(8) ? this.tape.below(200) : this.tape.below(12)
    return this.end === undefined ? some : Math.min(some, this.end - this.position)
  }

  /** Bytes that may follow, for an expression that asks before anything has decided it. */
  private room(expression: Expression): number {
    const edges = [0]
    visitExpression(expression, (node) => {
      if (node.op === 'number' && node.value >= 0 && node.value <= LONGEST) edges.push(node.value)
    })
    return this.tape.pick(edges) + (this.tape.rarely(3) ? this.tape.below(24) : 0)
  }

  private assign(scene: Scene, path: readonly string[], number: number): boolean {
    const place = placeOf(scene, path)
    if (place === undefined || this.settled.get(place.holder)?.has(place.name)) return false
    const value = fromNumber(place.type, number)
    if (value === undefined) return false
    place.holder[place.name] = value
    return true
  }

  private isOpen(scene: Scene, path: string): boolean {
    const place = placeOf(scene, path.split('.'))
    return place !== undefined && !this.settled.get(place.holder)?.has(place.name)
  }

  private settle(expression: Expression, scene: Scene): void {
    for (const path of fieldsOf(expression)) {
      const place = placeOf(scene, path.split('.'))
      if (place === undefined) continue
      const names = this.settled.get(place.holder) ?? new Set()
      this.settled.set(place.holder, names.add(place.name))
    }
  }
}

/** The object that holds a field, and the type of the number in it; undefined where the field is absent. */
function placeOf(scene: Scene, path: readonly string[]) {
  let type: AnyType | ChildType | undefined = scene.type
  let holder: Record<string, unknown> = scene.values
  for (const [at, name] of path.entries()) {
    type = present(type)
    if (type?.kind === 'struct') type = type.fields[name]
    else if (type?.kind === 'bits') type = type.members[name]
    else return undefined
    type = present(type)
    const value = holder[name]
    if (type === undefined || value === undefined) return undefined
    if (at === path.length - 1) return { holder, name, type }
    holder = value as Record<string, unknown>
  }
  return undefined
}

type ChildType = Extract<Parameters<typeof fromNumber>[0], { kind: 'span' }>

function present(type: AnyType | ChildType | undefined): AnyType | ChildType | undefined {
  return type?.kind === 'optional' ? present(type.inner) : type
}

/** Numbers that a structure compares with, and small ones: likely values for its parameters. */
function numbersIn(type: AnyType): number[] {
  const numbers = new Set([0, 1, 2, 3])
  JSON.stringify(type, (key, value) => {
    if (value !== null && typeof value === 'object' && value.op === 'number') numbers.add(value.value)
    if (key === 'cases') for (const tag of Object.keys(value)) numbers.add(Number(tag))
    return typeof value === 'bigint' ? undefined : value
  })
  return [...numbers].filter((number) => number >= 0 && number <= LONGEST)
}

const NO_SCOPE = { field: () => 0, parameter: () => 0, remaining: () => 0, position: () => 0 }
