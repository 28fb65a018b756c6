import { counted, type Report } from '../../findings/index.ts'
import { runField, toHex } from '../../layout/index.ts'
import type { Judge } from '../judge/index.ts'
import type { QemuSection } from '../section.ts'
import type { Teller } from '../teller.ts'
import {
  type DecodedDevice,
  type DeviceDescription,
  decodeDevice,
  fieldsToJson,
  readVmDescription,
} from '../vmdesc/index.ts'
import { qemuStreamCodes } from './codes.ts'

/** The state of a device, held until the description of the stream comes. */
interface Held {
  /** Its section. */
  readonly section: QemuSection
  readonly bytes: Uint8Array
  /** Where the body begins. */
  readonly offset: number
}

/** The state of a device as it stands in the stream, and how the stream describes it. */
export interface HeldDevice extends Held {
  /** Undefined where the description has no such device in its place. */
  readonly description: DeviceDescription | undefined
}

/** A device of a stream, its state decoded through the description at the end of the stream, or as bytes. */
export interface QemuDevice {
  readonly name: string
  readonly instanceId?: number
  readonly version?: number
  readonly sectionId: number
  readonly fields: DecodedDevice['fields'] | { readonly opaque: Uint8Array }
}

/** Bytes of devices that are held at most: 16 MiB. */
const MOST_HELD = 2 ** 24
/** What a device takes besides its bytes, so that many without any are not held without end. */
const OVERHEAD = 512

/** Devices whose sections have been read. */
export class HeldDevices {
  readonly #held: Held[] = []
  #size = 0
  #isFull = false

  /** Whether a body of so many bytes is held; otherwise it is to be told as bytes. */
  fits(length: number): boolean {
    return this.#size + length + OVERHEAD <= MOST_HELD
  }

  /** Holds a body; the index that its section refers to it by. */
  hold(section: QemuSection, bytes: Uint8Array, offset: number): number {
    this.#size += bytes.length + OVERHEAD
    return this.#held.push({ section, bytes: bytes.slice(), offset }) - 1
  }

  /** Says once that not all could be held. */
  refuse(section: QemuSection, length: number, report: Report): void {
    if (this.#isFull) return
    this.#isFull = true
    const message = `The state of ${section.name} (${counted(length, 'byte')}) is shown as bytes, as is that of others that do not fit.`
    const place = { offset: section.offset, length: 0, path: ['elements', section.element] }
    report(qemuStreamCodes.finding('qemu/device-too-large', message, place))
  }

  /** Decodes and tells all devices. `places` has for each FULL section its place in the description. */
  tell(
    teller: Teller,
    description: readonly DeviceDescription[] | undefined,
    places: ReadonlyMap<number, number>,
    judge: Judge,
    hear?: (device: HeldDevice) => void,
  ): void {
    teller.begin('devices', 'list')
    for (const [index, held] of this.#held.entries()) {
      const described = description?.[places.get(held.section.element) ?? -1]
      const device = matching(teller, held, described, description !== undefined)
      this.#tell(teller, index, held, device, judge)
      hear?.({ ...held, description: device })
    }
    teller.end()
  }

  #tell(
    teller: Teller,
    index: number,
    { section, bytes, offset }: Held,
    device: DeviceDescription | undefined,
    judge: Judge,
  ): void {
    const decoded = () => (device === undefined ? undefined : decodeDevice(bytes, device))
    const path = teller.path(index, 'fields')
    const now = decoded()
    for (const finding of now?.problems ?? []) {
      teller.report({ ...finding, offset: finding.offset + offset, path: [...path, ...finding.path] })
    }
    const { name, instanceId, version, sectionId } = section
    if (device !== undefined && now !== undefined) {
      judge.seeDevice({ name, version, bytes, offset, path: teller.path(index) }, now, device)
    }
    const identity = {
      name,
      ...(instanceId === undefined ? {} : { instanceId }),
      ...(version === undefined ? {} : { version }),
      sectionId,
    }
    teller.elsewhere(index, {
      value: (): QemuDevice => ({ ...identity, fields: decoded()?.fields ?? { opaque: bytes } }),
      json() {
        const { fields } = decoded() ?? {}
        return { ...identity, fields: fields === undefined ? { opaque: toHex(bytes) } : fieldsToJson(fields) }
      },
      fields: () => decoded()?.located(offset, path) ?? [runField([...path, 'opaque'], offset, bytes)],
    })
  }
}

function matching(
  teller: Teller,
  { section, offset, bytes }: Held,
  device: DeviceDescription | undefined,
  isDescribed: boolean,
): DeviceDescription | undefined {
  if (!isDescribed) return undefined
  const { name, instanceId } = section
  if (device !== undefined && device.name === name && device.instanceId === instanceId) return device
  const found = device === undefined ? 'no further device' : `${device.name} (instance ${device.instanceId})`
  const message = `The description has ${found} where the stream has ${name} (instance ${instanceId}).`
  const place = { offset, length: bytes.length, path: ['elements', section.element] }
  teller.report(qemuStreamCodes.finding('qemu/description-mismatch', message, place))
  return undefined
}

/** The description that stands in bytes. What is wrong with it is told of the place of those bytes. */
export function describedBy(
  json: Uint8Array,
  offset: number,
  report: Report,
  path: readonly (string | number)[],
): ReturnType<typeof readVmDescription>['description'] {
  const { description, problems } = readVmDescription(json)
  for (const problem of problems) report({ ...problem, offset, length: json.length, path: [...path] })
  return description
}
