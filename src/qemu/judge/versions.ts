import type { Report } from '../../findings/index.ts'
import { isVfioSection, type QemuSection } from '../section.ts'
import { versionCodes } from './version-codes.ts'

/** Versions of sections that have only ever had one. */
const ONLY_VERSIONS: ReadonlyMap<string, number> = new Map([
  ['ram', 4],
  ['dirty-bitmap', 1],
])

/** Older ones would be read. */
const NEWEST_VFIO = 1

/** Devices that come with one kind of machine, by the last part of the name of their section. */
const BOUND: ReadonlyMap<string, { readonly prefix: string; readonly other: string }> = new Map([
  ['I440FX', { prefix: 'pc-i440fx-', other: 'pc-q35-' }],
  ['PIIX3', { prefix: 'pc-i440fx-', other: 'pc-q35-' }],
  ['mch', { prefix: 'pc-q35-', other: 'pc-i440fx-' }],
  ['ICH9LPC', { prefix: 'pc-q35-', other: 'pc-i440fx-' }],
])

/** Judges the header of a section. @param machine type in the configuration; @param end where the header ends */
export function judgeVersion(section: QemuSection, machine: string | undefined, end: number, report: Report): void {
  const { kind, name, version, offset, element } = section
  if (kind !== 'START' && kind !== 'FULL') return
  const place = { offset, length: end - offset, path: ['elements', element, 'section'] }
  const only = ONLY_VERSIONS.get(name)
  const newest = only ?? (isVfioSection(name) ? NEWEST_VFIO : undefined)
  if (newest !== undefined && version !== undefined && (only === undefined ? version > newest : version !== newest)) {
    const message = `The version of ${name} is ${version}, not ${newest}.`
    report(versionCodes.finding('qemu/section-version', message, { ...place, path: [...place.path, 'version'] }))
  }
  const slash = name.lastIndexOf('/')
  const bound = machine === undefined || slash < 0 ? undefined : BOUND.get(name.slice(slash + 1))
  if (machine === undefined || bound === undefined || !machine.startsWith(bound.other)) return
  const message = `${name} is of a machine ${bound.prefix}*, and this one is ${machine}.`
  report(versionCodes.finding('qemu/machine-mismatch', message, place))
}

/** Capabilities that some QEMU has or had: a name that it knows is not refused. */
const CAPABILITIES: ReadonlySet<string> = new Set([
  ...['xbzrle', 'rdma-pin-all', 'auto-converge', 'zero-blocks', 'compress', 'events', 'postcopy-ram', 'x-colo'],
  ...['release-ram', 'block', 'return-path', 'pause-before-switchover', 'multifd', 'dirty-bitmaps'],
  ...['postcopy-blocktime', 'late-block-activate', 'x-ignore-shared', 'validate-uuid', 'background-snapshot'],
  ...['zero-copy-send', 'postcopy-preempt', 'switchover-ack', 'dirty-limit', 'mapped-ram'],
])

/** Where a part of the configuration lies, and its number. */
export interface PartPlace {
  readonly offset: number
  readonly length: number
  readonly part: number
}

/** Judges a name in the list of capabilities. */
export function judgeCapability(name: string, place: PartPlace, report: Report): void {
  if (CAPABILITIES.has(name)) return
  const { offset, length, part } = place
  const message = `No capability is called ${JSON.stringify(name.slice(0, 80))}.`
  const path = ['configurationParts', part, 'content', 'capabilities']
  report(versionCodes.finding('qemu/capability-unknown', message, { offset, length, path }))
}

/** Judges the size of a page in the configuration against that of the description. */
export function judgePageSize(
  configured: ({ readonly size: number } & PartPlace) | undefined,
  described: number | undefined,
  report: Report,
): void {
  if (configured === undefined || described === undefined || configured.size === described) return
  const { size, offset, length, part } = configured
  const message = `Pages have ${size} bytes by the configuration and ${described} by the description.`
  const path = ['configurationParts', part, 'content', 'bits']
  report(versionCodes.finding('qemu/page-size-mismatch', message, { offset, length, path }))
}
