import { type FileKind, vfioRequest } from '../../../vfio/index.ts'
import { numbersByName, requestOf } from '../ioctl-log/requests.ts'

/**
 * Number of the request that strace prints by name, as `A or B`, or by its parts; undefined where it is not VFIO's. Names
 * are those of the number's first use: VFIO_EEH_PE_OP stands for VFIO_MIG_GET_PRECOPY_INFO, too.
 */
export function requestNumberOf(text: string): number | undefined {
  for (const name of text.split(' or ')) {
    const number = numbersByName.get(name)
    if (number !== undefined) return number
  }
  const parts = /^_IOC\(_IOC_NONE, (0x3b|';'), (0x[0-9a-f]+|\d+), 0\)$/.exec(text)
  if (parts !== null) return vfioRequest(0) - FIRST + Number(parts[2])
  const number = /^(0x3b[0-9a-f]{2})$/.exec(text)?.[1]
  return number === undefined ? undefined : Number(number)
}

/** Number of VFIO's first request among those of its type. */
const FIRST = 100

/** Name of a request for a kind of file; where that is not known, what strace prints. */
export function requestName(text: string, number: number, kind: FileKind | undefined): string {
  return kind === undefined ? text : requestOf(number, kind)
}
