import { defineCodes } from '../findings/index.ts'
import * as generated from '../generated/vfio/gfx-edid.js'
import { codec, structureFormat, type Value } from '../layout/index.ts'
import { gfxEdid } from './gfx-edid.layout.ts'

export const gfxEdidCodec = codec(gfxEdid, generated.gfxEdid)

export type GfxEdid = Value<typeof gfxEdid>

export const gfxEdidCodes = defineCodes({
  'vfio/edid-too-long': {
    severity: 'error',
    title: 'the EDID is longer than it may be',
    explanation: 'The driver refuses such a size, so that the guest keeps the monitor that it had.',
    source: 'linux/vfio.h struct vfio_region_gfx_edid',
  },
})

export const gfxEdidFormat = structureFormat({
  codec: gfxEdidCodec,
  codes: gfxEdidCodes.entries,
  rule({ edidSize, edidMaxSize }, report) {
    if (edidSize <= edidMaxSize) return
    const message = `The EDID has ${edidSize} bytes, of at most ${edidMaxSize}.`
    report(gfxEdidCodes.finding('vfio/edid-too-long', message, { offset: 8, length: 4, path: ['edidSize'] }))
  },
})
