import { counted, type Path, type Report, type Severity } from '../../findings/index.ts'
import * as generated from '../../generated/dirty-bitmap/forms/cloud-hypervisor.js'
import { codec, isOpaque, structureFormat, type Value } from '../../layout/index.ts'
import { DirtyBitmap } from '../bitmap.ts'
import { MOST_PAGES } from '../geometry.ts'
import { CLOUD_VERSIONS, cloudRequest, cloudResponse, memoryTable } from './cloud-hypervisor.layout.ts'
import { type CloudCode, cloudCodes } from './cloud-hypervisor-codes.ts'
import { type GivenGeometry, geometryOf, type SingleBitmapForm, singleForm } from './form.ts'

export type CloudMemoryTable = Value<typeof memoryTable>
export type CloudRequest = Value<typeof cloudRequest>
export type CloudResponse = Value<typeof cloudResponse>

export const cloudMemoryTableCodec = codec(memoryTable, generated.memoryTable)
export const cloudRequestCodec = codec(cloudRequest, generated.cloudRequest)
export const cloudResponseCodec = codec(cloudResponse, generated.cloudResponse)

const PAGE = 4096n
const RANGE = 16
const codes = cloudCodes.entries

function judgeTable({ ranges }: CloudMemoryTable, ramEnd: number, offset: number, below: Path, report: Report): void {
  const say = (code: CloudCode, message: string, index: number) => {
    const place = { offset: offset + RANGE * index, length: RANGE, path: [...below, 'ranges', index] }
    report(cloudCodes.finding(code, message, place))
  }
  const limit = ramEnd === 0 ? 1n << 64n : BigInt(ramEnd)
  const text = ({ gpa, length }: { gpa: bigint; length: bigint }) => `${length} bytes at 0x${gpa.toString(16)}`
  for (const [index, range] of ranges.entries()) {
    const { gpa, length } = range
    if (length === 0n) say('dirty-bitmap/cloud-range-empty', `Range ${index} has no bytes.`, index)
    if (gpa % PAGE !== 0n || length % PAGE !== 0n) {
      say('dirty-bitmap/cloud-range-page', `Range ${index} has ${text(range)}.`, index)
    }
    if (gpa + length > limit) {
      const message = `Range ${index} has ${text(range)}; memory ends at 0x${limit.toString(16)}.`
      say('dirty-bitmap/cloud-range-outside', message, index)
    }
  }
  const order = [...ranges.entries()].filter(([, { length }]) => length > 0n)
  order.sort(([, a], [, b]) => (a.gpa < b.gpa ? -1 : a.gpa > b.gpa ? 1 : 0))
  let reached = { end: 0n, index: -1 }
  for (const [index, { gpa, length }] of order) {
    if (gpa < reached.end) {
      say('dirty-bitmap/cloud-range-overlap', `Ranges ${reached.index} and ${index} overlap.`, index)
    }
    if (gpa + length > reached.end) reached = { end: gpa + length, index }
  }
}

export const cloudMemoryTableFormat = structureFormat({
  codec: cloudMemoryTableCodec,
  codes,
  rule: (table, report, _, { ramEnd = 0 }) => judgeTable(table, ramEnd, 0, [], report),
})

/** Where the payload of a request starts. */
const HEADER = 16

export const cloudRequestFormat = structureFormat({
  codec: cloudRequestCodec,
  codes,
  rule(request, report, locate, { ramEnd = 0 }) {
    const say = (code: CloudCode, message: string, path: Path, severity?: Severity) => {
      const place = { ...locate(path), path, ...(severity === undefined ? {} : { severity }) }
      report(cloudCodes.finding(code, message, place))
    }
    const { command, headers, length, payload, content } = request
    if (typeof command === 'number') say('dirty-bitmap/cloud-command', `The command is ${command}.`, ['command'])
    if ('senderVersion' in headers && headers.senderVersion > CLOUD_VERSIONS.most) {
      const message = `The version is ${headers.senderVersion}; the newest known is ${CLOUD_VERSIONS.most}.`
      say('dirty-bitmap/cloud-version', message, ['headers', 'senderVersion'])
    }
    if (command !== 'memory') return
    if (length % BigInt(RANGE) !== 0n) {
      say('dirty-bitmap/cloud-table-size', `The table has ${length} bytes, not a multiple of 16.`, ['length'])
    }
    if (isOpaque(payload) || !('ranges' in payload)) return
    judgeTable(payload, ramEnd, HEADER, ['payload'], report)
    const sum = payload.ranges.reduce((total, range) => total + range.length, 0n)
    const found = content?.length ?? 0
    if (found === 0 && sum > 0n) {
      say('dirty-bitmap/cloud-content-missing', `The ranges have ${sum} bytes; none follow.`, ['payload'])
    } else if (BigInt(found) !== sum) {
      const message = `The ranges have ${counted(Number(sum), 'byte')}; ${found} follow.`
      say('dirty-bitmap/cloud-content', message, ['content'])
    }
  },
})

export const cloudResponseFormat = structureFormat({
  codec: cloudResponseCodec,
  codes,
  rule({ status }, report, locate) {
    const place = { ...locate(['status']), path: ['status'] }
    if (typeof status === 'number') {
      report(cloudCodes.finding('dirty-bitmap/cloud-status', `The status is ${status}.`, place))
    } else if (status === 'error') {
      report(cloudCodes.finding('dirty-bitmap/cloud-refused', 'The status is error.', place))
    }
  },
})

/** Every page that shares bytes with a range; pages below the base, behind the length and from 2^40 on are left out. */
function toDirtyBitmap({ ranges }: CloudMemoryTable, given?: GivenGeometry): DirtyBitmap {
  const { pageSize, base, ...options } = geometryOf(given, Number(PAGE))
  const size = BigInt(Math.trunc(pageSize) || 1)
  const page = (address: bigint) => {
    const number = address <= base ? 0n : (address - base) / size
    return number > MOST_PAGES ? MOST_PAGES : Number(number)
  }
  const runs = ranges
    .filter(({ length }) => length > 0n)
    .map(({ gpa, length }) => [page(gpa), page(gpa + length + size - 1n)] as const)
  const room = Math.min(MOST_PAGES, Number(((1n << 64n) - base) / size))
  const most = runs.reduce((length, [, end]) => Math.max(length, Math.min(end, room)), 0)
  const bitmap = DirtyBitmap.clean({ pageSize, base, length: most, ...options })
  for (const [first, last] of runs) {
    const end = Math.min(last, bitmap.length)
    if (first < end) bitmap.add(first, end - first)
  }
  return bitmap
}

/** Tables of dirty memory: what a bitmap says, as addresses and lengths. */
export const cloudMemoryTableForm: SingleBitmapForm<CloudMemoryTable> = singleForm({
  format: cloudMemoryTableFormat,
  toDirtyBitmap,
  fromDirtyBitmap(bitmap) {
    const size = BigInt(bitmap.pageSize)
    const runs = bitmap.ranges()
    return {
      ranges: Array.from({ length: runs.length / 2 }, (_, at) => ({
        gpa: bitmap.base + BigInt(runs[2 * at] as number) * size,
        length: BigInt(runs[2 * at + 1] as number) * size,
      })),
    }
  },
})
