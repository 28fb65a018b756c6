import type { Finding } from '../../findings/index.ts'
import { describe } from '../../layout/index.ts'
import type { DeviceDescription, StructDescription, VmDescription } from './model.ts'
import { REST } from './model.ts'
import { Problems } from './problems.ts'
import { isRecord, StructReader } from './read-struct.ts'
import { tooHeavy } from './weight.ts'

/**
 * Reads the JSON that ends a migration stream. Never throws: what is not as QEMU writes it is left out, shown as bytes
 * later, and listed. Time and memory follow the bytes of the JSON, whatever counts and sizes it states.
 *
 * @returns no description where the bytes are not JSON of an object
 */
export function readVmDescription(json: Uint8Array): { description?: VmDescription; problems: Finding[] } {
  const problems = new Problems(json.length)
  const root = parse(json, problems)
  if (root === undefined) return { problems: problems.finish() }
  const description = new DescriptionReader(problems).read(root)
  return { description, problems: problems.finish() }
}

function parse(json: Uint8Array, problems: Problems): Record<string, unknown> | undefined {
  const weight = tooHeavy(json)
  if (weight !== undefined) {
    problems.add('qemu/vmdesc-too-large', `The description ${weight}.`, [])
    return undefined
  }
  try {
    const root: unknown = JSON.parse(new TextDecoder().decode(json))
    if (isRecord(root)) return root
    problems.add('qemu/vmdesc-not-json', `The description is ${describe(root)} rather than an object.`, [])
  } catch {
    problems.add('qemu/vmdesc-not-json', `The ${json.length} bytes of the description are not JSON.`, [])
  }
  return undefined
}

class DescriptionReader {
  private readonly structs: StructReader

  constructor(private readonly problems: Problems) {
    this.structs = new StructReader(problems)
  }

  read(root: Record<string, unknown>): VmDescription {
    return {
      pageSize: this.pageSize(root.page_size),
      configuration: this.configuration(root.configuration),
      devices: this.devices(root.devices),
    }
  }

  private pageSize(size: unknown): number | undefined {
    if (size === undefined) return undefined
    const isPowerOfTwo =
      Number.isSafeInteger(size) && (size as number) > 0 && Number.isInteger(Math.log2(size as number))
    if (isPowerOfTwo) return size as number
    this.problems.add('qemu/vmdesc-bad-member', `The page size is ${describe(size)}.`, ['page_size'])
    return undefined
  }

  private configuration(json: unknown): StructDescription | undefined {
    if (json === undefined) return undefined
    if (isRecord(json)) return this.structs.read(json, ['configuration'], [REST])
    this.problems.add('qemu/vmdesc-bad-member', `The configuration is ${describe(json)}.`, ['configuration'])
    return undefined
  }

  private devices(json: unknown): DeviceDescription[] {
    if (!Array.isArray(json)) {
      this.problems.add('qemu/vmdesc-bad-member', `The list of devices is ${describe(json)}.`, ['devices'])
      return []
    }
    const devices: DeviceDescription[] = []
    const known = new Map<string, number>()
    for (const [index, entry] of json.entries()) {
      const device = this.device(entry, index)
      if (device === undefined) continue
      devices.push(device)
      const key = `${device.instanceId} ${device.name}`
      const before = known.get(key)
      if (before === undefined) known.set(key, index)
      else this.duplicate(device, before, index)
    }
    return devices
  }

  private device(json: unknown, index: number): DeviceDescription | undefined {
    const path = ['devices', index]
    if (!isRecord(json) || typeof json.name !== 'string' || !isId(json.instance_id)) {
      this.problems.add('qemu/vmdesc-bad-member', `Device ${index} has no name and instance_id.`, path)
      return undefined
    }
    const struct = this.structs.read(json, path, [REST])
    const oldStyle = struct.vmsdName === undefined
    return { name: json.name, instanceId: json.instance_id >>> 0, oldStyle, ...struct }
  }

  private duplicate({ name, instanceId }: DeviceDescription, before: number, index: number): void {
    const message = `Devices ${before} and ${index} both are instance ${instanceId} of ${describe(name)}.`
    this.problems.add('qemu/vmdesc-duplicate-device', message, ['devices', index])
  }
}

/** A 32-bit number; old QEMU prints it with its sign. */
function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= -0x80000000 && (value as number) <= 0xffffffff
}
