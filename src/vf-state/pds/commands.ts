import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/pds/commands.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { ADDRESS_SPACE } from '../../vfio/index.ts'
import { pdsCommand, pdsCompletion, pdsDirtyRegion } from './commands.layout.ts'

export type PdsCommand = Value<typeof pdsCommand>
export type PdsCompletion = Value<typeof pdsCompletion>
export type PdsDirtyRegion = Value<typeof pdsDirtyRegion>

export const pdsCommandCodec = codec(pdsCommand, generated.pdsCommand)
export const pdsCompletionCodec = codec(pdsCompletion, generated.pdsCompletion)
export const pdsDirtyRegionCodec = codec(pdsDirtyRegion, generated.pdsDirtyRegion)

const SOURCE = pdsDirtyRegion.facts.source

const regionCodes = defineCodes({
  'vf-state/pds-region-range': {
    severity: 'error',
    title: 'a dirty region leaves the address space',
    explanation:
      'Its last page lies above 2^64: base, number of pages or page size are damaged, and pages would be lost.',
    source: SOURCE,
  },
  'vf-state/pds-region-misaligned': {
    severity: 'warning',
    title: 'a dirty region does not start at a page',
    explanation: 'Bits of the bitmap would stand for parts of two pages, and a page that is dirty could be missed.',
    source: SOURCE,
  },
  'vf-state/pds-region-empty': {
    severity: 'warning',
    title: 'a dirty region has no pages',
    explanation: 'Nothing in it is tracked: what the guest writes there is lost, unless another region covers it.',
    source: SOURCE,
  },
})

export const pdsCommandFormat = structureFormat({ codec: pdsCommandCodec })
export const pdsCompletionFormat = structureFormat({ codec: pdsCompletionCodec })

export const pdsDirtyRegionFormat = structureFormat({
  codec: pdsDirtyRegionCodec,
  codes: regionCodes.entries,
  rule({ dmaBase, pageCount, pageSizeLog2 }, report) {
    const say = (
      code: keyof typeof regionCodes.entries,
      message: string,
      name: string,
      offset: number,
      length: number,
    ) => report(regionCodes.finding(code, message, { offset, length, path: [name] }))
    const base = `0x${dmaBase.toString(16)}`
    const pages = `${pageCount} pages of 2^${pageSizeLog2} bytes`
    if (dmaBase + (BigInt(pageCount) << BigInt(pageSizeLog2)) > ADDRESS_SPACE) {
      say('vf-state/pds-region-range', `${pages} from ${base} on end above 2^64.`, 'pageCount', 8, 4)
    }
    if (dmaBase % (1n << BigInt(pageSizeLog2)) !== 0n) {
      say('vf-state/pds-region-misaligned', `${base} is no multiple of 2^${pageSizeLog2}.`, 'dmaBase', 0, 8)
    }
    if (pageCount === 0) say('vf-state/pds-region-empty', 'The number of pages is 0.', 'pageCount', 8, 4)
  },
})

/**
 * Dirty pages of a device, a bit each, lowest bit first: those of which the sequence bit, which the device turns round
 * when it writes, differs from the acknowledged one.
 *
 * @throws RangeError where the two have different lengths
 */
export function pdsDirtyPages(sequence: Uint8Array, acknowledged: Uint8Array): Uint8Array {
  if (sequence.length !== acknowledged.length) {
    throw new RangeError(`The bitmaps have ${sequence.length} and ${acknowledged.length} bytes; they should be equal.`)
  }
  return sequence.map((byte, at) => byte ^ (acknowledged[at] as number))
}
