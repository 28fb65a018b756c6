import type { Format } from '../../../layout/index.ts'
import {
  type FileKind,
  ioctlArguments,
  isToday,
  resolveRequest,
  vfioIoctls,
  vfioIoctlsOf,
} from '../../../vfio/index.ts'

const KINDS: Readonly<Record<string, FileKind>> = {
  container: 'container',
  group: 'group',
  device: 'device',
  data_fd: 'migration-data',
  'migration-data': 'migration-data',
  iommufd: 'iommufd',
}

/** The kind of file that a log names; a name may have a number behind it. Undefined for any other. */
export function fileKind(name: string): FileKind | undefined {
  const word = name.replace(/[-:. ]?\d+$/, '')
  return Object.hasOwn(KINDS, word) ? KINDS[word] : undefined
}

/** The format of a request's argument; undefined where it has none, or none that is described. */
export function argumentFormatOf(request: string): Format | undefined {
  const argument = ioctlArguments.get(request)
  return typeof argument === 'object' ? argument : undefined
}

/** Formats of all arguments that are described. */
export const argumentFormats: readonly Format[] = [...ioctlArguments.keys()].flatMap((request) => {
  const format = argumentFormatOf(request)
  return format === undefined ? [] : [format]
})

/** What a request number means for a kind of file; the number in hexadecimal where it means nothing. */
export function requestOf(number: number, kind: FileKind | undefined): string {
  const known = kind === undefined ? undefined : resolveRequest(number, kind)
  return known?.name ?? `0x${number.toString(16)}`
}

/** Everything that a request number means today, whatever the file. */
export function requestsOf(number: number): string[] {
  return vfioIoctlsOf(number)
    .filter(isToday)
    .map(({ name }) => name)
}

/** Numbers of today's requests by name. */
export const numbersByName: ReadonlyMap<string, number> = new Map(
  vfioIoctls.filter(isToday).map(({ name, number }) => [name, number]),
)
