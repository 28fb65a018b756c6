import { defineCodes, type Path } from '../../findings/index.ts'
import * as generated from '../../generated/dirty-bitmap/forms/xen-log-dirty.js'
import { codec, structureFormat, type Value } from '../../layout/index.ts'
import { xenShadowOp } from './xen-log-dirty.layout.ts'

export type XenShadowOp = Value<typeof xenShadowOp>

export const xenShadowOpCodec = codec(xenShadowOp, generated.xenShadowOp)

const SOURCE = 'xen/arch/x86/mm/paging.c paging_log_dirty_op'

export const xenShadowOpCodes = defineCodes({
  'dirty-bitmap/xen-no-buffer': {
    severity: 'info',
    title: 'a log-dirty operation has no buffer',
    explanation: 'Only the statistics are asked for; clean throws the bits away, and those pages are not sent again.',
    source: SOURCE,
  },
  'dirty-bitmap/xen-dirty-count': {
    severity: 'warning',
    title: 'more pages are dirty than the buffer has room for',
    explanation:
      'Pages behind the end of the buffer have no bit. With clean they are forgotten, and would not be sent again.',
    source: SOURCE,
  },
})

const CLEARS = ['clean', 'peek']

export const xenShadowOpFormat = structureFormat({
  codec: xenShadowOpCodec,
  codes: xenShadowOpCodes.entries,
  rule({ op, dirtyBitmap, pages, dirtyCount }, report, locate) {
    if (!CLEARS.includes(String(op))) return
    const say = (code: keyof typeof xenShadowOpCodes.entries, message: string, path: Path) =>
      report(xenShadowOpCodes.finding(code, message, { ...locate(path), path }))
    if (dirtyBitmap === 0n) say('dirty-bitmap/xen-no-buffer', `Operation ${op} has no buffer.`, ['dirtyBitmap'])
    else if (BigInt(dirtyCount) > pages) {
      const message = `${dirtyCount} pages are dirty; the buffer has room for ${pages}.`
      say('dirty-bitmap/xen-dirty-count', message, ['dirtyCount'])
    }
  },
})
