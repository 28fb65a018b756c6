import { type Finding, hexOffset } from '../../findings/index.ts'
import * as generated from '../../generated/dirty-bitmap/forms/xen-stream.js'
import { codec, isOpaque, structureFormat, type Value } from '../../layout/index.ts'
import { DirtyBitmap } from '../bitmap.ts'
import { MOST_PAGES } from '../geometry.ts'
import { type BitmapForm, type GivenGeometry, geometryOf, type NamedBitmap } from './form.ts'
import { type XenStreamCode, xenStreamCodes } from './xen-codes.ts'
import { detectXenStream } from './xen-detect.ts'
import {
  EMPTY_PAGES,
  OPTIONAL_RECORD,
  RECORD_LIMIT,
  xenDirtyPfns,
  xenPageData,
  xenRecord,
  xenStream,
} from './xen-stream.layout.ts'

export type XenStream = Value<typeof xenStream>
export type XenRecord = Value<typeof xenRecord>
export type XenPageData = Value<typeof xenPageData>
export type XenDirtyPfns = Value<typeof xenDirtyPfns>

export const xenStreamCodec = codec(xenStream, generated.xenStream)
export const xenRecordCodec = codec(xenRecord, generated.xenRecord)
export const xenPageDataCodec = codec(xenPageData, generated.xenPageData)
export const xenDirtyPfnsCodec = codec(xenDirtyPfns, generated.xenDirtyPfns)

const PAGE = 4096
const PFN_LIMIT = 1n << 52n
/** Bytes before the first record, and of the head of a record. */
const [HEADERS, RECORD] = [40, 8]

type Say = (code: XenStreamCode, message: string) => void

export const xenStreamFormat = structureFormat({
  codec: xenStreamCodec,
  codes: xenStreamCodes.entries,
  detect: detectXenStream,
  rule({ image, domain, records }, report, locate) {
    const about =
      (...path: string[]): Say =>
      (code, message) =>
        report(xenStreamCodes.finding(code, message, { ...locate(path), path }))
    const { version, options } = image
    if (version !== 2 && version !== 3) {
      about('image', 'version')('dirty-bitmap/xen-version', `The version is ${version}.`)
    }
    // Page shift 12 the other way round: the only number of this header that shows it.
    if (domain.pageShift === 12 << 8) {
      const order = options.bigEndian ? 'big' : 'little'
      about('domain')('dirty-bitmap/xen-byte-order', `The header says that the stream is ${order}-endian.`)
    } else if (domain.pageShift !== 12) {
      const message = `The page shift is ${domain.pageShift}.`
      about('domain', 'pageShift')('dirty-bitmap/xen-page-shift', message)
    }
    judgeOrder(records, version, report)
    let offset = HEADERS
    for (const [index, record] of records.entries()) {
      const size = sizeOf(record)
      const place = { offset, length: size, path: ['records', index] }
      judgeRecord(record, (code, message) => report(xenStreamCodes.finding(code, message, place)))
      offset += size
    }
  },
})

export const xenRecordFormat = structureFormat({
  codec: xenRecordCodec,
  codes: xenStreamCodes.entries,
  rule(record, report) {
    const place = { offset: 0, length: sizeOf(record), path: [] }
    judgeRecord(record, (code, message) => report(xenStreamCodes.finding(code, message, place)))
  },
})

function sizeOf({ length, padding }: XenRecord): number {
  return RECORD + length + padding.length
}

function judgeOrder(records: readonly XenRecord[], version: number, report: (finding: Finding) => void): void {
  let offset = HEADERS
  let ended = false
  let isStatic = version === 3
  for (const [index, record] of records.entries()) {
    const place = { offset, length: sizeOf(record), path: ['records', index] }
    const { type } = record
    if (ended) {
      const message = `Record ${index} follows the end.`
      report(xenStreamCodes.finding('dirty-bitmap/xen-after-end', message, place))
      return
    }
    if (type === 'static-data-end') isStatic = false
    if (isStatic && type === 'page-data') {
      const message = `Record ${index} has pages, and no record before ends the static data.`
      report(xenStreamCodes.finding('dirty-bitmap/xen-static-data', message, place))
      isStatic = false
    }
    ended = type === 'end'
    offset += place.length
  }
  if (ended) return
  const place = { offset, length: 0, path: ['records'] }
  report(xenStreamCodes.finding('dirty-bitmap/xen-no-end', `None of ${records.length} records is END.`, place))
}

function judgeRecord({ type, length, body }: XenRecord, say: Say): void {
  if (typeof type === 'number' && type < OPTIONAL_RECORD) {
    say('dirty-bitmap/xen-record', `The type is ${hexOffset(type)}.`)
  }
  if (length > RECORD_LIMIT) say('dirty-bitmap/xen-record-limit', `The body has ${length} bytes.`)
  if (isOpaque(body) || body instanceof Uint8Array) return
  if ('pages' in body) {
    const wanted = PAGE * body.pages.filter((page) => !EMPTY_PAGES.includes(page.type)).length
    const found = body.content.length
    const message = `The pages have ${wanted} bytes; there are ${found}.`
    if (found !== wanted) say('dirty-bitmap/xen-page-content', message)
  }
  if ('pfns' in body) {
    const wrong = body.pfns.find((pfn) => pfn >= PFN_LIMIT)
    if (wrong !== undefined) say('dirty-bitmap/xen-pfn', `Page 0x${wrong.toString(16)} is named.`)
  }
}

/** Pages from 2^40 on and behind the given length are left out. */
function bitmapOf(pfns: readonly bigint[], given: GivenGeometry | undefined): DirtyBitmap {
  const options = geometryOf(given, PAGE)
  const most = BigInt(given?.length ?? MOST_PAGES)
  return DirtyBitmap.fromPages(pfns.filter((pfn) => pfn < most).map(Number), options)
}

/** Pages that a record names: those it carries, or those of a list of dirty ones. Undefined for other records. */
export function xenRecordPages({ body }: XenRecord, given?: GivenGeometry): DirtyBitmap | undefined {
  if (isOpaque(body) || body instanceof Uint8Array) return undefined
  if ('pages' in body) {
    return bitmapOf(
      body.pages.map(({ pfn }) => pfn),
      given,
    )
  }
  return 'pfns' in body ? bitmapOf(body.pfns, given) : undefined
}

function named(records: readonly XenRecord[], given: GivenGeometry | undefined): NamedBitmap[] {
  return records.flatMap((record, index) => {
    const bitmap = xenRecordPages(record, given)
    return bitmap === undefined ? [] : [{ name: `records[${index}] ${record.type}`, bitmap }]
  })
}

/** A bitmap for each record that names pages: one round of pre-copy has many of them. */
export const xenStreamForm: BitmapForm<XenStream> = {
  format: xenStreamFormat,
  toDirtyBitmaps: ({ records }, given) => named(records, given),
}

export const xenRecordForm: BitmapForm<XenRecord> & { fromDirtyBitmap(bitmap: DirtyBitmap): XenRecord } = {
  format: xenRecordFormat,
  toDirtyBitmaps: (record, given) => named([record], given),
  /** A list of dirty pages, as the secondary host sends it. */
  fromDirtyBitmap(bitmap) {
    const pfns = Array.from(bitmap.pages(), BigInt)
    const padding = new Uint8Array(0)
    return { type: 'checkpoint-dirty-pfn-list', length: 8 * pfns.length, body: { pfns }, padding }
  },
}
