import {
  type DeviceDescription,
  readVmDescription,
  type StructDescription,
  type VmDescription,
} from '../../../src/qemu/vmdesc/index.ts'

/** A description read from JSON that is given as an object. */
export const read = (root: unknown) => readVmDescription(new TextEncoder().encode(JSON.stringify(root)))

/** A field as QEMU writes it. */
export const field = (name: string, type: string, size?: number, more: object = {}) => ({ name, type, size, ...more })

/** A structure as QEMU writes it. */
export const struct = (fields: unknown, more: object = {}) => ({ vmsd_name: 's', version: 1, fields, ...more })

/** A description of one device with these fields. */
export const root = (fields: unknown, more: object = {}) => ({
  page_size: 4096,
  devices: [{ name: 'd', instance_id: 0, vmsd_name: 'd', version: 1, fields, ...more }],
})

/** The device of a description without a fault. */
export function device(fields: unknown, more: object = {}): DeviceDescription {
  const { description, problems } = read(root(fields, more))
  if (problems.length > 0) throw new Error(`${problems[0]?.code}: ${problems[0]?.message}`)
  return first(description)
}

export function first(description: VmDescription | undefined): DeviceDescription {
  const [device] = description?.devices ?? []
  if (device === undefined) throw new Error('There is no device.')
  return device
}

/** Bytes of hexadecimal text with spaces. */
export const bytes = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (two) => Number.parseInt(two, 16))

export type { StructDescription }
