import { counted } from '../findings/index.ts'
import { CaptureError } from './errors.ts'
import { type CapturedFunction, parseAddress } from './function.ts'
import { barSizesOf, hexNumber, SRIOV_ATTRIBUTES, type SriovAttributes, sriovNumber } from './sysfs-attributes.ts'
import { textOf } from './text.ts'

/** A file or link of a sysfs tree: a member of an archive, or a file that the caller read. */
export interface SysfsFile {
  /** Path with `/` between its parts; what leads up to the folder of a function does not matter. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Target of a symbolic link. */
  readonly link?: string | undefined
  /** Where the content starts in the archive, if it came from one. */
  readonly offset?: number | undefined
}

/** A function of a sysfs tree. */
export interface SysfsFunction extends CapturedFunction {
  /** Path of the function's `config`. */
  readonly path: string
  /** Where the configuration space starts in the archive; undefined for a file of its own. */
  readonly offset: number | undefined
  /** Vital product data, where the tree has it. */
  readonly vpd: Uint8Array | undefined
  /** Name of the driver bound to the function. */
  readonly driver: string | undefined
  /** The function is a VF: it has a link to its physical function. */
  readonly isVirtual: boolean
  /** Address of the physical function, where the link tells it. */
  readonly physicalFunction: string | undefined
  /** Numbers of a physical function with SR-IOV. */
  readonly sriov: SriovAttributes
}

/**
 * Groups the files of a sysfs tree by PCI function, in the order of their folders' names. Folders without a `config`
 * are left out. Throws CaptureError when no function is left, or an attribute does not read as the kernel writes it.
 */
export function readSysfs(files: Iterable<SysfsFile>): SysfsFunction[] {
  const folders = new Map<string, Folder>()
  let count = 0
  for (const file of files) {
    count += 1
    const place = placeOf(file.path)
    if (place === undefined) continue
    let folder = folders.get(place.folder)
    if (folder === undefined) {
      folder = { address: place.address, path: place.folder, files: new Map() }
      folders.set(place.folder, folder)
    }
    // Of a member that an archive holds twice the later one counts, as for tar itself.
    folder.files.set(place.name, file)
  }
  const functions = [...folders.values()].filter(hasConfig).map(functionOf)
  if (functions.length === 0) throw noFunctions(count)
  return functions.sort(byAddress)
}

interface Folder {
  readonly address: string
  readonly path: string
  readonly files: Map<string, SysfsFile>
}

/** The innermost folder named like a function, and what stands in it. */
function placeOf(path: string): { folder: string; address: string; name: string } | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  // The entry itself may be named like a function (a link of bus/pci/devices): only what is in such a folder counts.
  for (let at = parts.length - 2; at >= 0; at--) {
    const address = parts[at] as string
    if (!/^[0-9a-f]{4,8}:/i.test(address) || parseAddress(address) === undefined) continue
    return { folder: parts.slice(0, at + 1).join('/'), address, name: parts.slice(at + 1).join('/') }
  }
  return undefined
}

function hasConfig({ files }: Folder): boolean {
  const config = files.get('config')
  return config !== undefined && config.link === undefined
}

function functionOf({ address, path, files }: Folder): SysfsFunction {
  const config = files.get('config') as SysfsFile
  const attribute = (name: string): string | undefined => {
    const file = files.get(name)
    if (file === undefined || file.link !== undefined) return undefined
    const text = attributeText(file.bytes)
    return text === '' ? undefined : text
  }
  const place = (name: string): string => `${path}/${name}`
  const sriov: SriovAttributes = {}
  for (const [name, member] of Object.entries(SRIOV_ATTRIBUTES)) {
    const text = attribute(name)
    if (text !== undefined) sriov[member] = sriovNumber(member, text, place(name))
  }
  const resource = attribute('resource')
  const vpd = files.get('vpd')
  const physical = files.get('physfn')
  return {
    address,
    ...(parseAddress(address) as NonNullable<ReturnType<typeof parseAddress>>),
    bytes: config.bytes,
    vendorId: hexNumber(attribute('vendor'), place('vendor')),
    deviceId: hexNumber(attribute('device'), place('device')),
    barSizes: resource === undefined ? undefined : barSizesOf(resource, place('resource')),
    path: place('config'),
    offset: config.offset,
    vpd: vpd !== undefined && vpd.link === undefined && vpd.bytes.length > 0 ? vpd.bytes : undefined,
    driver: baseName(files.get('driver')?.link) ?? attribute('driver'),
    isVirtual: physical !== undefined || [...files.keys()].some((name) => name.startsWith('physfn/')),
    physicalFunction: baseName(physical?.link),
    sriov,
  }
}

/** Archivers pad the text to the size that sysfs claims for it, a page of zeros. */
function attributeText(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0)
  return textOf(bytes, 0, nul === -1 ? bytes.length : nul).trim()
}

function baseName(link: string | undefined): string | undefined {
  return link?.split('/').findLast((part) => part !== '')
}

function byAddress(a: SysfsFunction, b: SysfsFunction): number {
  return a.domain - b.domain || a.bus - b.bus || a.device - b.device || a.function - b.function
}

function noFunctions(count: number): CaptureError {
  return new CaptureError({
    code: 'capture/no-functions',
    expected: 'files such as 0000:01:10.0/config',
    found: `none among ${counted(count, 'entry', 'entries')}`,
  })
}
