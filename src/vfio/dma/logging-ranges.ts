import type { Path } from '../../findings/index.ts'
import * as generated from '../../generated/vfio/dma/logging-ranges.js'
import { codec, sayer, structureFormat, type Value } from '../../layout/index.ts'
import { featureCodes, judgeLoggedRange, judgeRangeCount, type SayLogging } from '../device-feature/index.ts'
import { dmaLoggingRanges } from './logging-ranges.layout.ts'

export const dmaLoggingRangesCodec = codec(dmaLoggingRanges, generated.dmaLoggingRanges)

export type DmaLoggingRanges = Value<typeof dmaLoggingRanges>

export const dmaLoggingRangesFormat = structureFormat({
  codec: dmaLoggingRangesCodec,
  codes: featureCodes.entries,
  rule({ ranges }, report, locate, { pageSize = 0 }) {
    const say = sayer(featureCodes, report, locate)
    const sayAt =
      (path: Path): SayLogging =>
      (code, message, severity) =>
        say(code, message, path, severity)
    judgeRangeCount(ranges.length, sayAt(['ranges']))
    for (const [index, range] of ranges.entries()) {
      judgeLoggedRange(range, BigInt(pageSize || 1), sayAt(['ranges', index]))
    }
    const sorted = ranges.map((range, index) => ({ ...range, index })).sort((a, b) => (a.iova < b.iova ? -1 : 1))
    for (const [at, { iova, index }] of sorted.entries()) {
      const before = sorted[at - 1]
      if (before === undefined || before.iova + before.length <= iova) continue
      const message = `Range ${index} starts inside range ${before.index}.`
      sayAt(['ranges', index])('vfio/logging-range-overlap', message)
    }
  },
})
