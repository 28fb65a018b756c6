import { defineCodes, type Finding } from '../findings/index.ts'
import * as generated from '../generated/vfio/iommu-info.js'
import { codec, isOpaque, type Value } from '../layout/index.ts'
import { CAPABILITY_HEADER_SIZE } from './capability-header.layout.ts'
import { type Info, type InfoSpec, infoFormat } from './info/index.ts'
import { dmaAvailable, iommuInfoHead, iommuMigration, iovaRanges } from './iommu-info.layout.ts'

export const iommuInfoHeadCodec = codec(iommuInfoHead, generated.iommuInfoHead)
export const iovaRangesCodec = codec(iovaRanges, generated.iovaRanges)
export const iommuMigrationCodec = codec(iommuMigration, generated.iommuMigration)
export const dmaAvailableCodec = codec(dmaAvailable, generated.dmaAvailable)

/** Content of an IOMMU's capability. */
export type IommuCapabilityBody = Value<typeof iovaRanges> | Value<typeof iommuMigration> | Value<typeof dmaAvailable>

/** What VFIO_IOMMU_GET_INFO answers of a type 1 IOMMU. */
export type IommuInfo = Info<Value<typeof iommuInfoHead>, IommuCapabilityBody>

export const iommuCodes = defineCodes({
  'vfio/iova-range-reversed': {
    severity: 'error',
    title: 'a range of addresses ends before it starts',
    explanation: 'Both ends are included. A user that maps by such a list finds no place, or maps where it must not.',
    source: 'linux/vfio.h struct vfio_iova_range',
  },
  'vfio/iova-range-order': {
    severity: 'info',
    title: 'ranges of addresses overlap or are out of order',
    explanation: 'The kernel lists them in order and apart. Another program made the list, or it is damaged.',
    source: 'drivers/vfio/vfio_iommu_type1.c vfio_iommu_iova_build_caps',
  },
})

export const iommuInfoSpec: InfoSpec<typeof iommuInfoHead, IommuCapabilityBody> = {
  name: 'vfio-iommu-info',
  title: 'VFIO IOMMU information with its capabilities',
  head: iommuInfoHeadCodec,
  least: 16,
  capOffsetAt: 16,
  bodies: { 1: iovaRangesCodec, 2: iommuMigrationCodec, 3: dmaAvailableCodec },
  codes: iommuCodes.entries,
  judge: judgeRanges,
}

/** Bytes of the capability before its ranges, and of a range. */
const [RANGES_AT, RANGE_SIZE] = [CAPABILITY_HEADER_SIZE + 8, 16]

function judgeRanges({ capabilities }: IommuInfo, report: (finding: Finding) => void): void {
  for (const [index, { offset, body }] of capabilities.entries()) {
    if (isOpaque(body) || !('iovaRanges' in body)) continue
    let last = -1n
    for (const [at, { start, end }] of body.iovaRanges.entries()) {
      const path = ['capabilities', index, 'body', 'iovaRanges', at]
      const place = { offset: offset + RANGES_AT + at * RANGE_SIZE, length: RANGE_SIZE, path }
      const range = `The range from 0x${start.toString(16)} to 0x${end.toString(16)}`
      if (end < start) report(iommuCodes.finding('vfio/iova-range-reversed', `${range} ends before it starts.`, place))
      else if (start <= last) {
        report(iommuCodes.finding('vfio/iova-range-order', `${range} starts before the one in front ends.`, place))
      }
      last = end
    }
  }
}

export const iommuInfoFormat = infoFormat(iommuInfoSpec)
