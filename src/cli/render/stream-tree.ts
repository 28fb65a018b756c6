import type { Path, PathPart } from '../../findings/index.ts'
import { type ReadEvent, runField, type ValueEvent } from '../../layout/index.ts'
import { fieldText } from './field.ts'
import { headingOf, offsetText, type TreeStyle, treeLines } from './tree.ts'

/** Longest run of bytes that is looked into for its text. */
const LONGEST_SHOWN = 64

/** A readable tree of something big, written as it is read: parts stand under their headings, runs of bytes on one line. */
export class StreamTree {
  /** The headings that are written, from the outermost on. */
  #open: PathPart[] = []
  #run: { readonly offset: number; length: number; shown: Uint8Array } | undefined

  constructor(private readonly style: TreeStyle) {}

  /** The lines for an event. */
  *lines(event: ReadEvent): Generator<string> {
    if (event.kind === 'value') yield* this.#value(event)
    else if (event.kind === 'begin' && event.shape === 'bytes') {
      this.#run = { offset: event.offset, length: 0, shown: new Uint8Array(0) }
    } else if (event.kind === 'bytes' && this.#run !== undefined) {
      if (this.#run.length === 0) this.#run.shown = event.bytes.slice(0, LONGEST_SHOWN + 1)
      else if (this.#run.length <= LONGEST_SHOWN) this.#run.shown = new Uint8Array(LONGEST_SHOWN + 1)
      this.#run.length += event.length
    } else if (event.kind === 'end' && this.#run !== undefined) {
      const { offset, length, shown } = this.#run
      this.#run = undefined
      yield* this.#headings(event.path.slice(0, -1))
      const text = length <= LONGEST_SHOWN ? fieldText(runField([], offset, shown)) : `${length} bytes`
      yield this.#line(event.path, offsetText(offset), text)
    }
  }

  *#value(event: ValueEvent): Generator<string> {
    const { path, value } = event
    const fields = event.fields()
    const [first] = fields
    if (first === undefined) {
      // What follows from other parts and is more than a word stands there.
      if (typeof value === 'object') return
      yield* this.#headings(path.slice(0, -1))
      yield this.#line(path, '', `${value}`)
    } else if (first.path.length === path.length) {
      yield* this.#headings(path.slice(0, -1))
      yield this.#line(path, offsetText(first.offset), fieldText(first))
    } else {
      yield* this.#headings(path, value)
      const indent = '  '.repeat(path.length)
      const { width } = this.style
      const style = { ...this.style, width: width === undefined ? undefined : Math.max(20, width - indent.length) }
      for (const line of treeLines(fields, value, style, path.length))
        yield indent + line.replaceAll('\n', `\n${indent}`)
    }
  }

  /** The headings on the way to a part, those that stand there already left out. */
  *#headings(path: Path, value?: unknown): Generator<string> {
    let known = 0
    while (known < path.length && this.#open[known] === path[known]) known += 1
    for (let depth = known; depth < path.length; depth += 1) {
      const own = depth === path.length - 1 ? value : undefined
      yield `${'  '.repeat(depth)}${this.style.palette.bold(headingOf(path[depth] as PathPart, own))}`
    }
    this.#open = [...path]
  }

  #line(path: Path, offset: string, text: string): string {
    const indent = '  '.repeat(path.length - 1)
    const start = offset === '' ? '' : `${this.style.palette.dim(offset)}  `
    return `${indent}${start}${path.at(-1)}  ${text}`
  }
}
