import * as generated from '../../generated/vf-state/virtio/admin-command.js'
import { codec, isOpaque, structureFormat, type Value } from '../../layout/index.ts'
import { adminCommand, adminResult } from './admin-command.layout.ts'
import { adminCodes } from './codes.ts'

export type AdminCommand = Value<typeof adminCommand>
export type AdminResult = Value<typeof adminResult>

export const adminCommandCodec = codec(adminCommand, generated.adminCommand)
export const adminResultCodec = codec(adminResult, generated.adminResult)

export const adminCommandFormat = structureFormat({ codec: adminCommandCodec })

/** Bytes in front of the result. */
const RESULT_AT = 8

export const adminResultFormat = structureFormat({
  codec: adminResultCodec,
  codes: adminCodes.entries,
  rule({ result }, report) {
    if (result instanceof Uint8Array || isOpaque(result) || !('headers' in result)) return
    if (result.headers.length === result.count) return
    const message = `The count is ${result.count}; there are ${result.headers.length} headers.`
    const place = { offset: RESULT_AT, length: 4, path: ['result', 'count'] }
    report(adminCodes.finding('vf-state/virtio-admin-count', message, place))
  },
})
