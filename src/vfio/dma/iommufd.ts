import * as generated from '../../generated/vfio/dma/iommufd.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { judgeArgument } from '../argsz.ts'
import { infoCodes } from '../codes.ts'
import { dmaCodes } from './codes.ts'
import { hwptGetDirtyBitmap, hwptSetDirtyTracking } from './iommufd.layout.ts'
import { judgeRange, type SayDma } from './rules.ts'

export const hwptSetDirtyTrackingCodec = codec(hwptSetDirtyTracking, generated.hwptSetDirtyTracking)
export const hwptGetDirtyBitmapCodec = codec(hwptGetDirtyBitmap, generated.hwptGetDirtyBitmap)

export type HwptSetDirtyTracking = Value<typeof hwptSetDirtyTracking>
export type HwptGetDirtyBitmap = Value<typeof hwptGetDirtyBitmap>

const codes = { ...infoCodes.entries, ...dmaCodes.entries }
const [SET_SIZE, GET_SIZE] = [16, 48]

export const hwptSetDirtyTrackingFormat = structureFormat({
  codec: hwptSetDirtyTrackingCodec,
  codes,
  rule({ size, following }, report, locate) {
    judgeArgument({ argsz: size, following }, SET_SIZE, locate, report, 'size')
  },
})

export const hwptGetDirtyBitmapFormat = structureFormat({
  codec: hwptGetDirtyBitmapCodec,
  codes,
  rule({ size, following, iova, length, pageSize }, report, locate) {
    judgeArgument({ argsz: size, following }, GET_SIZE, locate, report, 'size')
    const say: SayDma = (code, message, path) => {
      const named = path.map((part) => (part === 'size' ? 'length' : part))
      report(dmaCodes.finding(code, message, { ...locate(named), path: named }))
    }
    judgeRange({ iova }, length, [], say)
    if (pageSize > 0n && (pageSize & (pageSize - 1n)) === 0n) return
    say('vfio/bitmap-page-size', `The page size ${pageSize} is no power of two.`, ['pageSize'])
  },
})
