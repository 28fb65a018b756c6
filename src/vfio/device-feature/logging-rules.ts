import { counted, hexOffset, type Severity } from '../../findings/index.ts'
import { ADDRESS_SPACE, isPowerOfTwo } from '../pages.ts'
import type { featureCodes } from './codes.ts'

type Code = Extract<keyof typeof featureCodes.entries, `vfio/logging-${string}`>

/** Receives what is wrong with the field at hand. */
export type SayLogging = (code: Code, message: string, severity?: Severity) => void

/** Ranges that fill a page of 4 KiB, and one of 64 KiB, the largest that Linux has. */
const [USUAL_RANGES, MOST_RANGES] = [256, 4096]

/** @param least bytes of the smallest page that is taken */
export function judgePageSize(pageSize: bigint, least: bigint, say: SayLogging): void {
  if (!isPowerOfTwo(pageSize) || pageSize < least) say('vfio/logging-page-size', `The page size is ${pageSize}.`)
}

/** What the kernel says of so many ranges; whether they fit depends on its page size from 257 on. */
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

/** A range whose ends have to be multiples of the page size, inside the address space. */
export function judgeLoggedRange({ iova, length }: Range, pageSize: bigint, say: SayLogging): void {
  if (iova % pageSize !== 0n || length % pageSize !== 0n) {
    const range = `${hexOffset(iova)} and ${hexOffset(length)} bytes on`
    say('vfio/logging-range-misaligned', `The range from ${range} has no whole pages of ${pageSize} bytes.`)
  }
  if (iova + length >= ADDRESS_SPACE) {
    say('vfio/logging-range-overflow', `${hexOffset(length)} bytes from ${hexOffset(iova)} on end above 2^64.`)
  }
}
