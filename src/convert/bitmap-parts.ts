import type { BlockBitmapChunk } from '../dirty-bitmap/index.ts'
import type { ValueEvent } from '../layout/index.ts'
import type { MigrationPart } from '../stream/index.ts'
import type { PartFactory } from './part-factory.ts'

/** Bitmaps that are told apart; those of a machine are a handful. */
const MOST = 4096

/** The parts that dirty bitmaps of disks make: one for each node and bitmap, of all of its bits. */
export class BitmapParts {
  readonly #open = new Map<string, number>()
  #node = ''
  #bitmap = ''

  constructor(private readonly parts: PartFactory) {}

  /** A chunk; names that it leaves out are those of the one before. */
  *chunk(event: ValueEvent): Generator<MigrationPart> {
    const { node, bitmap, start, bits } = event.value as BlockBitmapChunk
    this.#node = node?.name ?? this.#node
    this.#bitmap = bitmap?.name ?? this.#bitmap
    const group = `${this.#node}/${this.#bitmap}`
    let id = this.#open.get(group)
    if (id === undefined && (start !== undefined || bits !== undefined)) {
      if (this.#open.size === MOST) return
      const head = event.fields().filter(({ path }) => path.includes('start'))
      const own = head.map((field) => ({ ...field, path: field.path.slice(field.path.indexOf('start')) }))
      const begun = this.parts.begin({ ...FACTS, group, head: own, offset: event.offset })
      yield begun.part
      id = begun.id
      this.#open.set(group, id)
    }
    // The buffer is the last of a chunk.
    const offset = event.offset + event.length - (bits?.buffer.length ?? 0)
    if (id !== undefined && bits !== undefined) yield { kind: 'bytes', id, bytes: bits.buffer, offset }
  }

  *end(): Generator<MigrationPart> {
    for (const id of this.#open.values()) yield { kind: 'end', id }
    this.#open.clear()
  }
}

const FACTS = { device: undefined, type: 'block-bitmap' } as const
