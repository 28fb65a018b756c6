import type { Located, ValueEvent } from '../layout/index.ts'
import { u64be } from '../layout/index.ts'
import type { RamBlock } from '../qemu/index.ts'
import type { MigrationPart } from '../stream/index.ts'
import type { MemoryFact } from './page-runs.ts'
import type { PartFactory } from './part-factory.ts'

/** Bytes of a page that are compared at once, at most. */
const LARGEST_UNIT = 4096
/** Blocks of a stream are a handful; pages of more are not told apart. */
const MOST_REGIONS = 65536

const NEEDED = 'QEMU refuses the stream: the destination has no RAM block of this name.'
const LENGTH = 'QEMU refuses a RAM block of another length unless it may be resized, as those of /rom@ may.'
const JUDGED: Readonly<Record<string, Located['type']>> = {
  usedLength: u64be.asHex().agrees('equal', LENGTH),
  pageSize: u64be.agrees('equal', 'QEMU refuses a RAM block with pages of another size (postcopy).'),
  address: u64be.asHex().agrees('equal', 'QEMU refuses a shared RAM block that lies elsewhere (x-ignore-shared).'),
}

/** The parts that guest memory makes. */
export class MemoryParts {
  readonly #regions = new Map<string, number>()
  #unit = LARGEST_UNIT
  readonly #elsewhere = new Map<string, number>()

  constructor(private readonly parts: PartFactory) {}

  /** An entry in the list of blocks. */
  *entry(event: ValueEvent): Generator<MigrationPart> {
    const { name } = event.value as RamBlock
    const mayResize = name.startsWith('/rom@')
    const head = event.fields().flatMap((field): Located[] => {
      const member = `${field.path.at(-1)}`
      const type = member in JUDGED && !mayResize ? (JUDGED[member] as Located['type']) : field.type
      return member in JUDGED ? [{ ...field, type, path: [member] }] : []
    })
    yield* this.parts.whole({
      ...{ device: undefined, type: 'ram-block', group: name, needed: NEEDED, head },
      offset: event.offset,
    })
  }

  /** Pages of a block, or that there is one. */
  *take(fact: MemoryFact): Generator<MigrationPart> {
    if (fact.kind === 'elsewhere') {
      this.#elsewhere.set(fact.what, 1 + (this.#elsewhere.get(fact.what) ?? 0))
    } else if (fact.kind === 'block') {
      this.#unit = Math.min(LARGEST_UNIT, fact.pageSize)
      yield* this.#region(fact.block.name, fact.block.address)
    } else {
      if (!this.#regions.has(fact.block)) yield* this.#region(fact.block, undefined)
      const region = this.#regions.get(fact.block)
      if (region === undefined) return
      if (fact.kind === 'pages') yield { kind: 'pages', region, at: fact.at, bytes: fact.bytes }
      else yield { kind: 'fill', region, at: fact.at, length: fact.length, byte: fact.byte }
    }
  }

  *end(): Generator<MigrationPart> {
    if (this.#elsewhere.size === 0) return
    const text = Array.from(this.#elsewhere, ([what, count]) => `${count} ${what}`).join(', ')
    yield { kind: 'remark', about: 'Pages that are not compared', text }
  }

  *#region(name: string, address: bigint | undefined): Generator<MigrationPart> {
    if (this.#regions.has(name) || this.#regions.size === MOST_REGIONS) return
    const region = this.#regions.size
    this.#regions.set(name, region)
    yield { kind: 'region', region, name, base: address ?? 0n, unit: this.#unit }
  }
}
