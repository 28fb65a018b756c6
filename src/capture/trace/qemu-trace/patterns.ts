/** Arguments of a trace event, as its line has them: numbers, or text; hexadecimal numbers keep their digits. */
export type TraceArguments = Readonly<Record<string, string | number>>

/** How a trace event writes its arguments. */
export interface TracePattern {
  /** Its arguments in order: d decimal, x hexadecimal with its prefix, w a word, t any text. */
  readonly places: readonly { readonly name: string; readonly form: string }[]
  /** The arguments in the text behind the name, and where they stand; undefined where the text is of another form. */
  read(text: string): { arguments: Record<string, string | number>; spans: TraceSpan[] } | undefined
  /** The text of arguments; undefined where they are not those of this pattern. */
  write(given: TraceArguments): string | undefined
}

interface TraceSpan {
  readonly name: string
  readonly start: number
  readonly end: number
}

const FORMS: Readonly<Record<string, string>> = {
  d: '-?\\d+',
  x: '0x[0-9a-f]+',
  w: '\\S+?',
  t: '.*?',
}

const PLACE = /\{(\w+):([dxwt])\}/g

/**
 * A pattern from its text, in which `{name:form}` stands for an argument: d decimal, x hexadecimal with its prefix, w a
 * word, t any text.
 */
export function pattern(text: string): TracePattern {
  const places = [...text.matchAll(PLACE)].map(([, name, form]) => ({ name: name as string, form: form as string }))
  const parts = text.split(PLACE)
  const literals = parts.filter((_, index) => index % 3 === 0)
  const source = literals
    .map((literal, index) => {
      const place = places[index]
      return escaped(literal) + (place === undefined ? '' : `(${FORMS[place.form]})`)
    })
    .join('')
  const matcher = new RegExp(`^${source}$`, 'd')
  return {
    places,
    read(line) {
      const match = matcher.exec(line)
      if (match === null) return undefined
      const given: Record<string, string | number> = {}
      const spans = places.map(({ name, form }, index) => {
        const [start, end] = match.indices?.[index + 1] ?? [0, 0]
        given[name] = form === 'd' ? decimal(match[index + 1] as string) : (match[index + 1] as string)
        return { name, start, end }
      })
      return { arguments: given, spans }
    },
    write(given) {
      if (Object.keys(given).length !== places.length) return undefined
      const texts = places.map(({ name, form }) => (fits(form, given[name]) ? given[name] : undefined))
      if (texts.includes(undefined)) return undefined
      return literals.map((literal, index) => literal + (texts[index] ?? '')).join('')
    },
  }
}

/** A decimal number; as text where a number would lose digits. */
function decimal(text: string): string | number {
  const number = Number(text)
  return String(number) === text && Number.isSafeInteger(number) ? number : text
}

/** Forms of numbers differ where versions do; what a text holds shows when the line is read again. */
function fits(form: string, value: string | number | undefined): boolean {
  if (form !== 'd' && form !== 'x') return value !== undefined
  return value !== undefined && String(value).startsWith('0x') === (form === 'x')
}

function escaped(literal: string): string {
  return literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
