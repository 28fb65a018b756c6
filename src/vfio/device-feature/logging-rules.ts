import { counted } from '../../findings/index.ts'
import type { featureCodes } from './codes.ts'

type Code = Extract<keyof typeof featureCodes.entries, `vfio/logging-${string}`>

/** Receives what is wrong with the field at hand. */
export type SayLogging = (code: Code, message: string, severity?: 'warning') => void

/** Ranges that fill a page of 4 KiB, and one of 64 KiB, the largest that Linux has. */
const [USUAL_RANGES, MOST_RANGES] = [256, 4096]
const SPACE = 1n << 64n

export function judgePageSize(pageSize: bigint, least: bigint, say: SayLogging): void {
  const isPower = pageSize > 0n && (pageSize & (pageSize - 1n)) === 0n
  if (!isPower || pageSize < least) say('vfio/logging-page-size', `The page size is ${pageSize}.`)
}

export function judgeRangeCount(count: number, say: SayLogging): void {
  if (count === 0) say('vfio/logging-range-count', 'There is no range.')
  else if (count > MOST_RANGES) say('vfio/logging-range-count', `There are ${counted(count, 'range')}.`)
  else if (count > USUAL_RANGES) {
    const message = `There are ${count} ranges; kernels with pages of 4 KiB take ${USUAL_RANGES}.`
    say('vfio/logging-range-count', message, 'warning')
  }
}

interface Range {
  readonly iova: bigint
  readonly length: bigint
}

export function judgeLoggedRange({ iova, length }: Range, pageSize: bigint, say: SayLogging): void {
  if (iova % pageSize !== 0n || length % pageSize !== 0n) {
    const range = `0x${iova.toString(16)} and 0x${length.toString(16)} bytes on`
    say('vfio/logging-range-misaligned', `The range from ${range} has no whole pages of ${pageSize} bytes.`)
  }
  if (iova + length >= SPACE) {
    say('vfio/logging-range-overflow', `0x${length.toString(16)} bytes from 0x${iova.toString(16)} on end above 2^64.`)
  }
}
