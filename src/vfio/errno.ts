/** Error numbers of Linux that VFIO's calls give, as on x86 and ARM. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'EPERM',
  2: 'ENOENT',
  3: 'ESRCH',
  4: 'EINTR',
  5: 'EIO',
  6: 'ENXIO',
  7: 'E2BIG',
  9: 'EBADF',
  11: 'EAGAIN',
  12: 'ENOMEM',
  13: 'EACCES',
  14: 'EFAULT',
  16: 'EBUSY',
  17: 'EEXIST',
  19: 'ENODEV',
  20: 'ENOTDIR',
  21: 'EISDIR',
  22: 'EINVAL',
  24: 'EMFILE',
  25: 'ENOTTY',
  27: 'EFBIG',
  28: 'ENOSPC',
  29: 'ESPIPE',
  32: 'EPIPE',
  33: 'EDOM',
  34: 'ERANGE',
  38: 'ENOSYS',
  42: 'ENOMSG',
  61: 'ENODATA',
  62: 'ETIME',
  71: 'EPROTO',
  75: 'EOVERFLOW',
  84: 'EILSEQ',
  90: 'EMSGSIZE',
  95: 'EOPNOTSUPP',
  103: 'ECONNABORTED',
  104: 'ECONNRESET',
  107: 'ENOTCONN',
  110: 'ETIMEDOUT',
  113: 'EHOSTUNREACH',
  116: 'ESTALE',
  125: 'ECANCELED',
}

const NUMBERS = new Map(Object.entries(NAMES).map(([number, name]) => [name, Number(number)]))

/** Name of an error number; the number itself where it has none here, and for 0. */
export function errnoName(number: number): string | number {
  return NAMES[number] ?? number
}

/** Number of an error name or number; undefined for a name that is not known. */
export function errnoNumber(name: string | number): number | undefined {
  return typeof name === 'number' ? name : NUMBERS.get(name)
}
