import { defineCodes } from '../findings/index.ts'
import * as generated from '../generated/vfio/status-set.js'
import { codec, leastSize, structureFormat, type Value } from '../layout/index.ts'
import { judgeArgsz } from './argsz.ts'
import { infoCodes } from './codes.ts'
import { pciStatusSet } from './status-set.layout.ts'

export type PciStatusSet = Value<typeof pciStatusSet>

export const pciStatusSetCodec = codec(pciStatusSet, generated.pciStatusSet)

export const statusSetCodes = defineCodes({
  'vfio/status-not-one': {
    severity: 'error',
    title: 'a status is set that is neither start nor stop alone',
    explanation: 'Exactly one of the two flags is set; the kernel refuses none and both, and the device runs on.',
    source: pciStatusSet.facts.source,
  },
})

export const pciStatusSetFormat = structureFormat({
  codec: pciStatusSetCodec,
  codes: { ...infoCodes.entries, ...statusSetCodes.entries },
  rule({ argsz, flags }, report) {
    const finding = judgeArgsz(argsz, leastSize(pciStatusSet), leastSize(pciStatusSet))
    if (finding !== undefined) report(finding)
    if (flags.start !== flags.stop) return
    const message = flags.start ? 'Both start and stop are set.' : 'Neither start nor stop is set.'
    report(statusSetCodes.finding('vfio/status-not-one', message, { offset: 4, length: 4, path: ['flags'] }))
  },
})
