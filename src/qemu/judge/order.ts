import type { Report } from '../../findings/index.ts'
import { isVfioSection, type QemuSection, type SectionKind } from '../section.ts'
import { type OrderCode, orderCodes } from './order-codes.ts'
import type { Progress } from './progress.ts'

/** Sections that are kept at most; the order of others is not judged. */
const MOST_KEPT = 65536

/** Judges in which order the sections of a stream come. VFIO devices have rules of their own for their sections. */
export class SectionOrder {
  /** Kinds that there were, by ID, name and instance: devices of QEMU 7.2 may share name and instance, as those of isa-ide do. */
  readonly #seen = new Map<string, Set<SectionKind>>()
  /** Sections that have begun and not ended, by their ID. */
  readonly #open = new Map<number, QemuSection>()
  readonly #ended = new Set<number>()
  /** Whether sections are past the setup: a PART or END has come. */
  #iterates = false
  /** The first state of a device behind the setup, outside of postcopy. */
  #early: QemuSection | undefined
  #hasRam = false

  constructor(
    private readonly report: Report,
    private readonly progress: Progress,
  ) {}

  /** Whether a section has come to its end. */
  get hasEnded(): boolean {
    return this.#ended.size > 0
  }

  /** PARTs that hold nothing were passed over. */
  passed(): void {
    this.#iterates = true
  }

  /** A section begins; `end` is where its header ends. */
  section(section: QemuSection, end: number): void {
    const { kind, sectionId, name } = section
    if (name === 'ram') this.#hasRam = true
    if (kind === 'START' || kind === 'FULL') this.#begins(section, end)
    else this.#goesOn(section, end)
    if (kind === 'START' && this.#open.size < MOST_KEPT) this.#open.set(sectionId, section)
    if (kind !== 'END') return
    this.#open.delete(sectionId)
    if (this.#ended.size < MOST_KEPT) this.#ended.add(sectionId)
  }

  #begins(section: QemuSection, end: number): void {
    const { kind, sectionId, name, instanceId } = section
    const { usesColo, usesPostcopy } = this.progress
    if (kind === 'FULL' && this.#iterates && !usesPostcopy) this.#early ??= section
    const key = `${sectionId}\0${instanceId}\0${name}`
    const kinds = this.#seen.get(key)
    if (kinds === undefined) {
      if (this.#seen.size < MOST_KEPT) this.#seen.set(key, new Set([kind]))
    } else if (kinds.has(kind) && !usesColo && !isVfioSection(name)) {
      this.#say('qemu/section-repeated', `A second ${kind} of ${name} (instance ${instanceId}) comes.`, section, end)
    } else kinds.add(kind)
  }

  #goesOn(section: QemuSection, end: number): void {
    const { kind, sectionId, name } = section
    this.#iterates = true
    const { usesColo, usesPostcopy } = this.progress
    if (usesColo) return
    if (this.#ended.has(sectionId) && !isVfioSection(name)) {
      if (kind === 'END') this.#say('qemu/section-repeated', `A second END of ${name} comes.`, section, end)
      else this.#say('qemu/part-after-end', `A PART of ${name} comes after its END.`, section, end)
    }
    const early = this.#early
    if (kind !== 'END' || early === undefined || usesPostcopy) return
    // Told once.
    this.#early = undefined
    const message = `${early.name} (element ${early.element}) stands before the END of ${name || `section ${sectionId}`}.`
    this.#say('qemu/state-before-end', message, section, end)
  }

  /** The end mark stands where a package goes on. */
  endInPackage(packageEnd: number, element: number, offset: number): void {
    const message = `The package goes on for ${packageEnd - offset - 1} bytes behind the end mark.`
    const place = { offset, length: 1, path: ['elements', element] }
    this.report(orderCodes.finding('qemu/end-in-package', message, place))
  }

  /** The stream has come to its end mark at an offset. */
  finish(offset: number): void {
    const { isResumed, usesColo } = this.progress
    if (isResumed || usesColo) return
    for (const section of this.#open.values()) {
      // Of VFIO devices their own rules say it. A background snapshot has no END of RAM.
      if (section.name === 'ram' || isVfioSection(section.name)) continue
      const message = `${section.name} (section ${section.sectionId}) begins and does not end.`
      this.#say('qemu/section-not-ended', message, section, section.offset)
    }
    if (this.#hasRam) return
    const place = { offset, length: 0, path: ['elements'] }
    this.report(orderCodes.finding('qemu/no-ram', 'No section is of guest memory.', place))
  }

  #say(code: OrderCode, message: string, { offset, element }: QemuSection, end: number): void {
    this.report(orderCodes.finding(code, message, { offset, length: end - offset, path: ['elements', element] }))
  }
}
