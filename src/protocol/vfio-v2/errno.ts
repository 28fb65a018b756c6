import { errnoName, errnoNumber } from '../../vfio/index.ts'

/** What a log says of an error that it does not name. */
const UNNAMED = 1

/** There is no more data for now, or a signal came: neither is a failure. */
const PASSING = ['EINTR', 'EAGAIN', 'ENOMSG'].map(errnoNumber)

/** A negative result in words. */
export function errorText(result: number): string {
  if (-result === UNNAMED) return 'an error that is not named'
  const name = errnoName(-result)
  return typeof name === 'string' ? name : `error ${name}`
}

export function isRefused(result: number | undefined): result is number {
  return result !== undefined && result < 0
}

/** Whether a read failed, rather than having nothing to give. */
export function isFailedRead(result: number | undefined): result is number {
  return isRefused(result) && !PASSING.includes(-result)
}
