import type { ReadEvent, ValueEvent } from '../layout/index.ts'
import { isVfioSection } from '../qemu/index.ts'
import { MigrationStreamWriter, type RecordInput, type WriterOptions } from '../stream/index.ts'
import { deviceRecords } from './emulated-records.ts'
import { MemoryRecords } from './memory-records.ts'
import { type Chunks, type QemuFact, type QemuSourceOptions, qemuFacts } from './qemu-facts.ts'
import { VfioRecords } from './vfio-records.ts'

/** What a QEMU stream is packed with. */
export interface QemuPackOptions extends QemuSourceOptions {
  /** What the stream comes from, for the note about it. */
  readonly origin?: string
  /** Whether emulated PCI devices become devices, too. */
  readonly allDevices?: boolean
}

/**
 * The records that a QEMU stream becomes: guest memory in the order in which it was sent, and VFIO devices behind it.
 *
 * A device is told of when the stream has said who it is, which is near its end; until then its state is held. Of states
 * of more than 16 MiB together the first that is too long follows the pages it came between, and its device record has no
 * IDs.
 *
 * @throws DecodeError where it is no QEMU stream, ConversionError where pages stand elsewhere
 */
export async function* qemuRecords(chunks: Chunks, options: QemuPackOptions = {}): AsyncGenerator<RecordInput> {
  const stream = new QemuRecords(options)
  for await (const fact of qemuFacts(chunks, options)) yield* stream.take(fact)
  yield* stream.end()
}

/** The migration stream that a QEMU stream becomes, piece by piece. @throws as `qemuRecords` */
export async function* packQemu(
  chunks: Chunks,
  { uuid, index, ...options }: QemuPackOptions & WriterOptions,
): AsyncGenerator<Uint8Array> {
  const writer = new MigrationStreamWriter({ uuid, ...(index === undefined ? {} : { index }) })
  yield writer.begin()
  for await (const record of qemuRecords(chunks, options)) yield* writer.record(record)
  yield* writer.end()
}

class QemuRecords {
  readonly #memory = new MemoryRecords()
  #devices = 0
  readonly #vfio = new VfioRecords(() => this.#devices++)
  #section = { sectionId: 0, kind: '' }
  #machine = ''
  #hasNote = false

  constructor(private readonly options: QemuPackOptions) {}

  *take(fact: QemuFact): Generator<RecordInput> {
    if (fact.kind === 'device') {
      if (this.options.allDevices === true) yield* deviceRecords(fact.device, () => this.#devices++)
    } else if (fact.kind === 'state') yield* this.#vfio.data(fact, fact.sectionId)
    else if (fact.kind !== 'event') {
      yield* this.#note()
      yield* this.#memory.take(fact)
    } else if (fact.event.kind === 'value') yield* this.#value(fact.event)
    else if (fact.event.kind === 'bytes' && isState(fact.event)) {
      yield* this.#note()
      yield* this.#vfio.data(fact.event, this.#section.sectionId)
    }
  }

  *end(): Generator<RecordInput> {
    yield* this.#note()
  }

  *#value(event: ValueEvent): Generator<RecordInput> {
    const [root, , part, , last] = event.path
    const value = event.value as Readonly<Record<string, unknown>>
    if (root === 'configuration') this.#machine = `${value.machine}`
    else if (root === 'vfio') {
      yield* this.#note()
      yield* this.#vfio.device(event)
    } else if (root === 'elements' && part === 'section') this.#begin(value)
    else if (root === 'elements' && part === 'vfio' && last === 'record') {
      const { sectionId, kind } = this.#section
      this.#vfio.record(sectionId, kind, `${value.tag}`, value.size as bigint | undefined)
    }
  }

  #begin({ sectionId, kind, name }: Readonly<Record<string, unknown>>): void {
    this.#section = { sectionId: sectionId as number, kind: `${kind}` }
    if (typeof name === 'string' && isVfioSection(name)) this.#vfio.begin(sectionId as number, name)
  }

  /** Says once where all of this comes from; it is known before the first section. */
  *#note(): Generator<RecordInput> {
    if (this.#hasNote) return
    this.#hasNote = true
    const { origin = 'a stream' } = this.options
    const machine = this.#machine === '' ? 'an unknown machine type' : `machine type ${this.#machine}`
    const note = `Packed from ${origin}: a migration stream of QEMU, ${machine}. Where it does not say at which address a RAM block lies, its region stands behind the one before.`
    yield { type: 'note', payload: { note: note.replace(/[^\0-\xff]/g, '?') } }
  }
}

const isState = ({ path }: ReadEvent) => path[2] === 'vfio' && path.at(-1) === 'data'
