import type { Json } from '../../layout/index.ts'
import { quotedEnd } from './quoted.ts'

/** A member of an object in a line: its name and where its value stands. */
interface MemberSpan {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** An object that a line holds from `start` to its end. */
interface JsonLine {
  readonly value: { readonly [name: string]: Json }
  readonly members: readonly MemberSpan[]
}

/** Deeper nesting is left as text: nobody writes it, and what walks values has a stack. */
const DEEPEST = 100

/** The object that a line holds behind its first `start` characters; undefined where it holds anything else. */
export function readJsonLine(text: string, start = 0): JsonLine | undefined {
  if (text[start] !== '{') return undefined
  const members = topMembers(text, start)
  if (members === undefined) return undefined
  try {
    return { value: JSON.parse(text.slice(start)), members }
  } catch {
    return undefined
  }
}

/** Spans of an object's own members, if the text is well-formed; undefined for one that nests too deep. */
function topMembers(text: string, start: number): MemberSpan[] | undefined {
  const members: MemberSpan[] = []
  let depth = 0
  let name: string | undefined
  let valueStart = -1
  for (let at = start; at < text.length; at++) {
    const character = text[at] as string
    if (character === '"') {
      const end = quotedEnd(text, at, text.length)
      if (end === text.length) return undefined
      if (depth === 1 && name === undefined) name = text.slice(at + 1, end)
      else if (depth === 1 && valueStart === -1) valueStart = at
      at = end
    } else if (character === '{' || character === '[') {
      if (depth === 1 && valueStart === -1) valueStart = at
      depth += 1
      if (depth > DEEPEST) return undefined
    } else if (character === '}' || character === ']' || character === ',') {
      if (depth === 1 && name !== undefined) {
        members.push({ name, start: valueStart, end: trimmedEnd(text, valueStart, at) })
        name = undefined
        valueStart = -1
      }
      if (character !== ',') depth -= 1
    } else if (depth === 1 && name !== undefined && valueStart === -1 && !/[\s:]/.test(character)) {
      valueStart = at
    }
  }
  return members
}

function trimmedEnd(text: string, start: number, end: number): number {
  let stop = end
  while (stop > start && /\s/.test(text[stop - 1] as string)) stop -= 1
  return stop
}
