import { counted, hexOffset } from '../../findings/index.ts'
import { leastSize, type Parse, type PushReader, pushReader, type ReadEvent, type Window } from '../../layout/index.ts'
import { type ElementName, STREAM_MAGIC } from '../elements.layout.ts'
import { streamHeader } from '../frame.layout.ts'
import { endOfStreamCodec, streamHeaderCodec } from '../frame.ts'
import { isTargetPageSize } from '../ram/page-size.ts'
import { SECTION_KINDS } from '../section.ts'
import { Teller, waitFor } from '../teller.ts'
import { qemuStreamCodes } from './codes.ts'
import { takeCommand } from './command.ts'
import { takeConfiguration } from './configuration.ts'
import { Context } from './context.ts'
import { Description } from './description.ts'
import { takeFront } from './front.ts'
import type { QemuReadOptions } from './options.ts'
import { startsRecovery } from './recovery.ts'
import { Sections } from './sections.ts'

/** Reads a QEMU migration stream as it comes in, in constant memory. */
export function qemuStreamReader(options: QemuReadOptions = {}): PushReader {
  return pushReader((window, events) => new Reader(window, events, options).read())
}

class Reader {
  readonly #teller: Teller
  readonly #context: Context
  readonly #sections: Sections

  constructor(
    private readonly window: Window,
    events: ReadEvent[],
    options: QemuReadOptions,
  ) {
    this.#teller = new Teller(window, events, options.wanted ?? 'all')
    this.#context = new Context(this.#teller, options)
    this.#sections = new Sections(this.#context)
  }

  /** Reads all of it, and keeps where bytes were wanted that never came. */
  *read(): Parse {
    const { window } = this
    const parse = this.#parse()
    for (let step = parse.next(); !step.done; step = parse.next()) {
      yield step.value
      if (window.available < step.value && !this.#context.ram.isLookingAhead) this.#context.missedAt = window.offset
    }
  }

  *#parse(): Parse {
    const teller = this.#teller
    const context = this.#context
    yield* this.#start()
    const described = context.description?.description.pageSize
    if (isTargetPageSize(described)) context.ram.learnPageSize(described)
    teller.begin('elements', 'list')
    const isWhole = yield* this.#elements()
    const descriptions = new Description(teller, context.options.listener?.description)
    const description = yield* descriptions.read(context.element)
    if (isWhole) context.bitmaps.finish()
    if (!isWhole) context.judge.seeNoEnd()
    else if (!descriptions.isThere) context.note('qemu/no-description', 'No description follows the end mark.')
    context.judge.seeDescription(description)
    teller.end()
    yield* this.#trailing()
    this.#checkPackage()
    if (context.machine !== undefined) teller.derived('machine', context.machine)
    context.sections.tell(teller)
    const { options } = context
    // One that was seen ahead and not reached would be missing where the stream is written again.
    context.devices.tell(teller, description?.devices, this.#sections.places, context.judge, options.onDevice)
    const spaces = context.vfio.tell(teller, isWhole)
    options.onSpaces?.([...context.judge.spaces, ...spaces])
    teller.close()
  }

  /** Takes what stands before the first section. @throws DecodeError where that is no QEMU stream */
  *#start(): Parse {
    const context = this.#context
    yield* takeFront(this.#teller, context.options.offset)
    yield* waitFor(this.window, HEADER)
    if (yield* startsRecovery(this.window)) {
      context.isResumed = true
      context.judge.resumes()
      return
    }
    const header = yield* this.#teller.struct('header', streamHeaderCodec)
    // What is wrong with it, or missing from it, is said by the codec.
    if (header === undefined || header.magic !== STREAM_MAGIC)
      streamHeaderCodec.decode(this.window.peek(this.window.available))
    yield* waitFor(this.window, 1)
    if (context.next() === 'CONFIGURATION') yield* takeConfiguration(context)
    else context.note('qemu/no-configuration', 'The stream has no configuration section.')
  }

  /** Takes the elements up to the end mark; false where there is none. */
  *#elements(): Generator<number, boolean, undefined> {
    const { window } = this
    for (;;) {
      this.#sections.skipEmpty()
      if (window.available === 0 && !(yield* waitFor(window, 1))) {
        this.#context.note('qemu/ended-early', 'The stream has no end mark.')
        return false
      }
      const kind = this.#context.next()
      const begin = window.offset
      this.#teller.begin(this.#context.element, 'object')
      const isRead = yield* this.#oneElement(kind)
      this.#teller.end()
      this.#context.element += 1
      if (kind === 'EOF' && isRead) return true
      if (!isRead) {
        yield* this.#opaque(begin, kind)
        return false
      }
    }
  }

  *#oneElement(kind: ElementName | undefined): Generator<number, boolean, undefined> {
    switch (kind) {
      case 'START':
      case 'PART':
      case 'END':
      case 'FULL':
        return yield* this.#sections.take()
      case 'COMMAND':
        return yield* takeCommand(this.#context)
      case 'EOF':
        return yield* this.#end()
      default:
        return false
    }
  }

  *#end(): Generator<number, boolean, undefined> {
    const { offset } = this.window
    if ((yield* this.#teller.struct('end', endOfStreamCodec)) === undefined) return false
    const { judge, element, packageEnd } = this.#context
    judge.seeEnd(offset, element, packageEnd)
    return true
  }

  /** Shows the rest of the input as bytes, up to the description where that is known to stand. */
  *#opaque(begin: number, kind: ElementName | undefined): Parse {
    const { window } = this
    const teller = this.#teller
    const context = this.#context
    const offset = window.offset
    const end = context.description?.offset
    const isCut = end === undefined && context.missedAt === offset && !this.#sections.isEndUnknown
    const first = window.bytes[window.position] ?? 0
    teller.begin(context.element, 'object')
    const length = yield* teller.upTo('opaque', (end ?? Number.POSITIVE_INFINITY) - offset)
    teller.end()
    const place = { offset, length, path: teller.path(context.element) }
    context.element += 1
    if (isCut || (end === undefined && length === 0)) {
      const message = `The stream ends inside of ${this.#named(begin, kind)}, which begins at ${hexOffset(begin)}.`
      const from = { ...place, offset: begin, length: window.offset - begin }
      teller.report(qemuStreamCodes.finding('qemu/ended-early', message, from))
    } else if (kind === undefined || !BEGIN.has(kind)) {
      const byte = `The byte ${hexOffset(first)}${kind === undefined ? '' : ` of ${kind}`}`
      const message = `${byte} stands at ${hexOffset(offset)}, where a section should begin.`
      teller.report(qemuStreamCodes.finding('qemu/unknown-element', message, place))
    } else {
      const what = `${this.#named(begin, kind)}, which begins at ${hexOffset(begin)},`
      const message = `From ${hexOffset(offset)} on ${what} cannot be read: ${counted(length, 'byte is', 'bytes are')} shown as they are.`
      teller.report(qemuStreamCodes.finding('qemu/body-not-read', message, place))
    }
  }

  /** What begins at a place, in words. */
  #named(begin: number, kind: ElementName | undefined): string {
    const { latest } = this.#sections
    return latest?.offset === begin ? `${kind} of ${latest.name || `section ${latest.sectionId}`}` : `${kind}`
  }

  /** A destination takes a package as a whole, before it looks into it. */
  #checkPackage(): void {
    const { packageEnd } = this.#context
    const { offset } = this.window
    if (packageEnd === undefined || packageEnd <= offset) return
    const message = `The stream ends at ${hexOffset(offset)}, inside of a package that ends at ${hexOffset(packageEnd)}.`
    this.#context.note('qemu/ended-early', message, 0)
  }

  *#trailing(): Parse {
    const { window } = this
    const teller = this.#teller
    const start = window.offset
    if (!(yield* waitFor(window, 1))) return
    teller.begin('trailing', 'bytes')
    let isZero = true
    while (yield* waitFor(window, 1)) {
      const { offset } = window
      const bytes = window.takeUpTo(window.available)
      isZero &&= bytes.every((byte) => byte === 0)
      teller.bytes(offset, bytes)
    }
    teller.end()
    const length = window.offset - start
    const code = isZero ? 'qemu/trailing-zeros' : 'qemu/trailing-bytes'
    const message = `${counted(length, isZero ? 'zero byte follows' : 'byte follows', isZero ? 'zero bytes follow' : 'bytes follow')} the stream.`
    teller.report(qemuStreamCodes.finding(code, message, { offset: start, length, path: ['trailing'] }))
  }
}

const HEADER = leastSize(streamHeader)
/** What elements begin with that have more than their first byte. */
const BEGIN: ReadonlySet<ElementName> = new Set<ElementName>([...SECTION_KINDS, 'COMMAND'])
