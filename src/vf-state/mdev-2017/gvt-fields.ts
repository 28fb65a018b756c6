import { type DerivedSpace, type Located, movedFields, runField } from '../../layout/index.ts'
import { configSpaceFields } from '../../pci/index.ts'
import { bodyPlace, type GvtReading, gvtSectionCodec, type PlacedSection } from './gvt-read.ts'
import { configSpaceName } from './gvt-rules.ts'

/** Every field of an image with the bytes it came from, those of configuration space included. */
export function gvtImageFields(reading: GvtReading): Located[] {
  const { bytes, sections, end } = reading
  const fields = sections.flatMap((section, index) => {
    return movedFields(sectionFields(reading, section), section.offset, ['sections', index])
  })
  if (end < bytes.length) {
    const value = bytes.subarray(end)
    fields.push(runField(['trailing'], end, value))
  }
  return fields
}

function sectionFields({ bytes, parameters }: GvtReading, section: PlacedSection): Located[] {
  const { offset, length, configSpace } = section
  const fields = gvtSectionCodec.fields(bytes.subarray(offset, offset + length), { parameters })
  if (configSpace === undefined) return fields
  const head = fields.filter(({ path }) => path[0] !== 'body')
  return [...head, ...movedFields(configSpaceFields(configSpace), bodyPlace(section).offset - offset, ['body'])]
}

/** Where configuration spaces lie in an image. */
export function gvtImageSpaces({ sections }: GvtReading): DerivedSpace[] {
  return sections.flatMap((section, index) => {
    if (section.configSpace === undefined) return []
    const { offset, length } = bodyPlace(section)
    const pieces = [{ offset: 0, length, parentOffset: offset }]
    return [{ name: configSpaceName(index), path: ['sections', index, 'body'], pieces }]
  })
}
