import { counted } from '../../findings/index.ts'
import {
  type Parse,
  type PushReader,
  pushReader,
  type ReadEvent,
  type Wanted,
  type Window,
} from '../../layout/index.ts'
import { Teller } from '../teller.ts'
import { returnPathCodes } from './codes.ts'
import { ReturnPathJudge } from './judge.ts'
import { bitmapEndCodec, bitmapStartCodec, LENGTH, returnPathMessageCodec, START_BYTES, WORD_BYTES } from './message.ts'

/** Reads a return path as it comes in: holds one message at a time. Bitmaps come as runs of bytes. */
export function returnPathReader(wanted?: Wanted): PushReader {
  return pushReader((window, events) => new Reader(window, events, wanted).parse())
}

class Reader {
  readonly #teller: Teller
  readonly #judge: ReturnPathJudge
  #count = 0

  constructor(
    private readonly window: Window,
    events: ReadEvent[],
    wanted: Wanted | undefined,
  ) {
    this.#teller = new Teller(window, events, wanted)
    this.#judge = new ReturnPathJudge(this.#teller.report)
  }

  *parse(): Parse {
    const { window } = this
    this.#teller.begin('messages', 'list')
    for (;;) {
      if (window.available < START_BYTES) yield START_BYTES
      if (window.available === 0) break
      if (!(yield* this.#message())) yield* this.#rest()
    }
    this.#teller.end()
  }

  /** Takes the next message; false, and nothing taken, where the input ends before its end. */
  *#message(): Generator<number, boolean, undefined> {
    const { window } = this
    if (window.available < START_BYTES) return false
    const length = START_BYTES + window.view.getUint16(window.position + LENGTH)
    if (window.available < length) yield length
    if (window.available < length) return false
    const { offset } = window
    this.#teller.begin(this.#count++, 'object')
    const message = yield* this.#teller.struct('message', returnPathMessageCodec)
    if (message !== undefined) this.#judge.message(message, { path: this.#teller.path('message'), offset, length })
    const isWhole = message?.type !== 'RECV_BITMAP' || (yield* this.#received())
    this.#teller.end()
    if (!isWhole) yield* this.#rest()
    return true
  }

  /** Takes the bitmap behind a message, as far as it is there; false where the input ends before its end. */
  *#received(): Generator<number, boolean, undefined> {
    const { window } = this
    const start = window.offset
    if (window.available < WORD_BYTES) yield WORD_BYTES
    if (window.available < WORD_BYTES) return false
    this.#teller.begin('received', 'object')
    const path = this.#teller.path()
    const { size } = this.#teller.members(bitmapStartCodec, WORD_BYTES)
    this.#judge.size(size, { path, offset: start, length: WORD_BYTES })
    yield* this.#teller.run('bitmap', Number(size))
    if (window.available < WORD_BYTES) yield WORD_BYTES
    const isWhole = window.available >= WORD_BYTES
    if (isWhole) {
      const { offset } = window
      const { endMark } = this.#teller.members(bitmapEndCodec, WORD_BYTES)
      this.#judge.endMark(endMark, { path, offset, length: WORD_BYTES })
    }
    this.#teller.end()
    return isWhole
  }

  /** Takes what is left where the input ends inside a message. */
  *#rest(): Parse {
    const { window } = this
    const start = window.offset
    const length = window.available
    const path = this.#teller.path(this.#count)
    if (length > 0) {
      this.#teller.begin(this.#count++, 'object')
      yield* this.#teller.run('opaque', length)
      this.#teller.end()
    }
    const message = `The return path ends ${counted(length, 'byte')} into a message or into the bitmap behind one.`
    this.#teller.report(returnPathCodes.finding('qemu/return-path-truncated', message, { offset: start, length, path }))
  }
}
