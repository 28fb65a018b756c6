import { atPath, EncodeError, type Path } from '../../findings/index.ts'
import { arrayOf, joined, recordOf, runOf } from '../../layout/index.ts'
import { type ConfigSpace, writeConfigSpace } from '../../pci/index.ts'
import { FIXED_SIZES } from './gvt-image.layout.ts'
import { type GvtImage, type GvtParameters, type GvtSection, gvtSectionCodec, HEADER_SIZE } from './gvt-read.ts'

/** @throws EncodeError for a value that has no encoding */
export function writeGvtImage(value: GvtImage, parameters: GvtParameters): Uint8Array {
  return joined(imageParts(value, parameters))
}

/** An image with what stands in front of it; what is refused has the path of the member `image`. @throws EncodeError */
export function writeImageAfter(head: Uint8Array, value: GvtImage, parameters: GvtParameters): Uint8Array {
  return joined([head, ...atPath(['image'], () => imageParts(value, parameters))])
}

function imageParts(value: GvtImage, parameters: GvtParameters): Uint8Array[] {
  const { trailing } = recordOf(value, [])
  const given = arrayOf(value.sections, ['sections'])
  const parts = given.map((section, index) => {
    const path = ['sections', index]
    const bytes = sectionBytes(section, path, parameters)
    const isLast = index === given.length - 1 && trailing === undefined
    const { size } = section as GvtSection
    if (bytes.length !== size + HEADER_SIZE && !isLast) {
      const facts = {
        expected: `${size} bytes, as only the last part may be cut`,
        found: `${bytes.length - HEADER_SIZE}`,
      }
      throw new EncodeError({ code: 'layout/length-mismatch', path: [...path, 'body'], ...facts })
    }
    return bytes
  })
  if (trailing !== undefined) parts.push(runOf(trailing, ['trailing']))
  return parts
}

function sectionBytes(given: unknown, path: Path, parameters: GvtParameters): Uint8Array {
  const section = withBytes(recordOf(given, path) as unknown as GvtSection, path)
  return atPath(path, () => gvtSectionCodec.encode(section as never, { parameters }))
}

/** A section as its description has it: configuration space as bytes. */
export function withBytes(section: GvtSection, path: Path): GvtSection {
  const { type, body } = section
  if (type !== 'CFG_SPACE' || !isConfigSpace(body)) return section
  const bytes = atPath([...path, 'body'], () => writeConfigSpace(body))
  if (bytes.length === FIXED_SIZES.CFG_SPACE) return { ...section, body: bytes }
  const facts = { expected: `${FIXED_SIZES.CFG_SPACE} bytes`, found: `${bytes.length} bytes` }
  throw new EncodeError({ code: 'layout/length-mismatch', path: [...path, 'body'], ...facts })
}

function isConfigSpace(body: unknown): body is ConfigSpace {
  return body !== null && typeof body === 'object' && 'header' in body
}
