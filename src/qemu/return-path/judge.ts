import { RECVED_END_MARK } from '../../dirty-bitmap/index.ts'
import { counted, type Path, type Report } from '../../findings/index.ts'
import { isOpaque } from '../../layout/index.ts'
import { type ReturnPathCode, returnPathCodes } from './codes.ts'
import type { ReturnPathMessage } from './message.ts'

interface Place {
  readonly path: Path
  readonly offset: number
  readonly length: number
}

/** Bytes that a source has room for. */
const MOST_DATA = 512
const SMALLEST_PAGE = 4096n
const RESUMED = 1

/** Judges the messages of one return path. */
export class ReturnPathJudge {
  #isShut = false
  #hasBlock = false

  constructor(private readonly report: Report) {}

  message({ type, length, data }: ReturnPathMessage, place: Place): void {
    const say = (code: Suffix, message: string, member = 'data') => this.#say(code, message, place, member)
    if (this.#isShut) say('after-shut', `${named(type)} follows SHUT.`, 'type')
    if (typeof type === 'number') {
      say('type', `Type ${type} is unknown.`, 'type')
      return
    }
    if (type === 'SHUT') this.#isShut = true
    // A source that recovers knows the block of the last request before the pause.
    if (type === 'RECV_BITMAP' || type === 'RESUME_ACK') this.#hasBlock = true
    // What its description does not fit, or leaves bytes of, has another length than its type.
    if (isOpaque(data) || length > MOST_DATA || (type === 'SWITCHOVER_ACK' && length > 0)) {
      say('length', `${type} does not have ${counted(length, 'byte')} of data.`, 'length')
      return
    }
    if (type === 'SHUT' && 'error' in data && data.error !== 0) {
      say('failed', `The destination says error ${data.error}.`)
    }
    if (type === 'RESUME_ACK' && 'value' in data && data.value !== RESUMED) {
      say('resume', `RESUME_ACK carries ${data.value}, not ${RESUMED}.`)
    }
    if (type === 'RECV_BITMAP' && 'name' in data && data.name === '') say('bitmap', 'The bitmap is of no block.')
    if ('start' in data) this.#request(data, say)
  }

  #request(
    data: { readonly start: bigint; readonly length: number; readonly name?: string },
    say: (code: Suffix, message: string) => void,
  ): void {
    if (data.name !== undefined) this.#hasBlock = true
    else if (!this.#hasBlock) say('request', 'No request before names a block.')
    const isAligned = data.start % SMALLEST_PAGE === 0n && BigInt(data.length) % SMALLEST_PAGE === 0n
    if (isAligned) return
    const wanted = `${counted(data.length, 'byte')} from 0x${data.start.toString(16)} on`
    say('request', `The destination asks for ${wanted}, which are no whole pages.`)
  }

  size(size: bigint, place: Place): void {
    if (size % 8n !== 0n || size === 0n) this.#say('bitmap', `The bitmap has ${size} bytes.`, place, 'size')
  }

  endMark(mark: bigint, place: Place): void {
    if (mark !== RECVED_END_MARK) this.#say('bitmap', `The end mark is 0x${mark.toString(16)}.`, place, 'endMark')
  }

  #say(code: Suffix, message: string, { path, offset, length }: Place, member: string): void {
    this.report(
      returnPathCodes.finding(`qemu/return-path-${code}`, message, { offset, length, path: [...path, member] }),
    )
  }
}

type Suffix = ReturnPathCode extends `qemu/return-path-${infer C}` ? C : never

const named = (type: string | number) => (typeof type === 'number' ? `A message of type ${type}` : type)
