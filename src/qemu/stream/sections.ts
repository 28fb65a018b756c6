import { hexOffset } from '../../findings/index.ts'
import { aheadOf, leastSize, type Parse, type Value } from '../../layout/index.ts'
import { ELEMENT } from '../elements.layout.ts'
import { sectionFooter, type sectionHeader } from '../frame.layout.ts'
import { sectionFooterCodec, sectionHeaderCodec } from '../frame.ts'
import { RamBody } from '../ram/body.ts'
import { type Identity, identityOf, isVfioSection, type QemuSection, type SectionKind } from '../section.ts'
import { waitFor } from '../teller.ts'
import { sizeOf } from '../vmdesc/index.ts'
import { bitmapBody } from './bitmap-body.ts'
import type { Context } from './context.ts'
import { descriptionAhead } from './description-ahead.ts'
import { skipEmptyParts } from './empty-parts.ts'
import { findFooter, LONGEST_BODY } from './footer.ts'
import { knownLength } from './known-body.ts'
import { hearVfio } from './listener.ts'
import { vfioBody } from './vfio-body.ts'

const isSame = (a: Identity, b: Identity) => a.name === b.name && a.instanceId === b.instanceId

const named = ({ name, instanceId }: Identity) => `${name} (instance ${instanceId})`

const FOOTER = leastSize(sectionFooter)
/** Sections of which is kept who they are of. */
const MOST_STARTS = 2 ** 16

/** Takes the sections of a stream. */
export class Sections {
  readonly #starts = new Map<number, Identity>()
  /** Places of FULL sections among each other, by their element: the description lists devices in the same order. */
  readonly places = new Map<number, number>()
  /** The section that was begun last. */
  latest: QemuSection | undefined
  /** Whether nothing says where the body of that section ends. */
  isEndUnknown = false
  #fulls = 0
  /** Whether sections have footers; unknown before the first. */
  #hasFooters: boolean | undefined

  constructor(private readonly context: Context) {}

  /** Passes over sections that hold nothing, where nobody is told of them. */
  skipEmpty(): void {
    const { teller, options } = this.context
    // What comes after the end of a section has a finding.
    if (teller.tellsAll || this.context.judge.hasEnded || options.ram?.section || options.listener?.section) return
    const count = skipEmptyParts(teller.window, this.#starts)
    if (count === 0) return
    this.context.element += count
    this.context.judge.seeEmptyParts()
  }

  /** Takes a section; false where it cannot be read to its end. */
  *take(): Generator<number, boolean, undefined> {
    const { teller } = this.context
    const { window } = this.context.teller
    const { offset } = window
    const header = yield* teller.struct('section', sectionHeaderCodec)
    if (header === undefined) return false
    const section = this.#identify(header, offset)
    this.latest = section
    this.context.options.listener?.section?.(section)
    this.context.judge.seeSection(section, this.context.machine, window.offset)
    if (!(yield* this.#body(section))) return false
    yield* this.#footer(section)
    if (teller.tellsAll) this.context.sections.add(section, window.offset)
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
      if (identity === undefined && !this.context.isResumed) {
        this.context.note('qemu/start-missing', `Section ${sectionId} goes on and has not begun.`, offset)
      }
    } else {
      const before = this.#starts.get(sectionId)
      if (before !== undefined && !isSame(before, identity)) {
        const message = `Section ${sectionId} is of ${named(before)}, and of ${named(identity)}.`
        this.context.note('qemu/id-repeated', message, offset)
      }
      if (this.#starts.size < MOST_STARTS) this.#starts.set(sectionId, identity)
    }
    // A stream that goes on after a failure of postcopy has nothing but RAM.
    const name = identity?.name ?? (this.context.isResumed ? 'ram' : '')
    const { instanceId, version } = identity ?? {}
    return { kind, sectionId, name, instanceId, version, offset, element: this.context.element }
  }

  *#body(section: QemuSection): Generator<number, boolean, undefined> {
    const { teller } = this.context
    const { kind, name } = section
    if (kind !== 'FULL' && name === 'ram') {
      const { ram = {} } = this.context.options
      ram.section?.(kind, section.offset, this.context.ram.pageSize)
      return yield* new RamBody(teller, this.context.ram, ram, this.context.judge.ram).read()
    }
    if (kind !== 'FULL' && name === 'dirty-bitmap')
      return yield* bitmapBody(teller, this.context.bitmaps, this.context.options.listener?.bitmapChunk)
    const length = this.#describedLength(section)
    if (isVfioSection(name)) {
      const device = this.context.vfio.of(section, teller.window.offset)
      if (device === undefined) return false
      return yield* vfioBody(teller, device, length, hearVfio(section, this.context.options.listener))
    }
    const known = kind === 'FULL' ? undefined : yield* knownLength(teller.window, name)
    return yield* this.#device(section, length ?? known)
  }

  /** Length of a body by the description, where that is known ahead. */
  #describedLength(section: QemuSection): number | undefined {
    if (section.kind !== 'FULL') return undefined
    const place = this.#fulls++
    if (this.places.size < MOST_STARTS) this.places.set(section.element, place)
    return this.#lengthAt(place, section)
  }

  #lengthAt(place: number, { name, instanceId }: QemuSection): number | undefined {
    const device = this.context.description?.description.devices[place]
    if (device === undefined || device.name !== name || device.instanceId !== instanceId) return undefined
    return sizeOf(device)
  }

  /**
   * The same, where the input cannot be looked at ahead and sections have no footers: the rest of it was read when a footer
   * was looked for, and the description is the last of it.
   */
  #lateLength(section: QemuSection): number | undefined {
    const { context } = this
    const { window } = context.teller
    const place = this.places.get(section.element)
    if (this.#hasFooters !== false || !window.isOver || context.description !== undefined || place === undefined) {
      return undefined
    }
    const found = descriptionAhead(aheadOf(window.peek(window.available)))
    if (found === undefined) return undefined
    context.description = { ...found, offset: window.offset + found.offset }
    return this.#lengthAt(place, section)
  }

  /** Takes a body that nothing here reads: its length comes from the description, or from the footer behind it. */
  *#device(section: QemuSection, described: number | undefined): Generator<number, boolean, undefined> {
    const { teller } = this.context
    const { window } = this.context.teller
    const length = (yield* this.#isFollowed(section, described))
      ? described
      : ((yield* findFooter(window, section.sectionId)) ?? this.#lateLength(section))
    // Where sections have footers and this one has none, the input ended before it.
    if (length === undefined && this.#hasFooters === true && this.context.missedAt === window.offset) return false
    if (length === undefined) {
      this.isEndUnknown = true
      const message = `Where the body of ${section.name || `section ${section.sectionId}`} ends cannot be told.`
      this.context.note('qemu/body-not-delimited', message, section.offset)
      return false
    }
    const { listener } = this.context.options
    if (section.kind === 'FULL' && this.context.devices.fits(length)) {
      const { offset } = window
      const bytes = window.take(length)
      listener?.body?.(section, bytes)
      teller.derived('device', this.context.devices.hold(section, bytes, offset))
      return true
    }
    if (section.kind === 'FULL') this.context.devices.refuse(section, length, teller.report)
    return yield* teller.run('body', length, (bytes) => listener?.body?.(section, bytes))
  }

  /** Whether a body of the described length is here, with its footer behind it where sections have footers. */
  *#isFollowed({ sectionId }: QemuSection, length: number | undefined): Generator<number, boolean, undefined> {
    if (length === undefined || length > LONGEST_BODY) return false
    const { window } = this.context.teller
    const needed = length + (this.#hasFooters === false ? 0 : FOOTER)
    if (!(yield* waitFor(window, needed))) return this.#hasFooters === false && window.available >= length
    if (this.#hasFooters === false) return true
    const at = window.position + length
    return window.bytes[at] === ELEMENT.FOOTER && window.view.getUint32(at + 1) === sectionId
  }

  *#footer({ sectionId, name, offset }: QemuSection): Parse {
    const { window } = this.context.teller
    const isHere = yield* waitFor(window, FOOTER)
    // Where the input is cut, that it ends is said next.
    if (window.available === 0) return
    if (!isHere && (this.#hasFooters === true || this.context.next() === 'FOOTER')) return
    if (!isHere || this.context.next() !== 'FOOTER') {
      if (this.#hasFooters === true) this.context.note('qemu/footer-missing', `${name} has no footer.`, offset)
      else if (this.#hasFooters === undefined) this.context.note('qemu/no-footers', 'Sections have no footers.')
      this.#hasFooters ??= false
      return
    }
    this.#hasFooters = true
    const footer = yield* this.context.teller.struct('footer', sectionFooterCodec)
    if (footer === undefined || footer.sectionId === sectionId) return
    const message = `The footer of section ${sectionId} (${name}) names section ${footer.sectionId}.`
    this.context.note('qemu/footer-mismatch', message, window.offset - FOOTER)
  }

  /** Sections of a package end where it ends. */
  #checkPackage({ offset, name }: QemuSection): void {
    const end = this.context.packageEnd
    if (end === undefined || this.context.teller.window.offset < end) return
    this.context.packageEnd = undefined
    this.context.judge.seePackageEnd()
    if (this.context.teller.window.offset === end) return
    const message = `${name} begins inside of a package that ends at ${hexOffset(end)}, and ends behind it.`
    if (offset < end) this.context.note('qemu/packaged-overrun', message, offset)
  }
}
