import type { Path, Place, Severity } from '../../findings/index.ts'
import { isOpaque } from '../../layout/index.ts'
import type { QatCode } from './codes.ts'
import { QAT_BANK_SIZE, QAT_LEAVES, QAT_SLA_SIZE } from './content.layout.ts'
import { QAT_MAGIC } from './magic.layout.ts'
import {
  IMAGE_SECTIONS,
  isBank,
  missingSections,
  type PlacedSection,
  placeSections,
  SETUP_SECTIONS,
} from './sections.ts'
import { QAT_PREAMBLE_SIZE, QAT_SECTION_HEADER, QAT_STATE_SIZE, QAT_VERSION } from './state.layout.ts'
import type { QatState } from './state.ts'

type Say = (code: QatCode, message: string, place: Place) => void
type Image = NonNullable<QatState['image']>

/** Offsets of fields in a preamble and in the header of a section. */
const VERSION_AT = 4
const LENGTH_AT = 8
const COUNT_AT = 10
const SIZE_AT = 12
const SECTION_SIZE_AT = 8
const SUB_SECTIONS_AT = 12

/** @param total bytes of the whole state */
export function judgeQatState({ setup, image, padding }: QatState, total: number, say: Say): void {
  const second = judgeImage(setup, { offset: 0, total, path: ['setup'] }, SETUP_SECTIONS, say)
  if (image !== undefined) judgeImage(image, { offset: second, total, path: ['image'] }, IMAGE_SECTIONS, say)
  const whole = { offset: 0, length: total, path: [] }
  if (image === undefined && padding.length === 0) {
    say('vf-state/qat-setup-only', `There are ${total} bytes and no second image.`, whole)
  } else if (total !== QAT_STATE_SIZE) {
    const weight = total > QAT_STATE_SIZE ? { severity: 'error' as const } : {}
    say('vf-state/qat-length', `There are ${total} bytes, not ${QAT_STATE_SIZE}.`, { ...whole, ...weight })
  }
  const last = padding.findLastIndex((byte) => byte !== 0)
  if (last >= 0) {
    const message = `Some of the ${padding.length} bytes behind the images are not zero.`
    const offset = total - padding.length
    say('vf-state/qat-padding', message, { offset, length: last + 1, path: ['padding'] })
  }
}

interface Spot {
  readonly offset: number
  /** Bytes of the whole state. */
  readonly total: number
  readonly path: Path
}

/** @returns where the image ends */
function judgeImage(image: Image, spot: Spot, required: Readonly<Record<string, readonly string[]>>, say: Say): number {
  const { offset, total, path } = spot
  const { magic, version, preambleLength, sectionCount, size, preambleRest, sections } = image
  const start = offset + QAT_PREAMBLE_SIZE + preambleRest.length
  const held = Math.min(size, total - start)
  const end = start + held
  const at = (field: number, length: number, name: string) => ({
    offset: offset + field,
    length,
    path: [...path, name],
  })
  if (magic !== QAT_MAGIC) {
    say('vf-state/qat-magic', `The magic is 0x${magic.toString(16)}.`, at(0, 4, 'magic'))
    return end
  }
  if (version > QAT_VERSION) {
    say('vf-state/qat-version', `The version is ${version}.`, at(VERSION_AT, 4, 'version'))
  }
  if (preambleLength !== QAT_PREAMBLE_SIZE) {
    const isSound = preambleLength === QAT_PREAMBLE_SIZE + preambleRest.length
    const weight = isSound ? { severity: 'warning' as const } : {}
    const place = { ...at(LENGTH_AT, 2, 'preambleLength'), ...weight }
    say('vf-state/qat-preamble-length', `The preamble has ${preambleLength} bytes.`, place)
  }
  if (size > held) {
    const message = `The sections have ${size} bytes, of which there are ${held}.`
    say('vf-state/qat-image-past-end', message, at(SIZE_AT, 4, 'size'))
  }
  if (isOpaque(sections)) return end
  const placed = placeSections(sections, start, end, [...path, 'sections'])
  if (placed.length !== sectionCount) {
    const message = `There are ${placed.length} sections, the preamble says ${sectionCount}.`
    say('vf-state/qat-section-count', message, at(COUNT_AT, 2, 'sectionCount'))
  }
  const within = { offset: start, length: held, path: [...path, 'sections'] }
  for (const name of missingSections(placed, required)) {
    say('vf-state/qat-missing-section', `The section ${name} is missing.`, within)
  }
  judgeSections(placed, say)
  return end
}

const LEAVES: ReadonlySet<string> = new Set(Object.values(QAT_LEAVES))
const LISTS: ReadonlySet<string> = new Set([...Object.keys(SETUP_SECTIONS), ...Object.keys(IMAGE_SECTIONS), 'EXTBAR'])
const MASKS: ReadonlySet<string> = new Set(['gencap', 'svcmap', 'extdc'])
const MOST_MASK = 8
const EXACT: Readonly<Record<string, number>> = { iovinit: 1, compver: 1, mregs: QAT_BANK_SIZE }
const REGISTER_SIZE = 4

function judgeSections(sections: readonly PlacedSection[], say: Say): void {
  const seen = new Set<string>()
  for (const section of sections) {
    const { id, size, subSections, state, offset, length, path, inner } = section
    const header = { offset, length: QAT_SECTION_HEADER, path }
    if (seen.has(id)) say('vf-state/qat-duplicate-section', `The section ${JSON.stringify(id)} is there again.`, header)
    seen.add(id)
    if (!LEAVES.has(id) && !LISTS.has(id) && !isBank(section)) {
      say('vf-state/qat-unknown-section', `The section is called ${JSON.stringify(id)}.`, header)
    }
    const held = length - QAT_SECTION_HEADER
    if (held < size) {
      const message = `The section ${JSON.stringify(id)} has ${size} bytes, of which ${held} are there.`
      say('vf-state/qat-section-past-end', message, {
        offset: offset + SECTION_SIZE_AT,
        length: 4,
        path: [...path, 'size'],
      })
    }
    if (isOpaque(state)) {
      if (subSections === 0) continue
      const message = `The ${subSections} sub-sections of ${JSON.stringify(id)} do not fit into its ${held} bytes.`
      say('vf-state/qat-section-past-end', message, {
        offset: offset + QAT_SECTION_HEADER,
        length: held,
        path: [...path, 'state'],
      })
    } else if (subSections > 0 && Array.isArray(state) && inner.length !== subSections) {
      const message = `There are ${inner.length} sub-sections in ${JSON.stringify(id)}, its header says ${subSections}.`
      const place = { offset: offset + SUB_SECTIONS_AT, length: 4, path: [...path, 'subSections'] }
      say('vf-state/qat-section-count', message, place)
    } else if (subSections === 0) judgeContent(section, say)
    judgeSections(inner, say)
  }
}

function judgeContent({ id, size, state, offset, length, path }: PlacedSection, say: Say): void {
  const place = { offset: offset + SECTION_SIZE_AT, length: 4, path: [...path, 'size'] }
  const wrong = (expected: string, severity?: Severity) => {
    const message = `The section ${id} has ${size} bytes, not ${expected}.`
    say('vf-state/qat-section-size', message, severity === undefined ? place : { ...place, severity })
  }
  if (!LEAVES.has(id)) return
  if (MASKS.has(id)) {
    if (size > MOST_MASK) wrong(`at most ${MOST_MASK}`)
  } else if (id === 'sla') {
    // The driver takes as many as there are, and leaves the rest.
    if (size % QAT_SLA_SIZE !== 0) wrong(`a multiple of ${QAT_SLA_SIZE}`, 'warning')
  } else if (size !== (EXACT[id] ?? REGISTER_SIZE)) wrong(String(EXACT[id] ?? REGISTER_SIZE))
  if (id === 'compver' && state === 0) {
    const content = {
      offset: offset + QAT_SECTION_HEADER,
      length: length - QAT_SECTION_HEADER,
      path: [...path, 'state'],
    }
    say('vf-state/qat-compat-unknown', 'The version is 0.', content)
  }
}
