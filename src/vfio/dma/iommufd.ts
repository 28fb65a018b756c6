import * as generated from '../../generated/vfio/dma/iommufd.js'
import { codec, leastSize, structureFormat, type Value } from '../../layout/index.ts'
import { judgeArgument } from '../argsz.ts'
import { infoCodes } from '../codes.ts'
import { isPowerOfTwo } from '../pages.ts'
import { dmaCodes } from './codes.ts'
import { hwptGetDirtyBitmap, hwptSetDirtyTracking } from './iommufd.layout.ts'
import { judgeRange, type SayDma } from './rules.ts'

export const hwptSetDirtyTrackingCodec = codec(hwptSetDirtyTracking, generated.hwptSetDirtyTracking)
export const hwptGetDirtyBitmapCodec = codec(hwptGetDirtyBitmap, generated.hwptGetDirtyBitmap)

export type HwptSetDirtyTracking = Value<typeof hwptSetDirtyTracking>
export type HwptGetDirtyBitmap = Value<typeof hwptGetDirtyBitmap>

const codes = { ...infoCodes.entries, ...dmaCodes.entries }

export const hwptSetDirtyTrackingFormat = structureFormat({
  codec: hwptSetDirtyTrackingCodec,
  codes,
  rule({ size, following }, report, locate) {
    judgeArgument({ argsz: size, following }, leastSize(hwptSetDirtyTracking), locate, report, 'size')
  },
})

export const hwptGetDirtyBitmapFormat = structureFormat({
  codec: hwptGetDirtyBitmapCodec,
  codes,
  rule({ size, following, iova, length, pageSize }, report, locate) {
    judgeArgument({ argsz: size, following }, leastSize(hwptGetDirtyBitmap), locate, report, 'size')
    const say: SayDma = (code, message, path) => {
      const named = path.map((part) => (part === 'size' ? 'length' : part))
      report(dmaCodes.finding(code, message, { ...locate(named), path: named }))
    }
    judgeRange({ iova }, length, [], say)
    if (isPowerOfTwo(pageSize)) return
    say('vfio/bitmap-page-size', `The page size ${pageSize} is no power of two.`, ['pageSize'])
  },
})
