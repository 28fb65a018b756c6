import type { Path } from '../../findings/index.ts'
import { isOpaque } from '../../layout/index.ts'
import { QAT_SECTION_HEADER } from './state.layout.ts'

/** What sections of all levels have. */
interface QatSection {
  readonly id: string
  /** Bytes that follow the header of the section, as stated. */
  readonly size: number
  readonly subSections: number
  readonly state: unknown
}

/** A section, its name as the driver reads it, and where it lies. */
export interface PlacedSection extends QatSection {
  readonly offset: number
  /** Bytes that there are, its header included. */
  readonly length: number
  readonly path: Path
  readonly inner: readonly PlacedSection[]
}

/**
 * Sections with their places; none of a list that is damaged.
 *
 * @param offset of the first section
 * @param end of what they stand in
 */
export function placeSections(sections: unknown, offset: number, end: number, path: Path): PlacedSection[] {
  if (isOpaque(sections) || !Array.isArray(sections)) return []
  let at = offset
  return (sections as readonly QatSection[]).map((section, index) => {
    const content = at + QAT_SECTION_HEADER
    const length = QAT_SECTION_HEADER + Math.min(section.size, end - content)
    const own = [...path, index]
    const inner = section.subSections === 0 ? [] : placeSections(section.state, content, at + length, [...own, 'state'])
    const placed = { ...section, id: nameOf(section.id), offset: at, length, path: own, inner }
    at += length
    return placed
  })
}

/** The driver compares names up to their first NUL. */
function nameOf(id: string): string {
  const end = id.indexOf('\0')
  return end < 0 ? id : id.slice(0, end)
}

/** What the driver has to find in each image: sections and their sub-sections. */
export const SETUP_SECTIONS: Readonly<Record<string, readonly string[]>> = { CONFIG: ['gencap', 'svcmap', 'extdc'] }
export const IMAGE_SECTIONS: Readonly<Record<string, readonly string[]>> = {
  GENER: ['iovinit', 'compver', 'sla'],
  MISCBAR: ['vimsk', 'vimpv', 'pf2vm', 'vm2pf'],
  // Devices of the fourth generation have four banks a VF.
  ETRBAR: ['bnk0', 'bnk1', 'bnk2', 'bnk3'],
}
const BANK_SECTION = 'mregs'
const BANK = /^bnk[0-9a-f]$/

export const isBank = ({ id }: QatSection) => BANK.test(id)

/** The first of a name, as the driver finds it. */
export function findSection(sections: readonly PlacedSection[], id: string): PlacedSection | undefined {
  return sections.find((section) => section.id === id)
}

/** Names that are missing, those of sub-sections behind that of their section: `GENER.sla`. */
export function missingSections(
  sections: readonly PlacedSection[],
  required: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.entries(required).flatMap(([id, inner]) => {
    const found = findSection(sections, id)
    if (found === undefined) return [id]
    const below = inner.filter((name) => findSection(found.inner, name) === undefined)
    const banks = found.inner.filter(
      (section) => isBank(section) && findSection(section.inner, BANK_SECTION) === undefined,
    )
    return [...below.map((name) => `${id}.${name}`), ...banks.map((bank) => `${id}.${bank.id}.${BANK_SECTION}`)]
  })
}
