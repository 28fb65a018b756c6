import type { QemuSection, SectionKind } from '../section.ts'
import type { Teller } from '../teller.ts'
import { qemuStreamCodes } from './codes.ts'

/** A section as the list of sections has it. */
export interface ListedSection {
  readonly kind: SectionKind
  readonly sectionId: number
  readonly name: string
  readonly instanceId?: number
  readonly version?: number
  readonly offset: number
  /** Bytes with header and footer. */
  readonly size: number
}

/** Entries of lists for readers: more than the migrations that were seen have, so few that memory does not follow the stream. */
export const MOST_LISTED = 2 ** 16

/** The list of sections, as scripts want it: what stands in the elements of the stream, without their content. */
export class SectionList {
  readonly #sections: ListedSection[] = []
  #left = 0

  add({ kind, sectionId, name, instanceId, version, offset }: QemuSection, end: number): void {
    if (this.#sections.length === MOST_LISTED) {
      this.#left += 1
      return
    }
    this.#sections.push({
      ...{ kind, sectionId, name },
      ...(instanceId === undefined ? {} : { instanceId }),
      ...(version === undefined ? {} : { version }),
      ...{ offset, size: end - offset },
    })
  }

  tell(teller: Teller): void {
    teller.begin('sections', 'list')
    for (const [index, section] of this.#sections.entries()) {
      teller.elsewhere(index, { value: () => section, json: () => ({ ...section }), fields: () => [] })
    }
    teller.end()
    if (this.#left === 0) return
    const message = `${this.#left} more sections are among the elements.`
    const place = { offset: teller.window.offset, length: 0, path: ['sections'] }
    teller.report(qemuStreamCodes.finding('qemu/not-all-listed', message, place))
  }
}
