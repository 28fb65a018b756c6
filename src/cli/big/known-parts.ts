import { type OptionMap, parseOptions } from '../../layout/index.ts'
import { detectFormats } from '../../registry/detect.ts'
import { findFormat } from '../../registry/find.ts'
import { Complaint } from '../complaint.ts'
import { checkFormat } from '../known.ts'
import { plainHead } from '../plain-source.ts'
import { openSource } from '../source.ts'
import { type DeviceParts, idOf, type PartWord, ROLES, type Role, STATE_ROLES } from './part-words.ts'

/** A part of which it is known what it is. */
export interface KnownPart {
  readonly path: string
  readonly role: Role
  /** Name of the format of a state; empty where it is not known. */
  readonly format: string
  /** Options of that format: name=value, separated by line feeds. */
  readonly options: string
  /** Encoding of a bitmap, or name of memory, where it is said. */
  readonly detail: string | undefined
  readonly address: bigint | undefined
  /** Of what only a vendor understands. */
  readonly vendor: { readonly vendorId: number; readonly subtype: number }
}

const NO_VENDOR = { vendorId: 0, subtype: 0 }

export interface KnownDevice extends Pick<DeviceParts, 'facts'> {
  readonly parts: readonly KnownPart[]
}

/** Looks at all parts, so that what they are is clear before the first byte is written. @throws Complaint */
export async function knownDevices(
  devices: readonly DeviceParts[],
  settings: readonly string[],
): Promise<KnownDevice[]> {
  const used = new Set<string>()
  const known = []
  for (const { facts, parts } of devices) {
    const told: KnownPart[] = []
    for (const part of parts) told.push(await knownPart(part, settings, used))
    known.push({ facts, parts: told })
  }
  const idle = settings.find((setting) => !used.has(setting))
  if (idle !== undefined) throw new Complaint(`No format of the states has the option that --set ${idle} is for.`)
  return known
}

async function knownPart(word: PartWord, settings: readonly string[], used: Set<string>): Promise<KnownPart> {
  const { path, role, detail, address } = word
  if (path === '-') throw new Complaint('A part is a file, so that it can be looked at first; standard input is none.')
  if (STATE_ROLES.some((one) => one === role)) checkFormat(detail)
  const detected = await detectedIn(path)
  const found = role ?? (detected === undefined ? undefined : roleOf(detected))
  if (found === undefined) {
    throw new Complaint(
      `${path} does not show what it is; say it, such as device-state=${path}, or ${ROLES.join(', ')}.`,
    )
  }
  const common = { path, role: found, format: '', options: '', detail, address, vendor: NO_VENDOR }
  if (found === 'vendor-private') return { ...common, vendor: vendorOf(detail, path) }
  if (!STATE_ROLES.some((one) => one === found)) {
    if (detail !== undefined && found !== 'dirty-bitmap' && found !== 'memory') {
      throw new Complaint(`${found}:${detail}=${path}: a ${found} has nothing behind a colon.`)
    }
    return common
  }
  const isState = detected !== undefined && roleOf(detected) === 'device-state'
  const format = detail ?? (found === 'device-state' && isState ? detected : '')
  return { ...common, format, options: optionsOf(format, settings, used) }
}

async function detectedIn(path: string): Promise<string | undefined> {
  const source = await openSource(path)
  try {
    return detectFormats(await plainHead(source))[0]?.format.name
  } finally {
    source.close()
  }
}

/** What a file of a format is packed as. */
function roleOf(format: string): Role | undefined {
  if (format === 'pci-config-space' || format === 'migration-trace') {
    return format === 'migration-trace' ? 'trace' : 'config-space'
  }
  return /-state(-\d{4})?$/.test(format) && findFormat(format) !== undefined ? 'device-state' : undefined
}

/** Those of the settings that a format has. @throws OptionError for a value that it does not take */
function optionsOf(format: string, settings: readonly string[], used: Set<string>): string {
  const options: OptionMap = findFormat(format)?.options ?? {}
  const own = settings.filter((setting) => Object.hasOwn(options, setting.split('=')[0] as string))
  parseOptions(options, own)
  for (const setting of own) used.add(setting)
  return own.join('\n')
}

function vendorOf(detail: string | undefined, path: string): KnownPart['vendor'] {
  const [vendor, subtype, ...more] = (detail ?? '').split(':')
  if (vendor === undefined || vendor === '' || subtype === undefined || more.length > 0) {
    throw new Complaint(`Say whose ${path} is: vendor-private:VENDOR:SUBTYPE=${path}, such as vendor-private:0x8086:1.`)
  }
  return { vendorId: idOf('vendor', vendor), subtype: idOf('subtype', subtype) }
}
