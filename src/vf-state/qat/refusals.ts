import type { Path } from '../../findings/index.ts'
import type { Refusal } from '../../layout/index.ts'
import {
  findSection,
  IMAGE_SECTIONS,
  isBank,
  missingSections,
  type PlacedSection,
  placeSections,
  SETUP_SECTIONS,
} from './sections.ts'
import type { QatState } from './state.ts'

const FILE = 'drivers/crypto/intel/qat/qat_common/adf_gen4_vf_mig.c'

/** Sections that the destination looks for and does not find, its banks, and rate limits that it cannot keep. */
export function qatRefusals(given: QatState, own: QatState): Refusal[] {
  const setup = sectionsOf(given.setup, ['setup'])
  const refusals = missing(setup, SETUP_SECTIONS, ['setup'], 'adf_gen4_vfmig_load_config')
  if (given.image === undefined) return refusals
  const sections = sectionsOf(given.image, ['image'])
  // The destination asks for its own banks, however many they are.
  const ownSections = own.image === undefined ? [] : sectionsOf(own.image, ['image'])
  const ownBanks = (findSection(ownSections, 'ETRBAR')?.inner ?? []).filter(isBank).map(({ id }) => id)
  const required = { ...IMAGE_SECTIONS, ...(ownBanks.length === 0 ? {} : { ETRBAR: ownBanks }) }
  refusals.push(...missing(sections, required, ['image'], 'adf_gen4_vfmig_load_state'))
  return [...refusals, ...unkeptLimits(sections, ownSections)]
}

function sectionsOf(image: QatState['setup'] | NonNullable<QatState['image']>, path: Path): PlacedSection[] {
  return placeSections(image.sections, 0, Number.POSITIVE_INFINITY, [...path, 'sections'])
}

function missing(
  sections: readonly PlacedSection[],
  required: Readonly<Record<string, readonly string[]>>,
  path: Path,
  loader: string,
): Refusal[] {
  return missingSections(sections, required).map((name) => {
    const message = `The destination driver refuses a state without the section ${name} (EINVAL): ${FILE}, ${loader}.`
    return { path: [...path, 'sections'], message }
  })
}

interface Limit {
  readonly service: string | number
  readonly ringPairs: bigint
  readonly cir: number
  readonly pir: number
}

/** Each limit of the source needs one of the destination for the same service and rings that allows as much. */
function unkeptLimits(given: readonly PlacedSection[], own: readonly PlacedSection[]): Refusal[] {
  const [found, theirs] = [given, own].map((sections) =>
    findSection(findSection(sections, 'GENER')?.inner ?? [], 'sla'),
  )
  if (found === undefined || theirs === undefined) return []
  return limitsOf(found).flatMap(({ service, ringPairs, cir, pir }, index) => {
    const match = limitsOf(theirs).find((limit) => limit.service === service && limit.ringPairs === ringPairs)
    if (match !== undefined && cir <= match.cir && pir <= match.pir) return []
    const reason =
      match === undefined
        ? 'a rate limit for a service and rings that it has none for'
        : 'a higher rate limit than its own'
    const message = `The destination driver refuses ${reason} (EINVAL): ${FILE}, adf_mstate_sla_check.`
    return [{ path: [...found.path, 'state', index], message }]
  })
}

function limitsOf({ state, subSections }: PlacedSection): readonly Limit[] {
  return subSections === 0 && Array.isArray(state) ? state : []
}
