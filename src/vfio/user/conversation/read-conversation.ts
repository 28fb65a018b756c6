import type { Finding } from '../../../findings/index.ts'
import { type ByteOrder, type BytesInput, joined, toBytes } from '../../../layout/index.ts'
import type { Framed } from '../read.ts'
import type { ConversationOptions } from './conversation.ts'
import { type ConversationEvent, DIRECTIONS, type Direction, type MessageRef, type State } from './events.ts'
import { Pairing } from './pairing.ts'
import { cutsOf, makeSplitters } from './splitter.ts'

/** Bytes of one direction that passed at once. */
export interface ConversationChunk {
  readonly direction: Direction
  readonly offset: number
  readonly length: number
}

export interface ConversationInput extends ConversationOptions {
  readonly clientToServer: BytesInput
  readonly serverToClient: BytesInput
  /** The pieces in the order in which they passed; without it only the order within each direction counts. */
  readonly order?: Iterable<ConversationChunk>
}

/** Migration data that was moved from the state that starts a transfer to the one that ends it. */
export interface VfioUserTransfer {
  /** 'read' from a source, 'write' to a destination. */
  readonly kind: 'read' | 'write'
  /** Of the bytes that hold the data. */
  readonly direction: Direction
  /** Where the data lies in the bytes of the direction, in order. */
  readonly pieces: readonly {
    readonly offset: number
    readonly length: number
    readonly parentOffset: number
    readonly state: State | undefined
  }[]
  readonly size: number
  /** The data, joined. */
  bytes(): Uint8Array
}

/** A whole conversation. */
export interface ConversationReading {
  readonly events: readonly ConversationEvent[]
  /** About the messages of each direction; offsets count in its bytes. */
  readonly findings: Readonly<Record<Direction, readonly Finding[]>>
  /** Blobs of device state, in order. */
  readonly transfers: readonly VfioUserTransfer[]
}

/** Reads the recorded bytes of both directions of a connection; see `VfioUserConversation`. Never throws for bad bytes. */
export function readConversation(input: ConversationInput): ConversationReading {
  const { byteOrder = 'little', order } = input
  const bytes = {
    'client-to-server': toBytes(input.clientToServer),
    'server-to-client': toBytes(input.serverToClient),
  }
  const events = order === undefined ? readUnordered(bytes, byteOrder) : readOrdered(bytes, byteOrder, order)
  const findings: Record<Direction, Finding[]> = { 'client-to-server': [], 'server-to-client': [] }
  for (const event of events) if (event.kind === 'finding') findings[event.direction].push(event.finding)
  return { events, findings, transfers: transfersOf(events, bytes) }
}

type Both = Readonly<Record<Direction, Uint8Array>>

/** Pieces that leave the bytes, or start before earlier ones end, are taken as far as they are there. */
function readOrdered(bytes: Both, byteOrder: ByteOrder, order: Iterable<ConversationChunk>): ConversationEvent[] {
  const pairing = new Pairing(byteOrder, true)
  const splitters = makeSplitters(byteOrder)
  const done = { 'client-to-server': 0, 'server-to-client': 0 }
  const events: ConversationEvent[] = []
  const pass = (direction: Direction, end: number) => {
    const chunk = bytes[direction].subarray(done[direction], end)
    done[direction] += chunk.length
    for (const framed of splitters[direction].push(chunk)) {
      for (const event of pairing.take(direction, framed)) events.push(event)
    }
  }
  for (const { direction, offset, length } of order) pass(direction, offset + length)
  for (const direction of DIRECTIONS) pass(direction, bytes[direction].length)
  for (const event of pairing.end(cutsOf(splitters))) events.push(event)
  return events
}

/** Replies follow their commands as closely as the order within each direction allows. */
function readUnordered(bytes: Both, byteOrder: ByteOrder): ConversationEvent[] {
  const pairing = new Pairing(byteOrder, false)
  const splitters = makeSplitters(byteOrder)
  const queues: Record<Direction, Queue> = {
    'client-to-server': { at: 0, messages: splitters['client-to-server'].push(bytes['client-to-server']) },
    'server-to-client': { at: 0, messages: splitters['server-to-client'].push(bytes['server-to-client']) },
  }
  const events: ConversationEvent[] = []
  for (let next = nextOf(queues, pairing); next !== undefined; next = nextOf(queues, pairing)) {
    const queue = queues[next]
    for (const event of pairing.take(next, queue.messages[queue.at] as Framed)) events.push(event)
    queue.at += 1
  }
  for (const event of pairing.end(cutsOf(splitters))) events.push(event)
  return events
}

interface Queue {
  at: number
  readonly messages: readonly Framed[]
}

/** The direction of which a message is next: a reply to what is open, then a command, then what answers nothing. */
function nextOf(queues: Readonly<Record<Direction, Queue>>, pairing: Pairing): Direction | undefined {
  const waiting = REPLIES_FIRST.filter((direction) => queues[direction].at < queues[direction].messages.length)
  const header = (direction: Direction) => (queues[direction].messages[queues[direction].at] as Framed).header
  const answering = waiting.find(
    (direction) => header(direction).flags.type === 'reply' && pairing.answers(direction, header(direction)),
  )
  if (answering !== undefined) return answering
  return (
    COMMANDS_FIRST.filter((direction) => waiting.includes(direction)).find(
      (direction) => header(direction).flags.type !== 'reply',
    ) ?? waiting[0]
  )
}

const REPLIES_FIRST: readonly Direction[] = ['server-to-client', 'client-to-server']
const COMMANDS_FIRST: readonly Direction[] = DIRECTIONS

/** The migration data of a conversation, without what the server refused. */
function transfersOf(events: readonly ConversationEvent[], bytes: Both): VfioUserTransfer[] {
  const refused = new Set<string>()
  for (const event of events) {
    if (event.kind === 'exchange' && event.errno !== undefined) refused.add(nameOf(event.request))
  }
  const transfers = new Map<string, Growing>()
  for (const event of events) {
    if ((event.kind !== 'data-read' && event.kind !== 'data-write') || event.data.length === 0) continue
    if (refused.has(nameOf(event.message))) continue
    const kind = event.kind === 'data-read' ? 'read' : 'write'
    const key = `${kind} ${event.transfer}`
    const growing = transfers.get(key) ?? { kind, direction: event.message.direction, pieces: [], size: 0 }
    const { length } = event.data
    growing.pieces.push({ offset: growing.size, length, parentOffset: event.offset, state: event.state })
    growing.size += length
    transfers.set(key, growing)
  }
  return [...transfers.values()].map((growing) => {
    const whole = bytes[growing.direction]
    const runs = () =>
      growing.pieces.map(({ parentOffset, length }) => whole.subarray(parentOffset, parentOffset + length))
    return { ...growing, bytes: () => joined(runs()) }
  })
}

interface Growing {
  readonly kind: 'read' | 'write'
  readonly direction: Direction
  readonly pieces: { offset: number; length: number; parentOffset: number; state: State | undefined }[]
  size: number
}

const nameOf = ({ direction, index }: MessageRef) => `${direction} ${index}`
