import { defineCodes } from '../findings/index.ts'
import * as generated from '../generated/vfio/precopy-info.js'
import { codec, leastSize, structureFormat, type Value } from '../layout/index.ts'
import { judgeArgument } from './argsz.ts'
import { infoCodes } from './codes.ts'
import { precopyInfo } from './precopy-info.layout.ts'

export const precopyInfoCodec = codec(precopyInfo, generated.precopyInfo)

export type PrecopyInfo = Value<typeof precopyInfo>

export const precopyInfoCodes = defineCodes({
  'vfio/precopy-flags': {
    severity: 'info',
    title: 'flags of pre-copy information are set',
    explanation:
      'They mean something only where the caller asked for it with feature 12. Elsewhere they are what the caller left in memory: drivers give them back as they came.',
    source: 'linux/vfio.h struct vfio_precopy_info; vfio_mig_get_precopy_info of the drivers',
  },
})

export const precopyInfoFormat = structureFormat({
  codec: precopyInfoCodec,
  codes: { ...infoCodes.entries, ...precopyInfoCodes.entries },
  rule(value, report, locate) {
    judgeArgument(value, leastSize(precopyInfo), locate, report)
    const { flags } = value
    if (!flags.reinit && flags.reserved === 0) return
    const message = `The flags are 0x${(flags.reserved + Number(flags.reinit)).toString(16)}.`
    report(precopyInfoCodes.finding('vfio/precopy-flags', message, { offset: 4, length: 4, path: ['flags'] }))
  },
})
