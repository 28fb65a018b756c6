/** Error numbers of Linux that migration ioctls and data descriptors answer with. */
const NAMES: Readonly<Record<number, string>> = {
  // Logs that do not name the error have this.
  1: 'an error that is not named',
  5: 'EIO',
  11: 'EAGAIN',
  12: 'ENOMEM',
  14: 'EFAULT',
  16: 'EBUSY',
  19: 'ENODEV',
  22: 'EINVAL',
  25: 'ENOTTY',
  28: 'ENOSPC',
  42: 'ENOMSG',
  95: 'EOPNOTSUPP',
  107: 'ENOTCONN',
  110: 'ETIMEDOUT',
}

/** There is no more data for now, or a signal came: neither is a failure. */
const PASSING = [4, 11, 42]

/** A negative result in words. */
export function errorText(result: number): string {
  const name = NAMES[-result]
  return name === undefined ? `error ${-result}` : name
}

export function isRefused(result: number | undefined): result is number {
  return result !== undefined && result < 0
}

/** Whether a read failed, rather than having nothing to give. */
export function isFailedRead(result: number | undefined): result is number {
  return isRefused(result) && !PASSING.includes(-result)
}
