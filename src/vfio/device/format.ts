import * as plane from '../../generated/vfio/device/gfx-plane.js'
import * as hotReset from '../../generated/vfio/device/hot-reset.js'
import * as event from '../../generated/vfio/device/ioeventfd.js'
import * as iommufd from '../../generated/vfio/device/iommufd.js'
import { codec, leastSize, type Say, sayer, structureFormat, type Value } from '../../layout/index.ts'
import { judgeArgument, whole } from '../argsz.ts'
import { infoCodes } from '../codes.ts'
import { deviceCodes } from './codes.ts'
import { gfxPlane } from './gfx-plane.layout.ts'
import { pciHotReset, pciHotResetInfo } from './hot-reset.layout.ts'
import { ioeventfd } from './ioeventfd.layout.ts'
import { attachIommufdPt, bindIommufd, detachIommufdPt } from './iommufd.layout.ts'

export const bindIommufdCodec = codec(bindIommufd, iommufd.bindIommufd)
export const attachIommufdPtCodec = codec(attachIommufdPt, iommufd.attachIommufdPt)
export const detachIommufdPtCodec = codec(detachIommufdPt, iommufd.detachIommufdPt)
export const pciHotResetInfoCodec = codec(pciHotResetInfo, hotReset.pciHotResetInfo)
export const pciHotResetCodec = codec(pciHotReset, hotReset.pciHotReset)
export const ioeventfdCodec = codec(ioeventfd, event.ioeventfd)
export const gfxPlaneCodec = codec(gfxPlane, plane.gfxPlane)

export type BindIommufd = Value<typeof bindIommufd>
export type AttachIommufdPt = Value<typeof attachIommufdPt>
export type DetachIommufdPt = Value<typeof detachIommufdPt>
export type PciHotResetInfo = Value<typeof pciHotResetInfo>
export type PciHotReset = Value<typeof pciHotReset>
export type Ioeventfd = Value<typeof ioeventfd>
export type GfxPlane = Value<typeof gfxPlane>

const codes = { ...infoCodes.entries, ...deviceCodes.entries }
type SayDevice = Say<keyof typeof deviceCodes.entries>

/** Bytes of the address of a token. */
const TOKEN_POINTER = 8

export const bindIommufdFormat = structureFormat({
  codec: bindIommufdCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(value, leastSize(bindIommufd), locate, report)
    const { argsz, flags, tokenUuidPtr } = value
    const needed = leastSize(bindIommufd) + TOKEN_POINTER
    if (!flags.token || (tokenUuidPtr !== undefined && argsz >= needed)) return
    sayer(deviceCodes, report, locate)(
      'vfio/bind-token-missing',
      `The field argsz is ${argsz}; a token needs ${needed}.`,
      ['argsz'],
    )
  },
})

interface WithPasid {
  readonly argsz: number
  readonly flags: { readonly pasid: boolean }
  readonly pasid?: number | undefined
}

function judgePasid({ argsz, flags, pasid }: WithPasid, least: number, say: SayDevice): void {
  if (!flags.pasid || (pasid !== undefined && argsz >= least + 4)) return
  say('vfio/pasid-missing', `The field argsz is ${argsz}; a process address space needs ${least + 4}.`, ['argsz'])
}

export const attachIommufdPtFormat = structureFormat({
  codec: attachIommufdPtCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(value, leastSize(attachIommufdPt), locate, report)
    judgePasid(value, leastSize(attachIommufdPt), sayer(deviceCodes, report, locate))
  },
})

export const detachIommufdPtFormat = structureFormat({
  codec: detachIommufdPtCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(value, leastSize(detachIommufdPt), locate, report)
    judgePasid(value, leastSize(detachIommufdPt), sayer(deviceCodes, report, locate))
  },
})

export const pciHotResetInfoFormat = structureFormat({
  codec: pciHotResetInfoCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(whole(value, value.devices !== undefined), leastSize(pciHotResetInfo), locate, report)
    const { flags, count, devices } = value
    const say = sayer(deviceCodes, report, locate)
    if (flags.devIdOwned && !flags.devId) say('vfio/hot-reset-owned', 'Owned without names of iommufd.', ['flags'])
    if (devices !== undefined) return
    say('vfio/hot-reset-devices-left-out', `There is no room for ${count} devices.`, ['count'])
  },
})

export const pciHotResetFormat = structureFormat({
  codec: pciHotResetCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(whole(value, value.groupFds !== undefined), leastSize(pciHotReset), locate, report)
    if (value.groupFds !== undefined) return
    sayer(deviceCodes, report, locate)('vfio/hot-reset-short', `There are not ${value.count} descriptors.`, ['count'])
  },
})

export const ioeventfdFormat = structureFormat({
  codec: ioeventfdCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(value, leastSize(ioeventfd), locate, report)
    const { size8, size16, size32, size64 } = value.flags
    const widths = [size8, size16, size32, size64].filter((isSet) => isSet).length
    if (widths !== 1) sayer(deviceCodes, report, locate)('vfio/ioeventfd-width', `${widths} widths are set.`, ['flags'])
  },
})

export const gfxPlaneFormat = structureFormat({
  codec: gfxPlaneCodec,
  codes,
  rule: (value, report, locate) => judgeArgument(value, leastSize(gfxPlane), locate, report),
})
