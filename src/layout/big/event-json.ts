import type { PathPart } from '../../findings/index.ts'
import { type Digest, sha256 } from '../../hash/index.ts'
import { toHex } from '../json.ts'
import type { BeginEvent, ReadEvent } from './events.ts'
import { LONGEST_IN_JSON } from './reference.ts'

/**
 * Writes events as the JSON of the value that they are of, piece by piece. What is nested comes between the `begin` and
 * `end` of its parent; findings are left to the caller.
 */
export class EventJson {
  /** Of every open object or list: whether it has a member yet. */
  readonly #open: { readonly close: string; isEmpty: boolean }[] = [{ close: '}', isEmpty: true }]
  #run: Run | undefined
  readonly #longest: number

  /** @param longest most bytes of a run that stand in the JSON; a longer one becomes a reference */
  constructor({ longest = LONGEST_IN_JSON }: { readonly longest?: number } = {}) {
    this.#longest = longest
  }

  /** The text for an event; the first begins the value, `end` closes it. */
  text(event: ReadEvent): string {
    switch (event.kind) {
      case 'begin':
        return this.#begin(event)
      case 'value':
        return this.#member(event.path) + JSON.stringify(event.json())
      case 'bytes':
        this.#run?.add(event.bytes)
        return ''
      case 'end':
        return this.#end()
      case 'finding':
        return ''
    }
  }

  /** What ends the value itself. */
  end(): string {
    return this.#close()
  }

  #begin({ path, offset, shape }: BeginEvent): string {
    const name = this.#member(path)
    if (shape === 'bytes') {
      this.#run = new Run(offset, this.#longest)
      return name
    }
    this.#open.push({ close: shape === 'list' ? ']' : '}', isEmpty: true })
    return name + (shape === 'list' ? '[' : '{')
  }

  #end(): string {
    if (this.#run === undefined) return this.#close()
    const json = this.#run.json()
    this.#run = undefined
    return json
  }

  #close(): string {
    const { close, isEmpty } = this.#open.pop() as { close: string; isEmpty: boolean }
    if (this.#open.length > 0) return isEmpty ? close : `\n${close}`
    return isEmpty ? '{}' : `\n${close}`
  }

  /** What stands in front of a member. */
  #member(path: readonly PathPart[]): string {
    const parent = this.#open.at(-1) as { isEmpty: boolean }
    const name = path.at(-1)
    const start = this.#open.length === 1 && parent.isEmpty ? '{' : ''
    const comma = parent.isEmpty ? '\n' : ',\n'
    parent.isEmpty = false
    return start + comma + (typeof name === 'string' ? `${JSON.stringify(name)}:` : '')
  }
}

/** A run of bytes of which the length is known when it is over. */
class Run {
  readonly #digest: Digest = sha256()
  #short: Uint8Array[] | undefined = []
  #length = 0

  constructor(
    readonly offset: number,
    private readonly longest: number,
  ) {}

  add(bytes: Uint8Array): void {
    this.#digest.update(bytes)
    this.#length += bytes.length
    if (this.#length > this.longest) this.#short = undefined
    this.#short?.push(bytes.slice())
  }

  json(): string {
    if (this.#short !== undefined) return `"${this.#short.map(toHex).join('')}"`
    const reference = { offset: this.offset, length: this.#length, sha256: toHex(this.#digest.digest()) }
    return JSON.stringify({ $bytes: reference })
  }
}
