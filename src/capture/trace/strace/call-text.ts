import { quotedEnd } from '../quoted.ts'

/** The arguments of a call, and what follows its closing parenthesis. */
interface CallText {
  readonly arguments: string[]
  /** Where each of them stands. */
  readonly spans: readonly { readonly start: number; readonly end: number }[]
  /** Position behind the closing parenthesis; the end of the text where none closes. */
  readonly end: number
  readonly isClosed: boolean
}

const OPENING = '([{'
const CLOSING = ')]}'

/** Splits the arguments of a call from `start`, behind its opening parenthesis, at commas that are in no brackets or quotes. */
export function readArguments(text: string, start: number, stop = text.length): CallText {
  const spans: { start: number; end: number }[] = []
  let depth = 0
  let from = start
  let at = start
  for (; at < stop; at++) {
    const character = text[at] as string
    if (character === '"') at = quotedEnd(text, at, stop)
    else if (character === '<' && isDescriptor(text, at)) at = pathEnd(text, at, stop)
    else if (OPENING.includes(character)) depth += 1
    else if (CLOSING.includes(character)) {
      if (depth === 0) break
      depth -= 1
    } else if (character === ',' && depth === 0) {
      spans.push({ start: from, end: at })
      from = text[at + 1] === ' ' ? at + 2 : at + 1
    }
  }
  const isClosed = at < stop && text[at] === ')'
  const end = Math.min(at, stop)
  if (end > from || spans.length > 0) spans.push({ start: from, end })
  return {
    arguments: spans.map((span) => text.slice(span.start, span.end)),
    spans,
    end: isClosed ? end + 1 : end,
    isClosed,
  }
}

/** Paths stand directly behind the number of a descriptor, or behind AT_FDCWD. */
function isDescriptor(text: string, at: number): boolean {
  return /[0-9D]/.test(text[at - 1] ?? '')
}

/** The end of the path of a descriptor; sockets have arrows in them. */
function pathEnd(text: string, at: number, stop: number): number {
  for (let next = at + 1; next < stop; next++) {
    if (text[next] === '>' && text[next - 1] !== '-') return next
  }
  return at
}
