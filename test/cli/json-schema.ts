/** A JSON Schema, of which only the keywords below are used by the command. */
export interface Schema {
  readonly [keyword: string]: unknown
}

const KEYWORDS = new Set([
  ...['$schema', 'title', 'description', 'type', 'const', 'enum', 'anyOf', 'properties', 'required'],
  ...['additionalProperties', 'items', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems'],
])

/** What in a value breaks a schema, as a path with a reason; empty when nothing does. */
export function violations(schema: Schema, value: unknown, path = '$'): string[] {
  const unknown = Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword))
  if (unknown.length > 0) return [`${path}: the checker does not know ${unknown.join(', ')}`]
  const problems: string[] = []
  const say = (problem: string) => problems.push(`${path}: ${problem}`)
  // Of long lists there may be more than a call takes arguments.
  const add = (more: readonly string[]) => {
    for (const problem of more) problems.push(problem)
  }
  if (schema.type !== undefined && !isType(value, schema.type)) return [`${path}: not of type ${schema.type}`]
  if ('const' in schema && value !== schema.const) say(`not ${JSON.stringify(schema.const)}`)
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) say(`${JSON.stringify(value)} is not in the enum`)
  if (Array.isArray(schema.anyOf)) {
    const branches = (schema.anyOf as Schema[]).map((branch) => violations(branch, value, path))
    const least = branches.toSorted((a, b) => a.length - b.length)[0] ?? []
    if (branches.every((branch) => branch.length > 0)) add(least)
  }
  if (typeof value === 'string' && typeof schema.pattern === 'string' && !new RegExp(schema.pattern, 'u').test(value))
    say(`${JSON.stringify(value)} does not match ${schema.pattern}`)
  if (typeof value === 'number' && value < Number(schema.minimum ?? -Infinity)) say(`${value} is too small`)
  if (typeof value === 'number' && value > Number(schema.maximum ?? Infinity)) say(`${value} is too large`)
  if (Array.isArray(value)) {
    if (value.length < Number(schema.minItems ?? 0)) say('too few items')
    if (value.length > Number(schema.maxItems ?? Infinity)) say('too many items')
    const { items } = schema
    if (items !== undefined)
      for (const [at, item] of value.entries()) add(violations(items as Schema, item, `${path}[${at}]`))
  } else if (value !== null && typeof value === 'object') {
    add(ofMembers(schema, value as Record<string, unknown>, path))
  }
  return problems
}

function ofMembers(schema: Schema, value: Record<string, unknown>, path: string): string[] {
  const { properties = {}, required = [], additionalProperties } = schema
  const problems = (required as string[]).filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`)
  for (const [name, member] of Object.entries(value)) {
    const own = (properties as Record<string, Schema>)[name]
    if (own !== undefined) for (const problem of violations(own, member, `${path}.${name}`)) problems.push(problem)
    else if (additionalProperties === false) problems.push(`${path}.${name}: not a known member`)
    else if (typeof additionalProperties === 'object')
      for (const problem of violations(additionalProperties as Schema, member, `${path}.${name}`))
        problems.push(problem)
  }
  return problems
}

function isType(value: unknown, type: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => isType(value, one))
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return value !== null && typeof value === 'object' && !Array.isArray(value)
  return typeof value === type
}
