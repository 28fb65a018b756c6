import { defineCodes } from '../../findings/index.ts'
import * as generated from '../../generated/vf-state/vendor-ops-2020/region.js'
import { codec, sayer, structureFormat, type Value } from '../../layout/index.ts'
import { copiedPages, judgeMigrationRegion, migrationRegionCodes } from '../../vfio/index.ts'
import { BITMAP_SIZE, HEADER_PAGE, REGION_SIZE, vendorOpsRegion } from './region.layout.ts'

export const vendorOpsRegionCodec = codec(vendorOpsRegion, generated.vendorOpsRegion)

export type VendorOpsRegion = Value<typeof vendorOpsRegion>

/** Sizes of the i40e sample's region, in bytes. */
export const I40E_REGION = { size: REGION_SIZE, dataOffset: HEADER_PAGE, bitmap: BITMAP_SIZE } as const

const SOURCE = vendorOpsRegion.facts.source

export const vendorOpsRegionCodes = defineCodes({
  'vf-state/vendor-region-data': {
    severity: 'warning',
    title: 'the migration region does not look like that of the published sample',
    explanation:
      'The sample has its data at 4096 and never has bytes pending: it saves no device state. Other numbers come from another driver, of which no layout was ever published.',
    source: SOURCE,
  },
  'vf-state/vendor-region-pages': {
    severity: 'error',
    title: 'a dirty query asks for more pages than the bitmap of the region has bits',
    explanation: 'The bitmap of 64 KiB holds 524288 pages; the others are never reported, and so never sent.',
    source: SOURCE,
  },
})

export const vendorOpsRegionFormat = structureFormat({
  codec: vendorOpsRegionCodec,
  codes: { ...migrationRegionCodes.entries, ...vendorOpsRegionCodes.entries },
  rule({ header }, report, locate) {
    judgeMigrationRegion(header, REGION_SIZE, (code, message, below, severity) => {
      sayer(migrationRegionCodes, report, locate)(code, message, ['header', ...below], severity)
    })
    const { pendingBytes, dataOffset, totalPfns } = header
    const say = (code: keyof typeof vendorOpsRegionCodes.entries, message: string, name: string) => {
      const path = ['header', name]
      report(vendorOpsRegionCodes.finding(code, message, { ...locate(path), path }))
    }
    if (pendingBytes !== 0n) say('vf-state/vendor-region-data', `${pendingBytes} bytes are pending.`, 'pendingBytes')
    if (dataOffset !== 0n && dataOffset !== BigInt(HEADER_PAGE)) {
      say('vf-state/vendor-region-data', `The data offset is ${dataOffset}, not ${HEADER_PAGE}.`, 'dataOffset')
    }
    if (totalPfns > 8n * BigInt(BITMAP_SIZE)) {
      const message = `The query asks for ${totalPfns} pages, the bitmap has bits for ${8 * BITMAP_SIZE}.`
      say('vf-state/vendor-region-pages', message, 'totalPfns')
    }
  },
})

/** What the last dirty query was answered: no page, every page, or the bits of the pages from `startPfn` on. */
export type DirtyAnswer = 'none' | 'all' | { readonly pages: number; readonly bits: Uint8Array }

/** Undefined where bits are said to be there and were not captured, or are more than the region holds. */
export function dirtyAnswer({ header, bitmap }: VendorOpsRegion): DirtyAnswer | undefined {
  const copied = copiedPages(header)
  if (typeof copied === 'string') return copied
  if (bitmap === undefined || copied > 8n * BigInt(BITMAP_SIZE)) return undefined
  return { pages: Number(copied), bits: bitmap.subarray(0, Math.ceil(Number(copied) / 8)) }
}
