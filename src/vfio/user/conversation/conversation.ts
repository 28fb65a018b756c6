import type { ByteOrder } from '../../../layout/index.ts'
import { messageCodes } from '../codes.ts'
import { type ConversationEvent, DIRECTIONS, type Direction } from './events.ts'
import { Pairing } from './pairing.ts'
import { cutsOf, makeSplitters } from './splitter.ts'

/** How the bytes of a conversation are read. */
export interface ConversationOptions {
  /** Byte order of the machine on which both peers run; default little. */
  readonly byteOrder?: ByteOrder
}

/**
 * Reads both directions of a connection as their bytes pass, in any pieces: pairs replies with commands, follows
 * version, limits and migration state, and gives the migration data. Memory follows the commands that are open and the
 * message that is being received, never a stated size.
 *
 * Findings are those of messages held against each other; what is wrong with one message alone
 * `vfioUserMessagesFormat` says.
 */
export class VfioUserConversation {
  private readonly splitters: ReturnType<typeof makeSplitters>
  private readonly pairing: Pairing

  constructor({ byteOrder = 'little' }: ConversationOptions = {}) {
    this.splitters = makeSplitters(byteOrder)
    this.pairing = new Pairing(byteOrder, true)
  }

  /** The next bytes of a direction. Byte runs in the events are views that are valid until the next push. */
  push(direction: Direction, chunk: Uint8Array): ConversationEvent[] {
    return this.splitters[direction].push(chunk).flatMap((framed) => this.pairing.take(direction, framed))
  }

  /** Both directions have ended. */
  end(): ConversationEvent[] {
    const isCut = cutsOf(this.splitters)
    const events = this.pairing.end(isCut)
    for (const direction of DIRECTIONS) {
      if (isCut[direction]) events.push(this.cut(direction))
    }
    return events
  }

  private cut(direction: Direction): ConversationEvent {
    const { offset, left, isLost } = this.splitters[direction]
    const code = isLost ? 'vfio-user/message-size' : 'vfio-user/message-cut'
    const message = `${left} bytes from ${offset} on are no whole message.`
    const finding = messageCodes.finding(code, message, { offset, length: left, path: ['trailing'] })
    return { kind: 'finding', direction, finding }
  }
}
