import { counted, hexOffset } from '../../findings/index.ts'
import {
  type DerivedSpace,
  type Parse,
  type PushReader,
  pushReader,
  type ReadEvent,
  type Value,
  type Wanted,
  type Window,
} from '../../layout/index.ts'
import { CONFIGURATION_PARTS, ELEMENTS, type sectionHeader } from '../frame.layout.ts'
import {
  commandCodec,
  configurationCodec,
  configurationPartCodec,
  endOfStreamCodec,
  sectionFooterCodec,
  sectionHeaderCodec,
  streamHeaderCodec,
} from '../frame.ts'
import { type RamListener, RamState } from '../ram/blocks.ts'
import { RamBody } from '../ram/body.ts'
import { sizeOf, type VmDescription } from '../vmdesc/index.ts'
import { bitmapBody } from './bitmap-body.ts'
import { qemuStreamCodes } from './codes.ts'
import { Description } from './description.ts'
import { skipEmptyParts } from './empty-parts.ts'
import { findFooter } from './footer.ts'
import { takeFront } from './front.ts'
import { type HeldDevice, HeldDevices } from './held-devices.ts'
import { isRecovery } from './recovery.ts'
import { type Identity, identityOf, type QemuSection, type SectionKind } from './section.ts'
import { SectionList } from './summary.ts'
import { Teller, wanted } from './teller.ts'
import { vfioBody } from './vfio-body.ts'
import { VfioDevices } from './vfio-devices.ts'

/** What reading a stream depends on. */
export interface QemuReadOptions {
  /** What is told: everything, or findings alone. */
  readonly wanted?: Wanted
  /** Where the stream begins; bytes before are kept as they are. Without it, behind zero bytes. */
  readonly offset?: number
  /** The description at the end of the stream, where the whole is at hand before it is read. */
  readonly description?: VmDescription | undefined
  readonly ram?: RamListener
  /** Hears at the end, when the description is known, of each device that has a state of its own. */
  readonly onDevice?: (device: HeldDevice) => void
  /** Hears at the end of the spaces in which findings count. */
  readonly onSpaces?: (spaces: readonly DerivedSpace[]) => void
}

/** Reads a QEMU migration stream as it comes in, in constant memory. */
export function qemuStreamReader(options: QemuReadOptions = {}): PushReader {
  return pushReader((window, events) => new Reader(window, events, options).parse())
}

class Reader {
  readonly #teller: Teller
  readonly #ram = new RamState()
  readonly #sections = new SectionList()
  readonly #devices = new HeldDevices()
  readonly #vfio: VfioDevices
  readonly #starts = new Map<number, Identity>()
  /** Places of FULL sections among each other, by their element. */
  readonly #places = new Map<number, number>()
  #element = 0
  #fulls = 0
  /** Whether sections have footers; unknown before the first. */
  #hasFooters: boolean | undefined
  #isResumed = false
  #packageEnd: number | undefined
  #machine: string | undefined

  constructor(
    private readonly window: Window,
    events: ReadEvent[],
    private readonly options: QemuReadOptions,
  ) {
    this.#teller = new Teller(window, events, options.wanted ?? 'all')
    this.#vfio = new VfioDevices(this.#teller.report)
  }

  *parse(): Parse {
    const teller = this.#teller
    yield* this.#start()
    teller.begin('elements', 'list')
    const isWhole = yield* this.#elements()
    const description = isWhole ? yield* new Description(teller).read(this.#element) : undefined
    if (isWhole) this.#say(description)
    teller.end()
    yield* this.#trailing()
    if (this.#machine !== undefined) teller.derived('machine', this.#machine)
    this.#sections.tell(teller)
    this.#devices.tell(teller, (description ?? this.options.description)?.devices, this.#places, this.options.onDevice)
    const spaces = this.#vfio.tell(teller, isWhole)
    this.options.onSpaces?.(spaces)
  }

  /** Takes what stands before the first section. @throws DecodeError where that is no QEMU stream */
  *#start(): Parse {
    const teller = this.#teller
    yield* takeFront(teller, this.options.offset)
    yield* wanted(this.window, HEADER)
    if (isRecovery(this.window)) {
      this.#isResumed = true
      return
    }
    const header = yield* teller.struct('header', streamHeaderCodec)
    // What is wrong with it, or missing from it, is said by the codec.
    if (header === undefined || header.magic !== MAGIC)
      streamHeaderCodec.decode(this.window.peek(this.window.available))
    yield* wanted(this.window, 1)
    if (this.#next() === 'CONFIGURATION') yield* this.#configuration()
    else this.#note('qemu/no-configuration', 'The stream has no configuration section.', 0)
  }

  *#configuration(): Parse {
    const teller = this.#teller
    const { window } = this
    const configuration = yield* teller.struct('configuration', configurationCodec)
    this.#machine = configuration?.machine
    if (configuration === undefined || !(yield* wanted(window, 1)) || this.#next() !== 'SUBSECTION') return
    teller.begin('configurationParts', 'list')
    for (let index = 0; (yield* wanted(window, 1)) && this.#next() === 'SUBSECTION'; index += 1) {
      const part = yield* teller.struct(index, configurationPartCodec)
      if (part === undefined) break
      if (part.name !== CONFIGURATION_PARTS[part.nameLength as keyof typeof CONFIGURATION_PARTS]) {
        this.#note('qemu/unknown-configuration', `Nobody here knows ${JSON.stringify(part.name)}.`, 0)
      }
      this.#configure(part)
    }
    teller.end()
  }

  #configure({ content }: Value<typeof configurationPartCodec.type>): void {
    if ('bits' in content && content.bits >= 10 && content.bits <= 30) this.#ram.pageSize = 2 ** content.bits
    if (!('capabilities' in content)) return
    const names = new Set(content.capabilities.map(({ name }) => name))
    this.#ram.ignoreShared = names.has('x-ignore-shared')
    this.#ram.mappedRam = names.has('mapped-ram')
  }

  /** Takes the elements up to the end mark; false where there is none. */
  *#elements(): Generator<number, boolean, undefined> {
    const { window } = this
    for (;;) {
      if (!this.#teller.tellsAll) this.#element += skipEmptyParts(window, this.#starts)
      if (window.available === 0 && !(yield* wanted(window, 1))) {
        this.#note('qemu/ended-early', 'The stream has no end mark.', 0)
        return false
      }
      const kind = this.#next()
      const begin = window.offset
      this.#teller.begin(this.#element, 'object')
      const isRead = yield* this.#oneElement(kind)
      this.#teller.end()
      this.#element += 1
      if (kind === 'EOF' && isRead) return true
      if (!isRead) {
        yield* this.#opaque(begin, kind)
        return false
      }
    }
  }

  *#oneElement(kind: string | undefined): Generator<number, boolean, undefined> {
    switch (kind) {
      case 'START':
      case 'PART':
      case 'END':
      case 'FULL':
        return yield* this.#section()
      case 'COMMAND':
        return yield* this.#command()
      case 'EOF':
        return (yield* this.#teller.struct('end', endOfStreamCodec)) !== undefined
      default:
        return false
    }
  }

  /** Shows the rest of the input as bytes. */
  *#opaque(begin: number, kind: string | undefined): Parse {
    const { window } = this
    const teller = this.#teller
    const offset = window.offset
    teller.begin(this.#element, 'object')
    const length = yield* teller.rest('opaque')
    teller.end()
    this.#element += 1
    const place = { offset, length, path: teller.path(this.#element - 1) }
    if (kind === undefined || !BEGIN.has(kind)) {
      const byte = kind === undefined ? 'An unknown byte' : `The byte of ${kind}`
      const message = `${byte} stands at ${hexOffset(offset)}, where a section should begin.`
      teller.report(qemuStreamCodes.finding('qemu/unknown-element', message, place))
    } else if (length === 0 || window.offset === offset) {
      const message = `The stream ends inside of what began at ${hexOffset(begin)}.`
      teller.report(
        qemuStreamCodes.finding('qemu/ended-early', message, { ...place, offset: begin, length: offset - begin }),
      )
    } else {
      const message = `What began at ${hexOffset(begin)} cannot be read on from ${hexOffset(offset)}: ${counted(length, 'byte is', 'bytes are')} shown as they are.`
      teller.report(qemuStreamCodes.finding('qemu/body-not-read', message, place))
    }
  }

  *#section(): Generator<number, boolean, undefined> {
    const teller = this.#teller
    const { window } = this
    const { offset } = window
    const header = yield* teller.struct('section', sectionHeaderCodec)
    if (header === undefined) return false
    const section = this.#identify(header, offset)
    if (!(yield* this.#body(section))) return false
    yield* this.#footer(section)
    if (teller.tellsAll) this.#sections.add(section, window.offset)
    this.#checkPackage(section)
    return true
  }

  /** Who a section is of. */
  #identify(header: Value<typeof sectionHeader>, offset: number): QemuSection {
    const { sectionId } = header
    const kind = header.kind as SectionKind
    let identity = identityOf(header)
    if (identity === undefined) {
      identity = this.#starts.get(sectionId)
      if (identity === undefined && !this.#isResumed) {
        this.#note('qemu/start-missing', `Section ${sectionId} goes on and has not begun.`, offset - this.window.offset)
      }
    } else {
      const before = this.#starts.get(sectionId)
      if (before !== undefined && before.name !== identity.name) {
        const message = `Section ${sectionId} is of ${before.name}, and of ${identity.name}.`
        this.#note('qemu/id-repeated', message, offset - this.window.offset)
      }
      if (this.#starts.size < MOST_STARTS) this.#starts.set(sectionId, identity)
    }
    // A stream that goes on after a failure of postcopy has nothing but RAM.
    const name = identity?.name ?? (this.#isResumed ? 'ram' : '')
    const { instanceId, version } = identity ?? {}
    return { kind, sectionId, name, instanceId, version, offset, element: this.#element }
  }

  *#body(section: QemuSection): Generator<number, boolean, undefined> {
    const teller = this.#teller
    const { kind, name } = section
    if (kind !== 'FULL' && name === 'ram') {
      const { ram = {} } = this.options
      ram.section?.(kind, section.offset)
      return yield* new RamBody(teller, this.#ram, ram).read()
    }
    if (kind !== 'FULL' && name === 'dirty-bitmap') return yield* bitmapBody(teller)
    const length = this.#describedLength(section)
    if (name.endsWith('/vfio')) return yield* vfioBody(teller, this.#vfio.of(section, this.window.offset), length)
    return yield* this.#device(section, length)
  }

  /** Length of a body by the description, where that is known ahead. */
  #describedLength({ kind, element, name, instanceId }: QemuSection): number | undefined {
    if (kind !== 'FULL') return undefined
    const place = this.#fulls++
    if (this.#places.size < MOST_STARTS) this.#places.set(element, place)
    const device = this.options.description?.devices[place]
    if (device === undefined || device.name !== name || device.instanceId !== instanceId) return undefined
    return sizeOf(device)
  }

  /** Takes a body that nothing here reads: its length comes from the description, or from the footer behind it. */
  *#device(section: QemuSection, described: number | undefined): Generator<number, boolean, undefined> {
    const teller = this.#teller
    const { window } = this
    const length = (yield* this.#isFollowed(section, described))
      ? described
      : yield* findFooter(window, section.sectionId)
    if (length === undefined) {
      const message = `Where the body of ${section.name || `section ${section.sectionId}`} ends cannot be told.`
      this.#note('qemu/body-not-delimited', message, section.offset - window.offset)
      return false
    }
    if (section.kind === 'FULL' && this.#devices.fits(length)) {
      const { offset } = window
      teller.derived('device', this.#devices.hold(section, window.take(length), offset))
      return true
    }
    if (section.kind === 'FULL') this.#devices.refuse(section, teller.report)
    return yield* teller.run('body', length)
  }

  /** Whether a body of the described length is here, with its footer behind it where sections have footers. */
  *#isFollowed({ sectionId }: QemuSection, length: number | undefined): Generator<number, boolean, undefined> {
    if (length === undefined) return false
    const { window } = this
    const needed = length + (this.#hasFooters === false ? 0 : FOOTER)
    if (!(yield* wanted(window, needed))) return this.#hasFooters === false && window.available >= length
    if (this.#hasFooters === false) return true
    const at = window.position + length
    return window.bytes[at] === FOOTER_MARKER && window.view.getUint32(at + 1) === sectionId
  }

  *#footer({ sectionId, name, offset }: QemuSection): Parse {
    const { window } = this
    const isHere = yield* wanted(window, FOOTER)
    // Where the input is cut, that it ends is said next.
    if (!isHere && (this.#hasFooters === true || this.#next() === 'FOOTER')) return
    if (!isHere || this.#next() !== 'FOOTER') {
      if (this.#hasFooters === true) this.#note('qemu/footer-missing', `${name} has no footer.`, offset - window.offset)
      else if (this.#hasFooters === undefined) this.#note('qemu/no-footers', 'Sections have no footers.', 0)
      this.#hasFooters ??= false
      return
    }
    this.#hasFooters = true
    const footer = yield* this.#teller.struct('footer', sectionFooterCodec)
    if (footer === undefined || footer.sectionId === sectionId) return
    const message = `The footer of section ${sectionId} (${name}) names section ${footer.sectionId}.`
    this.#note('qemu/footer-mismatch', message, -FOOTER)
  }

  *#command(): Generator<number, boolean, undefined> {
    const { window } = this
    const { offset } = window
    const command = yield* this.#teller.struct('command', commandCodec)
    if (command === undefined) return false
    const { content, length } = command
    const back = offset - window.offset
    if (typeof command.command === 'number') {
      this.#note('qemu/command', `Nobody knows command ${command.command}.`, back)
    } else {
      const lengths = COMMAND_LENGTHS[command.command]
      if (lengths !== undefined && !lengths.includes(length)) {
        this.#note(
          'qemu/command',
          `${command.command} has ${counted(length, 'byte')}, not ${lengths.join(' or ')}.`,
          back,
        )
      }
    }
    if (command.command === 'POSTCOPY_ADVISE' && length === 16) this.#ram.postcopyAdvised = true
    if ('packagedLength' in content) this.#packageEnd = window.offset + content.packagedLength
    return true
  }

  /** Sections of a package end where it ends. */
  #checkPackage({ offset, name }: QemuSection): void {
    const end = this.#packageEnd
    if (end === undefined || this.window.offset < end) return
    this.#packageEnd = undefined
    if (this.window.offset === end) return
    const message = `${name} begins inside of a package that ends at ${hexOffset(end)}, and ends behind it.`
    if (offset < end) this.#note('qemu/packaged-overrun', message, offset - this.window.offset)
  }

  #say(description: VmDescription | undefined): void {
    if (description === undefined) this.#note('qemu/no-description', 'No description follows the end mark.', 0)
  }

  *#trailing(): Parse {
    const { window } = this
    const teller = this.#teller
    const start = window.offset
    if (!(yield* wanted(window, 1))) return
    teller.begin('trailing', 'bytes')
    let isZero = true
    while (yield* wanted(window, 1)) {
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

  /** What the next byte begins. */
  #next(): string | undefined {
    const { bytes, position } = this.window
    return (ELEMENTS as Readonly<Record<number, string>>)[bytes[position] as number]
  }

  /** Says something of the open element; `from` is where it begins, counted from here. */
  #note(code: keyof typeof qemuStreamCodes.entries, message: string, from: number): void {
    const place = { offset: this.window.offset + from, length: -from, path: this.#teller.path() }
    this.#teller.report(qemuStreamCodes.finding(code, message, place))
  }
}

const HEADER = 8
const MAGIC = 0x5145564d
const FOOTER = 5
const FOOTER_MARKER = 0x7e
const MOST_STARTS = 2 ** 20
/** What elements begin with that have more than their first byte. */
const BEGIN: ReadonlySet<string> = new Set(['START', 'PART', 'END', 'FULL', 'COMMAND'])

/** Bytes of content that a command takes; others take any number. */
const COMMAND_LENGTHS: Readonly<Record<string, readonly number[]>> = {
  OPEN_RETURN_PATH: [0],
  PING: [4],
  POSTCOPY_ADVISE: [0, 16],
  POSTCOPY_LISTEN: [0],
  POSTCOPY_RUN: [0],
  PACKAGED: [4],
  POSTCOPY_RESUME: [0],
  SWITCHOVER_START: [0],
}
