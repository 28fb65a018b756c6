import { hexOffset, type Path } from '../../findings/index.ts'
import { toView, type Value } from '../../layout/index.ts'
import { configSpaceFormat, findMsixState } from '../../pci/index.ts'
import type { PlacedRecord, RecordPlace } from '../integrity.ts'
import type { devicePayload } from '../payload.layout.ts'
import { payloadOf } from '../record.ts'
import type { Context, DeviceFacts, Identity, SpaceFacts } from './context.ts'
import { judgeByFormat } from './format.ts'
import type { Part } from './parts.ts'

/** Bytes up to which the list of capabilities reaches. */
const LISTS_END = 256

/** Keeps the identity that a device record gives. */
export function seeIdentity(context: Context, placed: PlacedRecord): void {
  const { header } = placed.record
  const device = context.device(header.device)
  if (header.kind.type !== 'device' || device === undefined) return
  const payload = payloadOf<Value<typeof devicePayload>>(placed.record)
  if (payload === undefined) return
  device.identity = { vendorId: idOf(payload.vendorId), deviceId: idOf(payload.deviceId) }
  if (device.space !== undefined) compare(context, device.identity, device.space, placed, ['payload'])
}

/** Judges a config space by itself and against the device record, and keeps what other rules need of it. */
export function judgeConfigSpacePart(context: Context, part: Part): void {
  const { data } = part
  const device = context.device(part.device)
  const value = judgeByFormat(context, part, configSpaceFormat, {})
  if (value === undefined || device === undefined) return
  device.space = factsOf(data)
  if (device.identity !== undefined) compare(context, device.identity, device.space, part.place, ['payload'])
}

/** Vendor of a device, from whichever record has it. */
export const vendorOf = (device: DeviceFacts | undefined) => device?.identity?.vendorId ?? device?.space?.vendorId

function factsOf(space: Uint8Array): SpaceFacts {
  const view = toView(space)
  const [vendorId, deviceId] = [0, 2].map((at) => (at + 2 <= space.length ? idOf(view.getUint16(at, true)) : undefined))
  return { vendorId, deviceId, msix: findMsixState(space), hasLists: space.length >= LISTS_END }
}

/** 0 and 0xffff are no IDs: the first is what nobody filled in, the second what a VF reads. */
const idOf = (id: number) => (id === 0 || id === 0xffff ? undefined : id)

function compare(context: Context, identity: Identity, space: SpaceFacts, place: RecordPlace, below: Path): void {
  const names = [
    ['vendor', identity.vendorId, space.vendorId],
    ['device', identity.deviceId, space.deviceId],
  ] as const
  for (const [name, stated, found] of names) {
    if (stated === undefined || found === undefined || stated === found) continue
    const message = `The device record states ${name} ID ${hexOffset(stated)}, the config space has ${hexOffset(found)}.`
    context.say('stream/identity-mismatch', message, place, below)
  }
}
