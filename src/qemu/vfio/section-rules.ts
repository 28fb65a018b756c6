import { counted, hexOffset, type Path, type Report } from '../../findings/index.ts'
import { SECTION_KINDS, type SectionKind } from '../section.ts'
import { VFIO_TAG_SIZE, type VfioTag } from './record.ts'
import { type VfioSectionCode, vfioSectionCodes } from './section-codes.ts'

/**
 * What follows a tag. `data`: a be64 length and so many bytes, then the next tag; `config`: a config state, then the next
 * tag; `tag`: the next tag; `end`: the body is over; `lost`: nothing that can be read.
 */
export type AfterTag = 'data' | 'config' | 'tag' | 'end' | 'lost'

/** What is known when the stream is over. */
export interface StreamFacts {
  /** Whether the stream came to its end: its EOF byte, or whatever says that no section is missing. */
  readonly isWhole: boolean
  /** Whether any device announced the end of its initial data, so that switchover-ack is on. */
  readonly usesSwitchoverAck: boolean
}

/** Sections in which QEMU writes a tag: of version 2, and with the config state in END that of 5.2. */
const HOMES: Readonly<Record<VfioTag, readonly SectionKind[]>> = {
  END_OF_STATE: SECTION_KINDS,
  DEV_SETUP_STATE: ['START'],
  DEV_DATA_STATE: ['PART', 'END'],
  DEV_INIT_DATA_SENT: ['PART'],
  DEV_CONFIG_STATE: ['FULL', 'END'],
  DEV_CONFIG_LOAD_READY: ['FULL'],
}

interface At {
  readonly offset: number
  readonly length: number
}

/**
 * Follows the sections of one VFIO device: says what stands behind each tag, and what is wrong with their order. Findings
 * have paths below that of the device; records are counted through all its sections.
 */
export class VfioSectionRules {
  /** Whether the device announced the end of its initial data. */
  announcedInitialData = false
  /** Whether, when the stream is over, the whole state of the device was in its sections. */
  hasWholeState = false
  readonly #report: Report
  readonly #below: Path
  #records = 0
  #kind: SectionKind = 'START'
  #section: At = { offset: 0, length: 0 }
  readonly #seen = new Set<SectionKind>()
  /** Whose END_OF_STATE is due. */
  #due: 'setup' | 'config' | undefined
  #chunks = 0
  readonly #bytes = { precopy: 0, stopped: 0 }
  #configIn: SectionKind | undefined
  #isReady = false
  #isFirstVersion = false

  constructor(report: Report, below: Path) {
    this.#report = report
    this.#below = below
  }

  /** A section of the device begins. @param header where its header lies */
  begin(kind: SectionKind, header: At): void {
    const problem = this.#orderProblem(kind)
    this.#kind = kind
    this.#section = header
    this.#due = undefined
    this.#chunks = 0
    // What is missing is told once.
    this.#seen.add('START').add(kind)
    if (problem !== undefined) this.#say('qemu/vfio-section-order', problem, header, [])
  }

  /** The next tag of the body. @param offset of its first byte in the file */
  tag(tag: VfioTag | bigint, offset: number): AfterTag {
    const record = this.#records
    this.#records += 1
    const say = (code: VfioSectionCode, message: string) =>
      this.#say(code, message, { offset, length: VFIO_TAG_SIZE }, ['records', record])
    const due = this.#due
    this.#due = undefined
    if (due !== undefined && tag !== 'END_OF_STATE') {
      const found = typeof tag === 'bigint' ? hexOffset(tag) : tag
      if (due === 'setup') say('qemu/vfio-setup-without-end', `${found} follows the setup.`)
      else say('qemu/vfio-config-without-end', `${found} follows the config state.`)
    }
    if (typeof tag === 'bigint') {
      if (due === undefined) say('qemu/vfio-unknown-tag', `The tag is ${hexOffset(tag)}.`)
      return 'lost'
    }
    if (!HOMES[tag].includes(this.#kind)) {
      say('qemu/vfio-tag-misplaced', `${tag} stands in a section of type ${this.#kind}.`)
    }
    return this.#step(tag, due, say)
  }

  /**
   * A data record is over.
   *
   * @param stated the length that it states
   * @param present bytes of it that were there
   */
  data(stated: bigint, present: number, at: At): void {
    this.#bytes[this.#kind === 'PART' ? 'precopy' : 'stopped'] += present
    const path = ['records', this.#records - 1]
    if (BigInt(present) < stated) {
      this.#say('qemu/vfio-data-cut', `${present} of ${stated} bytes are there.`, at, path)
    }
    if (stated === 0n) this.#sayFirstVersion('A data record is empty.', at, path)
  }

  /** The end of a config state was not found: what is behind its tag cannot be read. */
  configLost(at: At): void {
    this.#due = undefined
    const message = 'No layout of the config state that follows ends at END_OF_STATE.'
    this.#say('qemu/vfio-config-without-end', message, at, ['records', this.#records - 1])
  }

  /** No more sections come. */
  finish({ isWhole, usesSwitchoverAck }: StreamFacts): void {
    const say = (code: VfioSectionCode, message: string) => this.#say(code, message, this.#section, [])
    const { precopy, stopped } = this.#bytes
    this.hasWholeState = this.#seen.has('END') && (stopped > 0 || this.#configIn !== undefined)
    if (!this.#seen.has('END')) {
      say('qemu/vfio-not-switched-over', `After ${counted(precopy, 'byte')} of pre-copy data there is no END section.`)
      return
    }
    if (usesSwitchoverAck && !this.announcedInitialData && this.#seen.has('PART')) {
      say('qemu/vfio-precopy-ended-early', `${counted(precopy, 'byte')} came in pre-copy, without DEV_INIT_DATA_SENT.`)
    }
    if (this.#configIn === undefined) this.#judgeWithoutConfig(isWhole, say)
    else if (stopped === 0 && precopy === 0) say('qemu/vfio-no-state', 'No section has a byte of data.')
    else if (stopped === 0) {
      say('qemu/vfio-nothing-after-switchover', `All ${counted(precopy, 'byte')} came before the END section.`)
    }
  }

  #judgeWithoutConfig(isWhole: boolean, say: (code: VfioSectionCode, message: string) => void): void {
    const { stopped } = this.#bytes
    const hasFull = this.#seen.has('FULL')
    if (stopped === 0 && hasFull) {
      const ready = this.#isReady
        ? 'END has no data, FULL says that the config state may be loaded'
        : 'END and FULL are empty'
      say('qemu/vfio-state-elsewhere', `${ready}.`)
    } else if (this.#isReady) {
      say('qemu/vfio-load-ready-without-multifd', `END has ${counted(stopped, 'byte')} of data.`)
    } else if (hasFull || isWhole) {
      const message = hasFull ? 'The FULL section is empty' : 'There is no FULL section'
      say('qemu/vfio-config-missing', `${message}; END has ${counted(stopped, 'byte')} of data.`)
    }
  }

  #step(tag: VfioTag, due: 'setup' | 'config' | undefined, say: (code: VfioSectionCode, message: string) => void) {
    switch (tag) {
      case 'END_OF_STATE':
        // QEMU 5.2 goes on with data behind the config state.
        return due === 'config' && this.#kind === 'END' ? 'tag' : 'end'
      case 'DEV_SETUP_STATE':
        this.#due = 'setup'
        return 'tag'
      case 'DEV_DATA_STATE':
        this.#chunks += 1
        if (this.#kind === 'PART' && this.#chunks === 2) {
          say('qemu/vfio-several-chunks', 'A second data record follows in the same section.')
        }
        if (this.#configIn === 'FULL')
          say('qemu/vfio-data-after-config', 'DEV_DATA_STATE comes after DEV_CONFIG_STATE.')
        return 'data'
      case 'DEV_INIT_DATA_SENT':
        if (this.announcedInitialData) say('qemu/vfio-init-data-sent-again', 'DEV_INIT_DATA_SENT was sent before.')
        this.announcedInitialData = true
        return 'end'
      case 'DEV_CONFIG_STATE':
        this.#due = 'config'
        this.#configIn = this.#kind
        if (this.#kind === 'END') {
          const at = { ...this.#section, length: 0 }
          this.#sayFirstVersion('The config state stands in front of the data.', at, ['records', this.#records - 1])
        }
        return 'config'
      case 'DEV_CONFIG_LOAD_READY':
        this.#isReady = true
        return 'end'
    }
  }

  #orderProblem(kind: SectionKind): string | undefined {
    const seen = this.#seen
    if (kind !== 'PART' && seen.has(kind)) return `A second ${kind} section comes.`
    if (kind === 'PART' && seen.has('END')) return 'A PART section comes after END.'
    if (kind === 'FULL' && !seen.has('END')) return 'The FULL section comes before END.'
    if (kind !== 'START' && !seen.has('START')) return `A section of type ${kind} comes before START.`
    return undefined
  }

  #sayFirstVersion(message: string, at: At, path: Path): void {
    if (this.#isFirstVersion) return
    this.#isFirstVersion = true
    this.#say('qemu/vfio-migration-v1', message, at, path)
  }

  #say(code: VfioSectionCode, message: string, { offset, length }: At, path: Path): void {
    this.#report(vfioSectionCodes.finding(code, message, { offset, length, path: [...this.#below, ...path] }))
  }
}
