import type { Located, ReadEvent, ValueEvent } from '../layout/index.ts'
import type { HeldDevice } from '../qemu/index.ts'
import type { Content, MigrationPart } from '../stream/index.ts'
import { BitmapParts } from './bitmap-parts.ts'
import { describedDevice } from './described-fields.ts'
import { MemoryParts } from './memory-parts.ts'
import { PartFactory } from './part-factory.ts'
import { type Chunks, type QemuFact, type QemuSourceOptions, qemuFacts } from './qemu-facts.ts'
import { SectionDevices } from './section-devices.ts'
import { VfioParts } from './vfio-parts.ts'

/**
 * The parts of a QEMU stream, to be compared with those of another migration (`Migration.of`, `compareMigrations`): devices
 * by name and instance with their fields, guest memory by block, VFIO devices as in streams of our own.
 *
 * @throws DecodeError where it is no QEMU stream
 */
export async function* qemuParts(chunks: Chunks, options: QemuSourceOptions = {}): AsyncGenerator<MigrationPart> {
  const stream = new QemuParts()
  for await (const fact of qemuFacts(chunks, options)) yield* stream.take(fact)
  yield* stream.end()
}

/** Commands that are counted by name; QEMU has a dozen. */
const MOST_COMMANDS = 64

const REFUSED: Readonly<Record<string, string>> = {
  machine: 'QEMU refuses the stream of another machine type.',
  bits: 'QEMU refuses the stream of a machine with pages of another size.',
  uuid: 'QEMU refuses the stream of another machine (x-validate-uuid).',
  name: 'QEMU refuses a stream whose capabilities are not its own.',
}

class QemuParts {
  readonly #parts = new PartFactory()
  readonly #devices = new SectionDevices(this.#parts)
  readonly #memory = new MemoryParts(this.#parts)
  readonly #vfio = new VfioParts(this.#parts)
  readonly #bitmaps = new BitmapParts(this.#parts)
  readonly #commands = new Map<string, number>()
  /** Section that events are of. */
  #section = 0
  /** Bytes that nothing reads, while they come in. */
  #run: number | undefined;

  *take(fact: QemuFact): Generator<MigrationPart> {
    if (fact.kind === 'device') yield* this.#device(fact.device)
    else if (fact.kind === 'state') yield* this.#vfio.data(fact, fact.sectionId, this.#devices.of(fact.sectionId))
    else if (fact.kind !== 'event') yield* this.#memory.take(fact)
    else yield* this.#event(fact.event)
  }

  *end(): Generator<MigrationPart> {
    yield* this.#bitmaps.end()
    yield* this.#memory.end()
    if (this.#commands.size === 0) return
    const text = Array.from(this.#commands, ([name, count]) => (count === 1 ? name : `${name} (${count} times)`))
    yield { kind: 'remark', about: 'Commands', text: text.join(', ') }
  }

  *#event(event: ReadEvent): Generator<MigrationPart> {
    const { path } = event
    const [root, , part] = path
    if (event.kind === 'finding') {
      if (event.finding.severity === 'error') yield { kind: 'damage' }
    } else if (event.kind === 'value') {
      if (root === 'elements') yield* this.#element(event)
      else if (root === 'vfio') yield* this.#vfio.device(event, this.#devices.of((event.value as HasSection).sectionId))
      else if (root === 'header' || root === 'configuration' || root === 'configurationParts') yield* this.#head(event)
    } else if (event.kind === 'bytes') {
      if (path.at(-1) === 'data' && part === 'vfio') {
        yield* this.#vfio.data(event, this.#section, this.#devices.of(this.#section))
      } else if (this.#run !== undefined) {
        yield { kind: 'bytes', id: this.#run, bytes: event.bytes, offset: event.offset }
      }
    } else if (isRun(event)) yield* event.kind === 'begin' ? this.#begin(event) : this.#close()
  }

  *#element(event: ValueEvent): Generator<MigrationPart> {
    const [, , part] = event.path
    if (part === 'section') {
      this.#section = (event.value as HasSection).sectionId
      yield* this.#devices.begin(event)
    } else if (part === 'ram' && event.path.at(-1) === 'entry') yield* this.#memory.entry(event)
    else if (part === 'bitmaps') yield* this.#bitmaps.chunk(event)
    else if (part === 'command') {
      const name = `${(event.value as { readonly command: unknown }).command}`
      if (this.#commands.has(name) || this.#commands.size < MOST_COMMANDS) {
        this.#commands.set(name, 1 + (this.#commands.get(name) ?? 0))
      }
    }
  }

  /** What the stream says of itself and of its machine, without what carries it. */
  *#head(event: ValueEvent): Generator<MigrationPart> {
    const [root] = event.path
    const depth = root === 'configurationParts' ? 2 : 1
    const head = event
      .fields()
      .filter(isContent)
      .map((field): Located => {
        const refusal = REFUSED[`${field.path.at(-1)}`]
        const type = refusal === undefined ? field.type : field.type.agrees('equal', refusal)
        return { ...field, type, path: field.path.slice(depth) }
      })
    const name = root === 'configurationParts' ? (event.value as { readonly name: string }).name : ''
    const group = name.replace(/^configuration\//, '')
    const type = root === 'header' ? 'header' : 'configuration'
    yield* this.#parts.whole({ device: undefined, type, group, head, offset: event.offset })
  }

  *#device({ section, bytes, offset, description }: HeldDevice): Generator<MigrationPart> {
    const owner = this.#devices.named(section.name, section.instanceId)
    const whole = [{ bytes, offset }]
    if (description === undefined) {
      yield* this.#parts.whole({ ...owner, type: 'state', offset }, whole)
      return
    }
    const content: Content = { kind: 'fields', fields: (own) => [...describedDevice(own, description).fields] }
    yield* this.#parts.whole({ ...owner, type: 'state', content, offset }, whole)
    for (const { format, start, bytes: piece } of describedDevice(bytes, description).pieces) {
      const place = { type: PIECES[format], content: { kind: 'format', name: format, options: [] }, offset } as const
      yield* this.#parts.whole({ ...owner, ...place }, [{ bytes: piece, offset: offset + start }])
    }
  }

  *#begin(event: ReadEvent): Generator<MigrationPart> {
    const part = `${event.path.at(-1)}`
    const owner = part === 'body' ? this.#devices.of(this.#section) : { device: undefined }
    const begun = this.#parts.begin({ ...owner, type: part === 'body' ? 'state' : part, offset: event.offset })
    this.#run = begun.id
    yield begun.part
  }

  *#close(): Generator<MigrationPart> {
    if (this.#run !== undefined) yield { kind: 'end', id: this.#run }
    this.#run = undefined
  }
}

interface HasSection {
  readonly sectionId: number
}

/** Types of parts that emulated PCI devices have: they are not those of VFIO devices, whose config space vfio-pci compares. */
const PIECES = {
  'pci-config-space': 'pci-config',
  'msix-table': 'pci-msix-table',
  'msix-pba': 'pci-msix-pba',
} as const

/** Runs of bytes that are content and nothing else knows. */
const isRun = ({ path }: ReadEvent) =>
  path[0] === 'trailing' || (path.length === 3 && (path[2] === 'body' || path[2] === 'opaque'))

/** Magic numbers, lengths and markers say nothing of the content. */
const isContent = ({ path }: Located) =>
  !/^(magic|kind|marker|count|length|nameLength|machineLength)$/.test(`${path.at(-1)}`)
