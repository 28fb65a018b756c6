import type { StructType } from '../types.ts'

/** Names of one generated module: variables, tables of enumerations, and helper functions made on demand. */
export class Names {
  /** Module-level statements: tables and functions of nested structures. */
  readonly declarations: string[] = []
  private variables = 0
  private readonly tables = new Map<string, string>()
  private readonly functions = new Map<string, object>()

  constructor(private readonly makers: Makers) {}

  variable(): string {
    this.variables += 1
    return `f${this.variables}`
  }

  /** A table from number to name. */
  table(names: Readonly<Record<number, string>>): string {
    return this.shared(JSON.stringify(names), 'NAMES')
  }

  /** A table from name to number. */
  numbers(names: Readonly<Record<number, string>>): string {
    const pairs = Object.entries(names).map(([number, name]) => [name, Number(number)])
    return this.shared(`new Map(${JSON.stringify(pairs)})`, 'NUMBERS')
  }

  fixedReader(type: StructType, little: boolean): string {
    return this.function(type, little, 'readFixed')
  }

  reader(type: StructType, little: boolean): string {
    return this.function(type, little, 'read')
  }

  writer(type: StructType, little: boolean): string {
    return this.function(type, little, 'write')
  }

  private function(type: StructType, little: boolean, maker: keyof Makers): string {
    const order = type.byteOrder === 'parameter' ? little : type.byteOrder === 'little'
    const base = `${maker}_${identifier(type.name)}${type.byteOrder === 'parameter' ? (order ? '_le' : '_be') : ''}`
    const known = this.functions.get(base)
    if (known !== undefined && known !== type.fields) throw new TypeError(`Two structures have the name ${type.name}.`)
    if (known !== undefined) return base
    this.functions.set(base, type.fields)
    this.declarations.push(...this.makers[maker](base, type, order, this))
    return base
  }

  private shared(text: string, prefix: string): string {
    const known = this.tables.get(text)
    if (known !== undefined) return known
    const name = `${prefix}_${this.tables.size}`
    this.tables.set(text, name)
    this.declarations.push(`const ${name} = ${text};`)
    return name
  }
}

/** Makes the statements of one function. */
export type Maker = (name: string, type: StructType, little: boolean, names: Names) => string[]

export interface Makers {
  readonly readFixed: Maker
  readonly read: Maker
  readonly write: Maker
}

export function identifier(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, next?: string) => (next ?? '').toUpperCase())
}
