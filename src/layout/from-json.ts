import { EncodeError, type PathPart } from '../findings/index.ts'
import type { layoutCodes } from './codes.ts'
import { evaluate, type Scope } from './expression.ts'
import { fromHex, type Json } from './json.ts'
import { fieldNumber, givenParameters, outerParameters, parametersOf } from './scope.ts'
import type { AnyType, BitsType, ChoiceType, StructType, Value } from './types.ts'
import { describe, isOpaqueJson } from './write.ts'

/**
 * The value that a piece of JSON stands for. Ranges are left to the encoder; here it is names and kinds that count.
 *
 * @throws EncodeError when the JSON is not a value of the structure
 */
export function fromJson<T extends StructType>(
  type: T,
  json: Json,
  parameters?: Readonly<Record<string, number>>,
): Value<T> {
  return new JsonReader().struct(type, json, outerParameters(type, parameters)) as Value<T>
}

class JsonReader {
  private readonly path: PathPart[] = []

  struct(type: StructType, json: Json, parameters: Readonly<Record<string, number>>): Record<string, unknown> {
    const members = this.object(json, Object.keys(type.fields))
    const values: Record<string, unknown> = {}
    const scope: Scope = {
      field: (path) => fieldNumber(type, values, path),
      parameter: (name) => parameters[name] as number,
      // Only an encoder knows positions; tags and given parameters do not depend on them.
      remaining: () => Number.NaN,
      position: () => Number.NaN,
    }
    for (const [name, field] of Object.entries(type.fields)) {
      this.path.push(name)
      values[name] = this.value(field, members[name], scope)
      this.path.pop()
    }
    return values
  }

  private value(type: AnyType, json: Json | undefined, scope: Scope): unknown {
    if (json === undefined) {
      if (type.kind === 'optional') return undefined
      if (type.kind === 'framed') return this.value(type.inner, json, scope)
      if (type.kind === 'choice') return this.value(this.part(type, scope), json, scope)
      this.fail('layout/missing-field', 'a value', 'nothing')
    }
    switch (type.kind) {
      case 'int':
        return type.size === 8 ? this.wide(json) : this.number(json)
      case 'bool':
        return typeof json === 'boolean' ? json : this.number(json)
      case 'enum':
        return typeof json === 'string' ? json : this.number(json)
      case 'bits':
        return this.bits(type, json)
      case 'bytes':
        return this.bytes(json)
      case 'text':
        if (typeof json !== 'string') this.wrongType('a string', json)
        return json
      case 'array':
        if (!Array.isArray(json)) this.wrongType('an array', json)
        return json.map((element, index) => {
          this.path.push(index)
          const value = this.value(type.element, element, scope)
          this.path.pop()
          return value
        })
      case 'framed':
        if (isOpaqueJson(json)) {
          this.path.push('opaque')
          const opaque = this.bytes(json.opaque)
          this.path.pop()
          return { opaque }
        }
        return this.value(type.inner, json, scope)
      case 'choice':
        return this.value(this.part(type, scope), json, scope)
      case 'optional':
        return this.value(type.inner, json, scope)
      case 'struct':
        return this.struct(type, json, parametersOf(type, givenParameters(type, scope, evaluate)))
    }
  }

  /** The part that a tag selects. */
  private part(type: ChoiceType, scope: Scope): AnyType {
    const tag = evaluate(type.tag, scope)
    const part = type.cases[tag] ?? type.otherwise
    if (part !== undefined) return part
    return this.fail('layout/unknown-tag', `a tag of ${Object.keys(type.cases).join(', ')}`, String(tag))
  }

  private bits(type: BitsType, json: Json): Record<string, unknown> {
    const members = this.object(json, Object.keys(type.members))
    const values: Record<string, unknown> = {}
    for (const [name, member] of Object.entries(type.members)) {
      const found = members[name]
      const wide = member.as === 'bigint' || (member.as === 'rest' && type.word.size === 8)
      this.path.push(name)
      if (found === undefined) this.fail('layout/missing-field', 'a value', 'nothing')
      values[name] = wide ? this.wide(found) : found
      this.path.pop()
    }
    return values
  }

  /** An object with no members but these. */
  private object(json: Json, names: readonly string[]): Record<string, Json> {
    if (json === null || typeof json !== 'object' || Array.isArray(json)) this.wrongType('an object', json)
    for (const name of Object.keys(json)) {
      if (names.includes(name)) continue
      this.path.push(name)
      this.fail('layout/unexpected-field', `one of ${names.join(', ')}`, JSON.stringify(name))
    }
    return json
  }

  private number(json: Json): number {
    if (typeof json !== 'number') this.wrongType('a number', json)
    return json
  }

  private wide(json: Json): bigint {
    if (typeof json === 'number' && Number.isSafeInteger(json)) return BigInt(json)
    if (typeof json === 'string' && /^-?0x[0-9a-fA-F]+$/.test(json)) {
      return json.startsWith('-') ? -BigInt(json.slice(1)) : BigInt(json)
    }
    return this.wrongType('a 64-bit number as "0x..." or an integer below 2^53', json)
  }

  private bytes(json: Json): Uint8Array {
    // References of streams have been replaced by what they point at.
    if ((json as unknown) instanceof Uint8Array) return json as unknown as Uint8Array
    const bytes = typeof json === 'string' ? fromHex(json) : undefined
    return bytes ?? this.wrongType('bytes as hexadecimal text', json)
  }

  private wrongType(expected: string, found: unknown): never {
    this.fail('layout/wrong-type', expected, describe(found))
  }

  private fail(code: keyof typeof layoutCodes.entries, expected: string, found: string): never {
    throw new EncodeError({ code, path: [...this.path], expected, found })
  }
}
