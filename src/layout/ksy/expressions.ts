import { withoutOptional } from '../check.ts'
import type { Expression } from '../expression.ts'
import type { AnyType, BitsType, SpanType, TextType } from '../types.ts'
import { parameterId, snake } from './names.ts'
import type { Place } from './place.ts'
import { type Piece, piecesOf } from './words.ts'

type Binary = Extract<Expression, { readonly a: Expression }>

/** An expression as a Kaitai integer; the same rules as `evaluate`. */
export function integer(expression: Expression, place: Place): string {
  const code = (part: Expression) => integer(part, place)
  switch (expression.op) {
    case 'number':
      return String(expression.value)
    case 'field':
      return fieldCode(expression.path, place)
    case 'parameter':
      return `${place.prefix}${parameterId(place.struct, expression.name)}`
    case 'remaining':
      return '(_io.size - _io.pos)'
    case 'position':
      return `(_io.pos${place.origin.map(([sign, term]) => ` ${sign} ${term}`).join('')})`
    case 'when':
      return `(${truth(expression.condition, place)} ? ${code(expression.yes)} : ${code(expression.no)})`
    case 'equals':
    case 'atLeast':
    case 'both':
    case 'either':
      return `(${truth(expression, place)} ? 1 : 0)`
    default:
      return arithmetic(expression, code(expression.a), code(expression.b))
  }
}

function arithmetic({ op, b }: Binary, left: string, right: string): string {
  const unlessZero = (result: string, otherwise: string) =>
    b.op === 'number' && b.value > 0 ? result : `(${right} == 0 ? ${otherwise} : ${result})`
  const roundedUp = `((${left} + ${right} - 1) / ${right})`
  switch (op) {
    case 'add':
      return `(${left} + ${right})`
    case 'subtract':
      return `(${left} > ${right} ? ${left} - ${right} : 0)`
    case 'multiply':
      return `(${left} * ${right})`
    case 'ceilDivide':
      return unlessZero(roundedUp, '0')
    case 'alignUp':
      return unlessZero(`(${roundedUp} * ${right})`, left)
    default:
      // Bits of 64-bit numbers are beyond the shifts of some target languages.
      if (b.op === 'number' && b.value >= 31) return `((${left} / ${2 ** b.value}) % 2)`
      return `((${left} >> ${right}) & 1)`
  }
}

/** An expression as a Kaitai condition. */
export function truth(expression: Expression, place: Place): string {
  switch (expression.op) {
    case 'equals':
      return `(${integer(expression.a, place)} == ${integer(expression.b, place)})`
    case 'atLeast':
      return `(${integer(expression.a, place)} >= ${integer(expression.b, place)})`
    case 'both':
      return `(${truth(expression.a, place)} and ${truth(expression.b, place)})`
    case 'either':
      return `(${truth(expression.a, place)} or ${truth(expression.b, place)})`
    default:
      return `(${integer(expression, place)} != 0)`
  }
}

/** A field as an integer; absent parts count as 0. */
function fieldCode(path: readonly string[], place: Place): string {
  let type: AnyType | SpanType | undefined = place.struct
  let reach = place.prefix
  const conditions: string[] = []
  for (const [at, name] of path.entries()) {
    const word: BitsType | undefined = type?.kind === 'bits' ? type : undefined
    const next: AnyType | SpanType | undefined =
      type?.kind === 'struct' ? type.fields[name] : type?.kind === 'bits' ? type.members[name] : undefined
    if (next?.kind === 'optional') conditions.push(`${reach}has_${snake(name)}`)
    type = withoutOptional(next)
    if (type?.kind === 'span' && word !== undefined) {
      return guarded(conditions, memberCode(word, name, type, reach, place))
    }
    reach += at === path.length - 1 ? snake(name) : `${snake(name)}.`
  }
  if (type?.kind === 'text') return guarded(conditions, textCode(type, reach))
  return guarded(conditions, type?.kind === 'enum' ? `${reach}.to_i` : reach)
}

/** A member of a word; `reach` ends with the dot behind the word. */
function memberCode(word: BitsType, name: string, member: SpanType, reach: string, place: Place): string {
  const pieces = piecesOf(word, name, member)
  const made = place.words.get(word)
  if (made === undefined) return spanCode(pieces, reach)
  const inOrder = (type: string) => spanCode(pieces, `${reach.slice(0, -1)}.as<${type}>.`)
  return `(_root.big_endian ? ${inOrder(made.be)} : ${inOrder(made.le)})`
}

/** The number that a text stands for. */
function textCode({ names }: TextType, reach: string): string {
  const rows = Object.entries(names ?? {}).map(([number, name]) => `${reach} == ${JSON.stringify(name)} ? ${number} : `)
  return `${rows.map((row) => `(${row}`).join('')}0${')'.repeat(rows.length)}`
}

function guarded(conditions: readonly string[], code: string): string {
  return conditions.length === 0 ? code : `(${conditions.join(' and ')} ? ${code} : 0)`
}

/** The pieces of a member put together. */
function spanCode(pieces: readonly Piece[], reach: string): string {
  const terms = pieces.map(({ name, width, named, weight }) => {
    const number = `${reach}${name}${width === 1 || named ? '.to_i' : ''}`
    return weight === 0 ? number : `${number} * ${2 ** weight}`
  })
  return terms.length === 1 ? (terms[0] as string) : `(${terms.join(' + ')})`
}
