import type { Path } from '../../../findings/index.ts'
import { type ByteOrder, isOpaque } from '../../../layout/index.ts'
import { SAVING_STATES } from '../../migration-states.ts'
import { CAPABILITY_DEFAULTS, readCapabilities, type VfioUserCapabilities } from '../capabilities.ts'
import { HEADER_SIZE, type VfioUserHeader } from '../header.ts'
import { migrationDataOf } from '../migration-pieces.ts'
import type { VfioUserVersion } from '../payload-codecs.ts'
import { type Framed, payloadOf } from '../read.ts'
import { conversationCodes } from './codes.ts'
import { type ConversationEvent, DIRECTIONS, type Direction, type MessageRef, opposite, type State } from './events.ts'
import { MigrationState } from './migration-state.ts'
import { type Summary, summaryOf } from './summary.ts'
import { judgeAnswer } from './version-rules.ts'
import { Waiting } from './waiting.ts'

/** A command that waits for its reply. */
interface Open {
  readonly message: MessageRef
  readonly header: VfioUserHeader
  readonly summary: Summary
  readonly version: VfioUserVersion | undefined
  readonly transfer: number
}

type Code = keyof typeof conversationCodes.entries

/** Holds the messages of both directions against each other, one after the other. */
export class Pairing {
  private readonly counts = { 'client-to-server': 0, 'server-to-client': 0 }
  /** Commands without a reply. */
  private readonly open = {
    'client-to-server': new Waiting<Open>(),
    'server-to-client': new Waiting<Open>(),
  }
  private readonly limits: Record<'client' | 'server', VfioUserCapabilities> = {
    client: CAPABILITY_DEFAULTS,
    server: CAPABILITY_DEFAULTS,
  }
  private readonly migration = new MigrationState()
  private events: ConversationEvent[] = []

  /** @param isOrdered whether messages of different directions come in the order in which they passed */
  constructor(
    private readonly byteOrder: ByteOrder,
    private readonly isOrdered: boolean,
  ) {}

  /** Whether a reply that goes this way would answer a command of its own kind. */
  answers(direction: Direction, { messageId, command }: VfioUserHeader): boolean {
    return this.open[opposite(direction)].has(messageId, command)
  }

  /** The next message of a direction. */
  take(direction: Direction, framed: Framed): ConversationEvent[] {
    this.events = []
    const { header, offset } = framed
    const payload = payloadOf(framed, this.byteOrder)
    const message = { direction, index: this.counts[direction], offset, length: header.messageSize }
    this.counts[direction] += 1
    this.events.push({ kind: 'message', message, header, payload })
    const summary = summaryOf(header, payload)
    const version =
      header.command === 'version' && payload !== undefined && 'major' in payload && !isOpaque(payload)
        ? payload
        : undefined
    if (header.flags.type === 'reply') this.reply({ message, header, summary, version, transfer: 0 }, framed)
    else if (header.flags.type === 'command') this.command({ message, header, summary, version, transfer: 0 }, framed)
    return this.events
  }

  /** What is still open when both directions have ended; a direction that was cut may have had the replies. */
  end(isCut: Readonly<Record<Direction, boolean>>): ConversationEvent[] {
    this.events = []
    for (const direction of DIRECTIONS) {
      if (isCut[opposite(direction)]) continue
      const waiting = this.open[direction].all().sort((a, b) => a.message.index - b.message.index)
      for (const { message, header } of waiting) {
        const what = `The command ${header.command} with ID 0x${header.messageId.toString(16)}`
        this.say('vfio-user/request-unanswered', `${what} has no reply.`, message, ['header', 'messageId'])
      }
    }
    return this.events
  }

  private command(asked: Open, framed: Framed): void {
    const { message, header, summary, version } = asked
    const { command, messageId, flags } = header
    if (version !== undefined) {
      this.limits.client = readCapabilities(version.data).capabilities
      if (message.index === 0) this.migration.begin()
    }
    this.judgeTransfer(asked)
    if (summary.use === 'set' && summary.state !== undefined) this.migration.ask(summary.state)
    if (command === 'device-reset') this.migration.ask('RUNNING')
    if (command === 'mig-data-read' || command === 'mig-data-write') this.judgeState(asked)
    const transfer = this.migration.transfer
    const moved = command === 'mig-data-write' ? this.dataOf(message, framed, transfer) : undefined
    if (moved !== undefined) this.events.push({ kind: 'data-write', ...moved })
    if (flags.noReply) return
    const waiting = this.open[message.direction]
    const other = waiting.kindOf(messageId)
    waiting.add(messageId, command, { ...asked, transfer })
    if (other === undefined || !this.isOrdered) return
    const text = `The ID 0x${messageId.toString(16)} is that of a command ${other} without a reply.`
    this.say('vfio-user/id-reused', text, message, ['header', 'messageId'])
  }

  private reply(answer: Open, framed: Framed): void {
    const { message, header } = answer
    const asked = this.open[opposite(message.direction)].take(header.messageId, header.command)
    if (asked === undefined) {
      const text = `No command with ID 0x${header.messageId.toString(16)} waits for a reply.`
      this.say('vfio-user/reply-without-request', text, message, ['header', 'messageId'])
      return
    }
    const errno = header.flags.error ? header.errno : undefined
    this.events.push({ kind: 'exchange', request: asked.message, reply: message, errno })
    if (asked.header.command !== header.command) {
      const text = `A reply to ${header.command} answers a command ${asked.header.command}.`
      this.say('vfio-user/reply-command', text, message, ['header', 'command'])
      return
    }
    this.follow(asked, answer, errno)
    if (errno === undefined) this.compare(asked, answer, framed)
  }

  /** What the reply means for the state of the device. */
  private follow(asked: Open, answer: Open, errno: number | undefined): void {
    const { command } = asked.header
    const { use, state } = asked.summary
    if (use === 'set' && state !== undefined) {
      this.migration.answer(errno === undefined)
      this.events.push({ kind: 'state-set', state, errno })
    } else if (command === 'device-reset') {
      this.migration.answer(errno === undefined)
      this.events.push({ kind: 'reset', errno })
    } else if (use === 'get' && answer.summary.state !== undefined) {
      this.migration.told(answer.summary.state)
      this.events.push({ kind: 'state-got', state: answer.summary.state })
    }
    const { features } = answer.summary
    if (features !== undefined) this.events.push({ kind: 'migration-features', ...features })
    const { logging } = asked.summary
    if (logging !== undefined) this.events.push({ kind: 'dma-logging', ...logging, errno })
  }

  private compare(asked: Open, answer: Open, framed: Framed): void {
    const { message } = answer
    const { command } = asked.header
    for (const [name, wanted] of Object.entries(asked.summary.repeated)) {
      const found = answer.summary.repeated[name]
      // One side may have a count of 32 bits.
      if (found === undefined || found === wanted || String(found) === String(wanted)) continue
      const text = `The field ${name} is ${found} in the reply, ${wanted} in the command.`
      this.say('vfio-user/reply-differs', text, message, ['payload', ...name.split('.')])
    }
    if (asked.version !== undefined && answer.version !== undefined) this.versions(asked.version, answer, message)
    if (command !== 'mig-data-read') return
    const [wanted, found] = [asked.summary.moves, answer.summary.moves]
    if (wanted !== undefined && found !== undefined && found > wanted) {
      const text = `The reply has ${found} bytes of data; ${wanted} were asked for.`
      this.say('vfio-user/data-longer', text, message, ['payload', 'size'])
    }
    const moved = this.dataOf(message, framed, asked.transfer)
    if (moved !== undefined) this.events.push({ kind: 'data-read', asked: Number(wanted ?? 0n), ...moved })
  }

  private versions(proposed: VfioUserVersion, { version }: Open, message: MessageRef): void {
    if (version === undefined) return
    this.limits.server = readCapabilities(version.data).capabilities
    judgeAnswer(proposed, version, (code, text, field) => this.say(code, text, message, ['payload', field]))
    const { major, minor } = version
    this.events.push({ kind: 'version', major, minor, ...this.limits })
  }

  /** Whether a command moves more than its peer takes. */
  private judgeTransfer({ message, header, summary }: Open): void {
    const { moves } = summary
    const peer = LIMITED_BY.get(header.command)
    if (moves === undefined || peer === undefined) return
    const most = this.limits[peer].maxDataXferSize
    if (moves <= BigInt(most)) return
    const text = `The command moves ${moves} bytes; the ${peer} takes ${most}.`
    this.say('vfio-user/transfer-too-large', text, message, ['payload'])
  }

  private judgeState({ message, header }: Open): void {
    const { state } = this.migration
    const allowed: readonly (State | undefined)[] = header.command === 'mig-data-read' ? SAVING_STATES : RESUMING
    if (state === undefined || allowed.includes(state)) return
    const text = `The device is in the state ${state}; ${header.command} needs ${allowed.join(' or ')}.`
    this.say('vfio-user/data-outside-state', text, message, ['header', 'command'])
  }

  private dataOf(message: MessageRef, framed: Framed, transfer: number) {
    const moved = migrationDataOf(framed, this.byteOrder)
    if (moved === undefined) return undefined
    const { data, at } = moved
    return { message, offset: message.offset + at, data, state: this.migration.state, transfer }
  }

  private say(code: Code, message: string, { direction, index, offset, length }: MessageRef, field: Path): void {
    const [part] = field
    const place = part === 'header' ? { offset, length: HEADER_SIZE } : payloadPlace(offset, length)
    const path: Path = ['messages', index, ...field]
    const finding = conversationCodes.finding(code, message, { ...place, path })
    this.events.push({ kind: 'finding', direction, finding })
  }
}

const payloadPlace = (offset: number, length: number) => ({
  offset: offset + HEADER_SIZE,
  length: length - HEADER_SIZE,
})

const RESUMING: readonly State[] = ['RESUMING']

/** Whose limit counts. */
const LIMITED_BY: ReadonlyMap<VfioUserHeader['command'], 'client' | 'server'> = new Map<
  VfioUserHeader['command'],
  'client' | 'server'
>([
  ['region-read', 'server'],
  ['region-write', 'server'],
  ['dma-read', 'client'],
  ['dma-write', 'client'],
  ['mig-data-read', 'client'],
  ['mig-data-write', 'client'],
])
