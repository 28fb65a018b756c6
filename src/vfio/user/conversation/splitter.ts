import { type ByteOrder, joined, toView } from '../../../layout/index.ts'
import { HEADER_SIZE } from '../header.ts'
import { type Framed, frameAt } from '../read.ts'
import type { Direction } from './events.ts'

/** Cuts the bytes of one direction into messages, however they arrive. Keeps no more than the message that is open. */
export class MessageSplitter {
  /** Of the first byte that is in no message yet. */
  offset = 0
  private held: Uint8Array[] = []
  private size = 0
  /** Bytes that the open message is known to need; 0 from a message on that has no size. */
  private needed = HEADER_SIZE

  constructor(private readonly byteOrder: ByteOrder) {}

  /** Bytes that are in no message. */
  get left(): number {
    return this.size
  }

  /** Whether a message has no size, so that no further one can be found. */
  get isLost(): boolean {
    return this.needed === 0
  }

  /** The messages that these bytes complete; views that are valid until the next push. */
  push(chunk: Uint8Array): Framed[] {
    this.size += chunk.length
    if (this.isLost) return []
    if (this.size < this.needed) {
      if (chunk.length > 0) this.held.push(chunk.slice())
      return []
    }
    const bytes = this.held.length === 0 ? chunk : joined([...this.held, chunk])
    const view = toView(bytes)
    const messages: Framed[] = []
    let at = 0
    let next = frameAt(bytes, view, at, this.byteOrder)
    while (typeof next !== 'number') {
      messages.push({ ...next, offset: this.offset + at })
      at += next.header.messageSize
      next = frameAt(bytes, view, at, this.byteOrder)
    }
    this.needed = next
    this.offset += at
    this.size = bytes.length - at
    this.held = this.size === 0 || this.isLost ? [] : [bytes.slice(at)]
    return messages
  }
}

type Splitters = Readonly<Record<Direction, MessageSplitter>>

/** One for each direction of a connection. */
export function makeSplitters(byteOrder: ByteOrder): Splitters {
  return {
    'client-to-server': new MessageSplitter(byteOrder),
    'server-to-client': new MessageSplitter(byteOrder),
  }
}

/** Which directions have ended within a message. */
export function cutsOf(splitters: Splitters): Record<Direction, boolean> {
  return {
    'client-to-server': splitters['client-to-server'].left > 0,
    'server-to-client': splitters['server-to-client'].left > 0,
  }
}
