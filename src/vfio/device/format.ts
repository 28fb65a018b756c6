import type { Finding, Path } from '../../findings/index.ts'
import * as plane from '../../generated/vfio/device/gfx-plane.js'
import * as hotReset from '../../generated/vfio/device/hot-reset.js'
import * as event from '../../generated/vfio/device/ioeventfd.js'
import * as iommufd from '../../generated/vfio/device/iommufd.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { judgeArgument, whole } from '../argsz.ts'
import { infoCodes } from '../codes.ts'
import { deviceCodes } from './codes.ts'
import { gfxPlane } from './gfx-plane.layout.ts'
import { HOT_RESET_SIZES, pciHotReset, pciHotResetInfo } from './hot-reset.layout.ts'
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

/** Bytes of each argument in front of what a flag may add. */
const SIZES = { bind: 16, attach: 12, detach: 8, ioeventfd: 28, gfxPlane: 64 } as const

const codes = { ...infoCodes.entries, ...deviceCodes.entries }
type Code = keyof typeof deviceCodes.entries
type Locate = (path: Path) => { offset: number; length: number }
const sayer =
  (report: (finding: Finding) => void, locate: Locate) =>
  (code: Code, message: string, path: Path): void =>
    report(deviceCodes.finding(code, message, { ...locate(path), path }))

export const bindIommufdFormat = structureFormat({
  codec: bindIommufdCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(value, SIZES.bind, locate, report)
    const { argsz, flags, tokenUuidPtr } = value
    if (!flags.token || (tokenUuidPtr !== undefined && argsz >= SIZES.bind + 8)) return
    sayer(report, locate)('vfio/bind-token-missing', `The field argsz is ${argsz}; a token needs 24.`, ['argsz'])
  },
})

interface WithPasid {
  readonly argsz: number
  readonly flags: { readonly pasid: boolean }
  readonly pasid?: number | undefined
}

function judgePasid({ argsz, flags, pasid }: WithPasid, least: number, say: ReturnType<typeof sayer>): void {
  if (!flags.pasid || (pasid !== undefined && argsz >= least + 4)) return
  say('vfio/pasid-missing', `The field argsz is ${argsz}; a process address space needs ${least + 4}.`, ['argsz'])
}

export const attachIommufdPtFormat = structureFormat({
  codec: attachIommufdPtCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(value, SIZES.attach, locate, report)
    judgePasid(value, SIZES.attach, sayer(report, locate))
  },
})

export const detachIommufdPtFormat = structureFormat({
  codec: detachIommufdPtCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(value, SIZES.detach, locate, report)
    judgePasid(value, SIZES.detach, sayer(report, locate))
  },
})

export const pciHotResetInfoFormat = structureFormat({
  codec: pciHotResetInfoCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(whole(value, value.devices !== undefined), HOT_RESET_SIZES.head, locate, report)
    const { flags, count, devices } = value
    const say = sayer(report, locate)
    if (flags.devIdOwned && !flags.devId) say('vfio/hot-reset-owned', 'Owned without names of iommufd.', ['flags'])
    if (devices !== undefined) return
    say('vfio/hot-reset-devices-left-out', `There is no room for ${count} devices.`, ['count'])
  },
})

export const pciHotResetFormat = structureFormat({
  codec: pciHotResetCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(whole(value, value.groupFds !== undefined), HOT_RESET_SIZES.head, locate, report)
    if (value.groupFds !== undefined) return
    sayer(report, locate)('vfio/hot-reset-short', `There are not ${value.count} descriptors.`, ['count'])
  },
})

export const ioeventfdFormat = structureFormat({
  codec: ioeventfdCodec,
  codes,
  rule(value, report, locate) {
    judgeArgument(value, SIZES.ioeventfd, locate, report)
    const { size8, size16, size32, size64 } = value.flags
    const widths = [size8, size16, size32, size64].filter((isSet) => isSet).length
    if (widths !== 1) sayer(report, locate)('vfio/ioeventfd-width', `${widths} widths are set.`, ['flags'])
  },
})

export const gfxPlaneFormat = structureFormat({
  codec: gfxPlaneCodec,
  codes,
  rule: (value, report, locate) => judgeArgument(value, SIZES.gfxPlane, locate, report),
})
