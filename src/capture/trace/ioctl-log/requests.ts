import type { Format } from '../../../layout/index.ts'
import {
  deviceFeatureFormat,
  deviceInfoFormat,
  irqInfoFormat,
  irqSetFormat,
  precopyInfoFormat,
  regionInfoFormat,
  vfioIoctls,
  vfioRequest,
} from '../../../vfio/index.ts'

/** Kinds of files that VFIO's requests are asked of. */
export type FileKind = 'container' | 'group' | 'device' | 'data' | 'iommufd'

const KINDS: Readonly<Record<string, FileKind>> = {
  container: 'container',
  group: 'group',
  device: 'device',
  data_fd: 'data',
  data: 'data',
  iommufd: 'iommufd',
}

/** The kind of file that a log names; a name may have a number behind it. Undefined for any other. */
export function fileKind(name: string): FileKind | undefined {
  return KINDS[name.replace(/[-:. ]?\d+$/, '')]
}

const FORMATS: Readonly<Record<string, unknown>> = {
  VFIO_DEVICE_GET_INFO: deviceInfoFormat,
  VFIO_DEVICE_GET_REGION_INFO: regionInfoFormat,
  VFIO_DEVICE_GET_IRQ_INFO: irqInfoFormat,
  VFIO_DEVICE_SET_IRQS: irqSetFormat,
  VFIO_DEVICE_FEATURE: deviceFeatureFormat,
  VFIO_MIG_GET_PRECOPY_INFO: precopyInfoFormat,
}

/** Formats of all arguments that are known. */
export const argumentFormats = Object.values(FORMATS) as readonly Format[]

/** The format of a request's argument. */
export function argumentFormatOf(request: string): Format | undefined {
  return Object.hasOwn(FORMATS, request) ? (FORMATS[request] as Format) : undefined
}

const PRECOPY_INFO = vfioRequest(21)

/** What a request number means for a kind of file; the number in hexadecimal where it means nothing. */
export function requestOf(number: number, kind: FileKind | undefined): string {
  if (number === PRECOPY_INFO && kind === 'data') return 'VFIO_MIG_GET_PRECOPY_INFO'
  const known = vfioIoctls.find((one) => one.design === 'linux' && one.number === number && one.file === kind)
  return known?.name ?? `0x${number.toString(16)}`
}

/** Everything that a request number means, whatever the file. */
export function requestsOf(number: number): string[] {
  const names = vfioIoctls.filter((one) => one.design === 'linux' && one.number === number).map(({ name }) => name)
  return number === PRECOPY_INFO ? [...names, 'VFIO_MIG_GET_PRECOPY_INFO'] : names
}

/** Numbers of the requests by name. */
export const numbersByName: ReadonlyMap<string, number> = new Map([
  ...vfioIoctls.filter(({ design }) => design === 'linux').map(({ name, number }) => [name, number] as const),
  ['VFIO_MIG_GET_PRECOPY_INFO', PRECOPY_INFO],
])
