import { isOpaque } from '../../layout/index.ts'
import { inflatedRecord, type StreamRecord } from '../../stream/index.ts'
import { Complaint } from '../complaint.ts'
import type { Spool } from './spool.ts'

/** Takes one part of a kind out of a stream: the bytes of its chunks without what stands in front of them. */
export class PartTaker {
  #count = 0
  /** The part that is under way, and its next chunk. */
  #part: number | undefined
  #next = 0
  /** Whether the part is under way or over, and what is wrong with it. */
  #isWanted = false
  #isWhole = false
  #problem: string | undefined
  #hasPart = false

  constructor(
    readonly spool: Spool,
    /** Which of several parts, from 1; the last where nobody says. */
    readonly number: number | undefined,
  ) {}

  /** Parts that there were. */
  get count(): number {
    return this.#count
  }

  async see(record: StreamRecord): Promise<void> {
    const { part, chunk, flags } = record.header
    if (part !== this.#part || chunk === 0) this.#begin(part)
    if (!this.#isWanted) return
    if (chunk !== this.#next) this.#problem ??= `chunk ${this.#next} is missing`
    this.#next = chunk + 1
    if (this.#problem !== undefined) return
    const bytes = dataOf(await inflatedRecord(record))
    if (bytes === undefined) this.#problem = `chunk ${chunk} is damaged`
    else this.spool.add(bytes)
    this.#isWhole = flags.last
  }

  /** Gives the part out. @throws Complaint where it is not whole */
  async finish(name: string): Promise<void> {
    if (this.number !== undefined && this.number > this.#count) {
      throw new Complaint(`There is no ${name} ${this.number}; the last is ${this.#count}.`)
    }
    if (!this.#hasPart) throw new Complaint(`There is no ${name}.`)
    const problem = this.#problem ?? (this.#isWhole ? undefined : 'its last chunk is missing')
    if (problem === undefined) return this.spool.finish()
    const others = this.#count > 1 ? '; --number picks another one' : ''
    throw new Complaint(`${name} ${this.number ?? this.#count} is not whole: ${problem}${others}.`)
  }

  #begin(part: number): void {
    this.#part = part
    this.#count += 1
    this.#isWanted = this.number === undefined || this.number === this.#count
    if (!this.#isWanted) return
    this.#next = 0
    this.#problem = undefined
    this.#isWhole = false
    this.#hasPart = true
    this.spool.restart()
  }
}

/** The bytes that a record carries, without the header of a blob; undefined where they are damaged. */
function dataOf({ payload }: StreamRecord): Uint8Array | undefined {
  if (payload instanceof Uint8Array) return payload
  if (isOpaque(payload)) return undefined
  return 'data' in payload && payload.data instanceof Uint8Array ? payload.data : undefined
}
