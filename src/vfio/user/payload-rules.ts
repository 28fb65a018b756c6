import { counted, type Path } from '../../findings/index.ts'
import { isOpaque, type Rule, type Say as SayAny, sayer } from '../../layout/index.ts'
import { featureCodes } from '../device-feature/codes.ts'
import { judgePageSize } from '../device-feature/logging-rules.ts'
import { judgeOperation } from '../device-feature/rules.ts'
import { bitmapBytes } from '../pages.ts'
import { readCapabilities } from './capabilities.ts'
import { messageCodes } from './codes.ts'
import type {
  VfioUserDeviceFeature,
  VfioUserDirtyPages,
  VfioUserDmaAccess,
  VfioUserDmaUnmap,
  VfioUserRegionAccess,
  VfioUserRegionIoFds,
  VfioUserVersion,
  VfioUserWriteMulti,
} from './payload-codecs.ts'
import { MULTI_WRITE_DATA, SUB_REGION } from './region.layout.ts'

// What is wrong with a payload whatever stands before and after its message.

type Say = SayAny<keyof typeof messageCodes.entries>

/** A rule of which the findings name only a path. */
function rule<V>(judge: (value: V, say: Say) => void): Rule<V> {
  return (value, report, locate) => judge(value, sayer(messageCodes, report, locate))
}

export const judgeVersion = rule<VfioUserVersion>(({ data }, say) => {
  for (const { code, message } of readCapabilities(data).problems) say(`vfio-user/${code}`, message, ['data'])
})

/** Bytes of the bitmap of a range; undefined where the page size says nothing. */
function bitmapSize(length: bigint, pageSize: bigint): bigint | undefined {
  if (pageSize <= 0n) return undefined
  const pages = (length + pageSize - 1n) / pageSize
  return bitmapBytes(pages)
}

interface Range {
  readonly size: bigint
  readonly bitmap: { readonly pageSize: bigint; readonly size: bigint; readonly data: Uint8Array }
}

function judgeBitmap({ size: length, bitmap }: Range, isReply: boolean, path: Path, say: Say): void {
  const { pageSize, size, data } = bitmap
  const expected = bitmapSize(length, pageSize)
  if (expected === undefined) {
    say('vfio-user/bitmap-size', 'The page size is 0.', [...path, 'pageSize'])
  } else if (size !== expected) {
    const range = `0x${length.toString(16)} bytes in pages of 0x${pageSize.toString(16)}`
    say('vfio-user/bitmap-size', `The bitmap has ${size} bytes; ${range} need ${expected}.`, [...path, 'size'])
  }
  const there = isReply ? size : 0n
  if (BigInt(data.length) === there) return
  say('vfio-user/bitmap-size', `${counted(data.length, 'byte')} of bitmap follow, not ${there}.`, [...path, 'data'])
}

export const judgeUnmap = (isReply: boolean) =>
  rule<VfioUserDmaUnmap>(({ flags, address, size, bitmap }, say) => {
    if (flags.all && (address !== 0n || size !== 0n)) {
      const message = `Address and size are 0x${address.toString(16)} and 0x${size.toString(16)}.`
      say('vfio-user/unmap-all', message, ['address'])
    }
    if (bitmap !== undefined) judgeBitmap({ size, bitmap }, isReply, ['bitmap'], say)
  })

export const judgeDirtyPages = (isReply: boolean) =>
  rule<VfioUserDirtyPages>(({ range }, say) => {
    if (range !== undefined) judgeBitmap(range, isReply, ['range', 'bitmap'], say)
  })

/** @param hasData whether data belongs behind the count */
export const judgeRegionAccess = (hasData: boolean) =>
  rule<VfioUserRegionAccess>(({ count, data }, say) => judgeCount(count, data, hasData, 'count', say))

export const judgeDmaAccess = (hasData: boolean) =>
  rule<VfioUserDmaAccess>((value, say) => {
    if ('padding' in value) {
      const message = `The ${value.count32} bytes of data start at byte 12, and 4 more follow them.`
      say('vfio-user/dma-data-early', message, ['data'])
    } else if ('count32' in value) judgeCount(value.count32, value.data, hasData, 'count32', say)
    else judgeCount(value.count, value.data, hasData, 'count', say)
  })

function judgeCount(count: number | bigint, data: Uint8Array, hasData: boolean, name: string, say: Say): void {
  const wanted = hasData ? BigInt(count) : 0n
  if (BigInt(data.length) === wanted) return
  const expected = hasData ? `The count is ${count}` : 'No data belongs here'
  say('vfio-user/data-count', `${expected}, and ${counted(data.length, 'byte')} of data follow it.`, [name])
}

export const judgeWriteMulti = rule<VfioUserWriteMulti>(({ writes }, say) => {
  const tooLong = writes.filter(({ count }) => count > MULTI_WRITE_DATA)
  const [first] = tooLong
  if (first === undefined) return
  const index = writes.indexOf(first)
  const which = tooLong.length === 1 ? 'The write' : `The first of ${tooLong.length} such writes`
  const message = `${which} has ${first.count} bytes, and room for ${MULTI_WRITE_DATA}.`
  say('vfio-user/data-count', message, ['writes', index, 'count'])
})

/** A command names a region and nothing else; a server refuses one that counts. */
export const judgeIoFds = (isReply: boolean) =>
  rule<VfioUserRegionIoFds>(({ count, following }, say) => {
    if (following !== undefined) {
      const each = `${SUB_REGION.published} or ${SUB_REGION.libvfioUser} bytes`
      const message = `The reply counts ${counted(count, 'sub-region')} of ${each}; ${following.length} follow.`
      say('vfio-user/data-count', message, ['following'])
    }
    if (isReply || count === 0) return
    say('vfio-user/data-count', `The command counts ${counted(count, 'sub-region')}; only a reply has some.`, ['count'])
  })

export const judgeDeviceFeature =
  (isReply: boolean): Rule<VfioUserDeviceFeature> =>
  ({ flags, data }, report, locate) => {
    const say = sayer(featureCodes, report, locate)
    judgeOperation(flags, say)
    if (data === undefined || data instanceof Uint8Array || isOpaque(data) || flags.probe) return
    if ('bitmap' in data) {
      judgePageSize(data.pageSize, 1n, (code, message) => say(code, message, ['data', 'pageSize']))
    }
    judgeFeatureData(data, flags.set, isReply, sayer(messageCodes, report, locate))
  }

type FeatureData = Exclude<NonNullable<VfioUserDeviceFeature['data']>, Uint8Array | { opaque: Uint8Array }>

function judgeFeatureData(data: FeatureData, isSet: boolean, isReply: boolean, say: Say): void {
  if ('deviceState' in data && isSet && (data.deviceState === 'RUNNING_P2P' || data.deviceState === 'PRE_COPY_P2P')) {
    say('vfio-user/state-not-used', `The state ${data.deviceState} is asked for.`, ['data', 'deviceState'])
  }
  if (!('bitmap' in data)) return
  const { length, pageSize, bitmap } = data
  const expected = isReply ? bitmapSize(length, pageSize) : 0n
  if (expected === undefined || BigInt(bitmap.length) === expected) return
  const range = `0x${length.toString(16)} bytes in pages of 0x${pageSize.toString(16)} need ${expected}`
  const why = isReply ? range : 'a command has none'
  const message = `${counted(bitmap.length, 'byte')} of bitmap follow; ${why}.`
  say('vfio-user/bitmap-size', message, bitmap.length === 0 ? ['data'] : ['data', 'bitmap'])
}
