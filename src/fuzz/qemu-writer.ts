import { joined, type StructType } from '../layout/index.ts'
import { ELEMENT, type QemuCommandName, STREAM_MAGIC, STREAM_VERSION } from '../qemu/elements.layout.ts'
import { type ConfigurationPartName, configurationPart, ramBlock } from '../qemu/frame.layout.ts'
import {
  commandCodec,
  configurationCodec,
  configurationPartCodec,
  descriptionHeaderCodec,
  endOfStreamCodec,
  ramBlockCodec,
  sectionFooterCodec,
  sectionHeaderCodec,
  streamHeaderCodec,
} from '../qemu/frame.ts'
import type { SectionKind } from '../qemu/section.ts'
import { makeValue } from './arbitrary.ts'
import type { Tape } from './tape.ts'

/** A device of which sections are written. */
export interface WrittenDevice {
  readonly sectionId: number
  readonly name: string
  readonly instanceId: number
}

/** A device as the description of a stream has it. */
export interface Described {
  readonly name: string
  readonly instance_id: number
  readonly [member: string]: unknown
}

/** PART and END have that of their START. */
const NO_IDENTITY = { nameLength: undefined, name: undefined, instanceId: undefined, version: undefined }

const CAPABILITIES = ['x-ignore-shared', 'mapped-ram'] as const

/** Writes the elements of a stream one after another, and keeps what those behind depend on. */
export class QemuWriter {
  ignoreShared = false
  mappedRam = false
  postcopyAdvised = false
  readonly #pieces: Uint8Array[] = []
  readonly #described: Described[] = []
  readonly #hasFooters: boolean
  #nextId = 0
  #length: number

  /** @param start offset of the stream in its file */
  constructor(
    private readonly tape: Tape,
    start: number,
  ) {
    this.#length = start
    this.#hasFooters = !tape.rarely(8)
  }

  /** Offset in the file of what is written next. */
  get offset(): number {
    return this.#length
  }

  bytes(): Uint8Array {
    return joined(this.#pieces)
  }

  add(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece)
      this.#length += piece.length
    }
  }

  header(): void {
    this.add(streamHeaderCodec.encode({ magic: STREAM_MAGIC, version: STREAM_VERSION }))
  }

  configuration(): void {
    const { tape } = this
    const machine = tape.pick(['pc-q35-10.0', 'virt', '', 'a "machine"'])
    this.add(configurationCodec.encode({ kind: ELEMENT.CONFIGURATION, machineLength: machine.length, machine }))
    // In the order in which QEMU has them.
    if (tape.rarely(4))
      this.#part('configuration/target-page-bits', { bits: tape.pick([12, 12, 16, 10, 0, tape.below(40)]) })
    if (tape.rarely(2)) this.#capabilities()
    if (tape.rarely(4)) {
      const uuid = configurationPart.fields.content.cases['configuration/uuid'.length] as StructType
      this.#part('configuration/uuid', makeValue(uuid, tape))
    }
  }

  /** A device that begins its sections. */
  device(name: string): WrittenDevice {
    const instanceId = this.tape.pick([0, 0, 1, 2 ** 32 - 1])
    return { sectionId: this.#nextId++, name, instanceId }
  }

  section(kind: SectionKind, device: WrittenDevice, write: () => void): void {
    const { sectionId, name, instanceId } = device
    const isNamed = kind === 'START' || kind === 'FULL'
    const version = this.tape.pick([1, 2, 4, 0])
    const identity = isNamed ? { nameLength: name.length, name, instanceId, version } : NO_IDENTITY
    this.add(sectionHeaderCodec.encode({ kind, sectionId, ...identity }))
    write()
    if (this.#hasFooters) this.add(sectionFooterCodec.encode({ marker: ELEMENT.FOOTER, sectionId }))
  }

  /** What the description at the end says of the next FULL section. */
  describe({ name, instanceId }: WrittenDevice, more: object): void {
    this.#described.push({ name, instance_id: instanceId, ...more })
  }

  command(command: QemuCommandName | number, content: object, length: number): void {
    this.add(commandCodec.encode({ kind: ELEMENT.COMMAND, command, length, content } as never))
  }

  /** An entry of the list of blocks, without the area that mapped-ram has behind it. */
  block(name: string, usedLength: bigint, more: object): Uint8Array {
    const parameters = {
      hugePages: Number('pageSize' in more),
      ignoreShared: Number(this.ignoreShared),
      mappedRam: Number(this.mappedRam),
    }
    const made = makeValue(ramBlock, this.tape, { parameters, damagedParts: false })
    return ramBlockCodec.encode({ ...made, nameLength: name.length, name, usedLength, ...more } as never, {
      parameters,
    })
  }

  /** End mark, and mostly the description of the devices. */
  end(): void {
    const { tape } = this
    this.add(endOfStreamCodec.encode({ kind: ELEMENT.EOF }))
    if (tape.rarely(4)) return
    const devices = tape.rarely(8) ? this.#described.slice(1) : this.#described
    const text = JSON.stringify({ ...(tape.rarely(4) ? {} : { page_size: 4096 }), devices })
    const json = new TextEncoder().encode(tape.rarely(16) ? text.slice(1) : text)
    this.add(descriptionHeaderCodec.encode({ kind: ELEMENT.VMDESCRIPTION, length: json.length }), json)
  }

  #capabilities(): void {
    const names = CAPABILITIES.filter(() => this.tape.rarely(2))
    this.ignoreShared = names.includes('x-ignore-shared')
    this.mappedRam = names.includes('mapped-ram')
    const capabilities = names.map((name) => ({ length: name.length, name }))
    this.#part('configuration/capabilities', { count: capabilities.length, capabilities })
  }

  #part(name: ConfigurationPartName, content: object): void {
    const head = { marker: ELEMENT.SUBSECTION, nameLength: name.length, name, version: 1 }
    this.add(configurationPartCodec.encode({ ...head, content } as never))
  }
}
