import { hexOffset, type Report } from '../../findings/index.ts'
import type { Value } from '../../layout/index.ts'
import type { command as commandLayout } from '../frame.layout.ts'
import type { RamState } from '../ram/blocks.ts'
import { type CommandCode, commandCodes } from './command-codes.ts'
import type { PostcopyPhase, Progress } from './progress.ts'

type Command = Value<typeof commandLayout>
type Discard = Extract<Command['content'], { ranges: unknown }>

/** Where a command stands. */
export interface CommandPlace {
  readonly offset: number
  readonly length: number
  readonly element: number
  /** End of the package that came last. */
  readonly packageEnd: number | undefined
}

/** Follows the commands of a stream as a destination does. */
export class CommandOrder implements Progress {
  isResumed = false
  usesColo = false
  usesPostcopy = false
  #phase: PostcopyPhase = 'none'
  #hasReturnPath = false
  #hasSwitched = false
  /** The package that has not come to POSTCOPY_RUN. */
  #package: CommandPlace | undefined

  constructor(
    private readonly report: Report,
    private readonly ram: RamState,
  ) {}

  /** A command was read. @param hasEnded whether a section has ended before */
  command({ command, content, length }: Command, place: CommandPlace, hasEnded: boolean): void {
    const say = (code: CommandCode, message: string) => this.#say(code, message, place)
    const isPackaged = place.packageEnd !== undefined && place.offset < place.packageEnd
    if (isPackaged && length > 0 && FROM_CONNECTION.has(`${command}`)) {
      say('qemu/package-nested', `${command} stands in a package.`)
    }
    switch (command) {
      case 'OPEN_RETURN_PATH':
        if (this.#hasReturnPath) say('qemu/return-path-repeated', 'OPEN_RETURN_PATH was sent before.')
        this.#hasReturnPath = true
        return
      case 'PING':
        if (!this.#hasReturnPath && !this.isResumed)
          say('qemu/ping-without-return-path', 'PING comes without OPEN_RETURN_PATH before it.')
        return
      case 'POSTCOPY_ADVISE':
        this.#step('advised', ['none'], 'ADVISE', say)
        return
      case 'POSTCOPY_RAM_DISCARD':
        this.#step('discarding', ['advised', 'discarding'], 'RAM_DISCARD', say)
        if ('ranges' in content) this.#discard(content, length, say)
        return
      case 'POSTCOPY_LISTEN':
        this.#step('listening', ['advised', 'discarding'], 'LISTEN', say)
        this.usesPostcopy = true
        return
      case 'POSTCOPY_RUN':
        this.#step('running', ['listening'], 'RUN', say)
        this.#package = undefined
        return
      case 'PACKAGED':
        this.#package = place
        return
      case 'ENABLE_COLO':
        this.usesColo = true
        return
      case 'POSTCOPY_RESUME':
      case 'RECV_BITMAP':
        if (!this.isResumed) say('qemu/resume-without-recovery', `${command} comes behind the header of a stream.`)
        return
      case 'SWITCHOVER_START':
        this.#switchover(hasEnded, say)
    }
  }

  /** The package that was open has come to its end. */
  packageEnds(): void {
    const opened = this.#package
    this.#package = undefined
    if (opened === undefined || this.usesColo) return
    this.#say('qemu/package-not-run', 'No POSTCOPY_RUN is in the package.', opened)
  }

  #step(
    to: PostcopyPhase,
    from: readonly PostcopyPhase[],
    name: string,
    say: (code: CommandCode, message: string) => void,
  ): void {
    if (!this.isResumed && !from.includes(this.#phase)) {
      const state = this.#phase === 'none' ? 'without POSTCOPY_ADVISE before' : `when postcopy is ${this.#phase}`
      say('qemu/postcopy-order', `POSTCOPY_${name} comes ${state}.`)
    }
    this.#phase = to
  }

  #switchover(hasEnded: boolean, say: (code: CommandCode, message: string) => void): void {
    if (this.usesColo) return
    if (this.#hasSwitched) say('qemu/switchover-repeated', 'SWITCHOVER_START was sent before.')
    else if (hasEnded) say('qemu/switchover-late', 'A section ended before SWITCHOVER_START.')
    this.#hasSwitched = true
  }

  #discard(discard: Discard, length: number, say: (code: CommandCode, message: string) => void): void {
    const problem = this.#discardProblem(discard, length)
    if (problem !== undefined) say('qemu/postcopy-discard', problem)
  }

  #discardProblem({ version, terminator, name, ranges }: Discard, length: number): string | undefined {
    if (version !== 0) return `The version is ${version}, not 0.`
    if (terminator !== 0) return `The name of the block is followed by ${hexOffset(terminator)}, not by 0.`
    if (ranges.length === 0 || length < SHORTEST_DISCARD) return 'The command has no range.'
    if (!this.ram.isListed) return undefined
    const block = this.ram.blocks.get(name)
    if (block === undefined) return `No block is called ${JSON.stringify(name)}.`
    const pageSize = BigInt(this.ram.pageSize)
    for (const range of ranges) {
      const text = `The range of ${hexOffset(range.length)} bytes at ${hexOffset(range.start)}`
      if (range.start % pageSize !== 0n || range.length % pageSize !== 0n) return `${text} is not of whole pages.`
      // Used lengths are multiples of a target page; a host page may be larger and reach further.
      if (range.start > block.usedLength)
        return `${text} is behind the end of ${name} (${hexOffset(block.usedLength)}).`
    }
    return undefined
  }

  #say(code: CommandCode, message: string, { offset, length, element }: CommandPlace): void {
    this.report(commandCodes.finding(code, message, { offset, length, path: ['elements', element] }))
  }
}

/** Version, name of one letter, its end, and a range. */
const SHORTEST_DISCARD = 20

/** Commands whose content a destination reads from the connection, wherever they stand. */
const FROM_CONNECTION: ReadonlySet<string> = new Set([
  'PACKAGED',
  'RECV_BITMAP',
  'POSTCOPY_RAM_DISCARD',
  'POSTCOPY_ADVISE',
])
