import { vfioRequest } from '../../../vfio/index.ts'
import { type FileKind, numbersByName, requestOf } from '../ioctl-log/requests.ts'

/** Names of other subsystems that strace prints for numbers of VFIO. */
const BORROWED: Readonly<Record<string, number>> = { VFIO_EEH_PE_OP: vfioRequest(21) }

/** Number of the request that strace prints by name, as `A or B`, or by its parts; undefined where it is not VFIO's. */
export function requestNumberOf(text: string): number | undefined {
  for (const name of text.split(' or ')) {
    const number = BORROWED[name] ?? numbersByName.get(name)
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
