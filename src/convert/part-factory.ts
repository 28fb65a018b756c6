import type { Located } from '../layout/index.ts'
import type { Content, MigrationPart } from '../stream/index.ts'
import type { StatePiece } from './pending-state.ts'

/** What a part is, besides its bytes. */
export interface PartFacts {
  readonly device: number | undefined
  readonly type: string
  readonly group?: string
  readonly pairing?: string
  readonly head?: readonly Located[]
  readonly content?: Content
  readonly needed?: string
  readonly offset: number
}

const OPAQUE: Content = { kind: 'opaque' }

/** Makes parts, each with a number of its own. */
export class PartFactory {
  #ids = 0;

  /** A part that is there as a whole. */
  *whole(facts: PartFacts, pieces: Iterable<StatePiece> = []): Generator<MigrationPart> {
    const id = this.#ids++
    yield { kind: 'begin', id, content: OPAQUE, ...facts }
    for (const piece of pieces) yield { kind: 'bytes', id, ...piece }
    yield { kind: 'end', id }
  }

  /** A part whose bytes come later; its number. */
  begin(facts: PartFacts): { readonly id: number; readonly part: MigrationPart } {
    const id = this.#ids++
    return { id, part: { kind: 'begin', id, content: OPAQUE, ...facts } }
  }
}
