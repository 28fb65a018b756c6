import { DecodeError } from '../findings/index.ts'

/** The device that a vendor module offers itself for. */
export interface ModuleAlias {
  readonly vendor: number
  readonly device: number
}

const PREFIX = 'vfio-pci:'
const ID = '(0|[1-9a-f][0-9a-f]{0,3})'
const FORM = new RegExp(`^${PREFIX}${ID}-${ID}$`)

/** The alias that vfio-pci asks for: `vfio-pci:8086-154c`. @throws RangeError for an ID that has more than 16 bits */
export function makeModuleAlias({ vendor, device }: ModuleAlias): string {
  for (const id of [vendor, device]) {
    if (!Number.isInteger(id) || id < 0 || id > 0xffff)
      throw new RangeError(`A PCI ID has 16 bits, not the value ${id}.`)
  }
  return `${PREFIX}${vendor.toString(16)}-${device.toString(16)}`
}

/** @throws DecodeError for a text that vfio-pci would never ask for */
export function parseModuleAlias(text: string): ModuleAlias {
  const [, vendor, device] = FORM.exec(text) ?? []
  if (vendor !== undefined && device !== undefined) {
    return { vendor: Number.parseInt(vendor, 16), device: Number.parseInt(device, 16) }
  }
  const upper = text.slice(PREFIX.length).search(/[A-F]/)
  throw new DecodeError({
    code: 'vfio/module-alias',
    path: [],
    offset: text.startsWith(PREFIX) ? PREFIX.length + Math.max(0, upper) : 0,
    expected: `${PREFIX} and two IDs in lower-case hexadecimal without 0x, such as vfio-pci:8086-154c`,
    found: JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text),
  })
}
