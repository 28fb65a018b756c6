import * as generated from '../../generated/vfio/dma/dma.js'
import {
  type CodeEntries,
  codec,
  leastSize,
  type Rule,
  sayer,
  structureFormat,
  type Value,
} from '../../layout/index.ts'
import { judgeArgument, whole } from '../argsz.ts'
import { infoCodes } from '../codes.ts'
import { dmaCodes } from './codes.ts'
import { bitmap as bitmapLayout, dirtyBitmap, dirtyRange, dmaMap, dmaUnmap } from './dma.layout.ts'
import { judgeAligned, judgeBitmap, judgeRange, type SayDma } from './rules.ts'

export const dmaMapCodec = codec(dmaMap, generated.dmaMap)
export const dmaUnmapCodec = codec(dmaUnmap, generated.dmaUnmap)
export const dirtyBitmapCodec = codec(dirtyBitmap, generated.dirtyBitmap)

export type DmaMap = Value<typeof dmaMap>
export type DmaUnmap = Value<typeof dmaUnmap>
export type DirtyPagesRequest = Value<typeof dirtyBitmap>

const codes: CodeEntries = { ...infoCodes.entries, ...dmaCodes.entries }
const pageOf = (parameters: Readonly<Record<string, number>>) => BigInt(parameters.pageSize ?? 0)

const judgeMap: Rule<DmaMap> = (value, report, locate, parameters) => {
  const say = sayer(dmaCodes, report, locate)
  judgeArgument(value, leastSize(dmaMap), locate, report)
  const { flags, vaddr, iova, size } = value
  const access = flags.read || flags.write
  if (access === flags.vaddr || flags.reserved !== 0) {
    const wrong = flags.reserved !== 0 ? 'Unknown flags are' : access ? 'Access and a new address are' : 'No flag is'
    say('vfio/dma-flags', `${wrong} set.`, ['flags'])
  }
  judgeRange({ vaddr, iova }, size, [], say)
  judgeAligned({ vaddr, iova, size }, pageOf(parameters), [], say)
}

const judgeUnmap: Rule<DmaUnmap> = (value, report, locate, parameters) => {
  const say = sayer(dmaCodes, report, locate)
  const { argsz, flags, iova, size, bitmap } = value
  judgeArgument(whole(value, bitmap !== undefined || !flags.getDirtyBitmap), leastSize(dmaUnmap), locate, report)
  if (flags.reserved !== 0) say('vfio/dma-flags', 'Unknown flags are set.', ['flags'])
  if (flags.getDirtyBitmap && (flags.all || flags.vaddr)) {
    say('vfio/dma-flags', 'A bitmap is asked for of what is not one range to unmap.', ['flags'])
  }
  if (flags.all) {
    if (iova !== 0n || size !== 0n) say('vfio/dma-unmap-all', 'Address and size are not both 0.', ['iova'])
    return
  }
  judgeRange({ iova }, size, [], say)
  const page = pageOf(parameters)
  judgeAligned({ iova, size }, page, [], say)
  if (bitmap !== undefined) judgeBitmap(bitmap, size, 0n, ['bitmap'], say)
  judgeMissing(flags.getDirtyBitmap, argsz, leastSize(dmaUnmap) + leastSize(bitmapLayout), bitmap, say)
}

const judgeDirtyBitmap: Rule<DirtyPagesRequest> = (value, report, locate, parameters) => {
  const say = sayer(dmaCodes, report, locate)
  const { argsz, flags, range } = value
  judgeArgument(whole(value, range !== undefined || !flags.getBitmap), leastSize(dirtyBitmap), locate, report)
  const asked = Number(flags.start) + Number(flags.stop) + Number(flags.getBitmap)
  if (asked !== 1 || flags.reserved !== 0) {
    const message = flags.reserved !== 0 ? 'Unknown flags are set.' : `${asked} of the flags are set.`
    say('vfio/dirty-pages-flags', message, ['flags'])
  }
  judgeMissing(flags.getBitmap, argsz, leastSize(dirtyBitmap) + leastSize(dirtyRange), range, say)
  if (range === undefined) return
  const page = pageOf(parameters)
  judgeRange({ iova: range.iova }, range.size, ['range'], say)
  judgeAligned({ iova: range.iova, size: range.size }, page, ['range'], say)
  judgeBitmap(range.bitmap, range.size, page, ['range', 'bitmap'], say)
}

function judgeMissing(asked: boolean, argsz: number, needed: number, found: unknown, say: SayDma): void {
  if (!asked || (found !== undefined && argsz >= needed)) return
  const path = found === undefined ? ['following'] : ['argsz']
  say('vfio/bitmap-missing', `The field argsz is ${argsz}; with a bitmap the argument has ${needed} bytes.`, path)
}

export const dmaMapFormat = structureFormat({ codec: dmaMapCodec, codes, rule: judgeMap })
export const dmaUnmapFormat = structureFormat({ codec: dmaUnmapCodec, codes, rule: judgeUnmap })
export const dirtyPagesFormat = structureFormat({ codec: dirtyBitmapCodec, codes, rule: judgeDirtyBitmap })
