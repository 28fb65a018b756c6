import { defineCodes, type Path } from '../findings/index.ts'
import * as generated from '../generated/vfio/mediate-ops.js'
import { codec, fixedSize, structureFormat, type Value } from '../layout/index.ts'
import { dynamicTrapBarInfo, mediateCapabilities, sparseMmapDisablable } from './mediate-ops.layout.ts'
import { ADDRESS_SPACE } from './pages.ts'

export { DYNAMIC_TRAP_REGION, MEDIATE_OPEN_LIMIT } from './mediate-ops.layout.ts'

export const mediateCapabilitiesCodec = codec(mediateCapabilities, generated.mediateCapabilities)
export const dynamicTrapBarInfoCodec = codec(dynamicTrapBarInfo, generated.dynamicTrapBarInfo)
export const sparseMmapDisablableCodec = codec(sparseMmapDisablable, generated.sparseMmapDisablable)

export type SparseMmapDisablable = Value<typeof sparseMmapDisablable>
export type DisablableArea = SparseMmapDisablable['areas'][number]

const SOURCE = 'Yan Zhao, RFC, Introduce mediate ops in vfio-pci, 5 December 2019'

export const sparseAreaCodes = defineCodes({
  'vfio/sparse-area-overlap': {
    severity: 'warning',
    title: 'two sparse areas overlap',
    explanation:
      'Where one of them can be disabled and the other cannot, writes still reach the device without a trap, and pages that it dirties are lost. The published i40e areas do so.',
    source: SOURCE,
  },
  'vfio/sparse-area-alignment': {
    severity: 'warning',
    title: 'a sparse area does not start or end at a page',
    explanation: 'It cannot be mapped as it stands: mapping it fails, or maps registers beside it too.',
    source: SOURCE,
  },
})

const PAGE = 4096n
const AREA_SIZE = fixedSize(sparseMmapDisablable.fields.areas.element) as number
const AREAS_AT = 16

export const mediateCapabilitiesFormat = structureFormat({ codec: mediateCapabilitiesCodec })
export const dynamicTrapBarInfoFormat = structureFormat({ codec: dynamicTrapBarInfoCodec })

export const sparseMmapDisablableFormat = structureFormat({
  codec: sparseMmapDisablableCodec,
  codes: sparseAreaCodes.entries,
  rule({ areas }, report) {
    const say = (code: keyof typeof sparseAreaCodes.entries, message: string, index: number) => {
      const path: Path = ['areas', index]
      const place = { offset: AREAS_AT + AREA_SIZE * index, length: AREA_SIZE, path }
      report(sparseAreaCodes.finding(code, message, place))
    }
    for (const [index, { offset, size }] of areas.entries()) {
      if (offset % PAGE === 0n && size % PAGE === 0n) continue
      say('vfio/sparse-area-alignment', `The area is ${show(offset)} to ${show(offset + size)}.`, index)
    }
    for (const { index, from, other, until } of overlaps(areas)) {
      const message = `The area starts at ${show(from)}, area ${other} ends at ${show(until)}.`
      say('vfio/sparse-area-overlap', message, index)
    }
  },
})

const show = (number: bigint) => `0x${number.toString(16)}`

/** Each area that starts before the furthest end of those in front of it. */
function* overlaps(areas: readonly DisablableArea[]) {
  const sorted = areas.map(({ offset, size }, index) => ({ index, from: offset, until: offset + size }))
  sorted.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.index - b.index))
  let furthest: (typeof sorted)[number] | undefined
  for (const area of sorted) {
    if (furthest !== undefined && area.from < furthest.until && area.until > area.from) {
      yield { index: area.index, from: area.from, other: furthest.index, until: furthest.until }
    }
    if (furthest === undefined || area.until > furthest.until) furthest = area
  }
}

/** Areas of BAR 0 of an i40e VF as published: the third one ends behind the start of the fourth. */
const I40E_AREAS = [
  { offset: 0n, end: 0x2000n, disablable: 0 },
  { offset: 0x2000n, end: 0x3000n, disablable: 1 },
  { offset: 0x3000n, end: 0x7400n, disablable: 0 },
  { offset: 0x7000n, end: 0x8000n, disablable: 1 },
  { offset: 0x8000n, end: undefined, disablable: 0 },
] as const

/**
 * The capability that the published i40e mediate driver gives for BAR 0 of a VF: receive tails and the admin queue
 * can be disabled.
 *
 * @param size bytes of the BAR, more than 32768
 */
export function i40eSparseAreas(size: bigint): SparseMmapDisablable {
  if (size <= 0x8000n || size >= ADDRESS_SPACE) throw new RangeError(`The BAR has more than 32768 bytes, not ${size}.`)
  const areas = I40E_AREAS.map(({ offset, end, disablable }) => ({
    offset,
    size: (end ?? size) - offset,
    disablable,
    padding: new Uint8Array(4),
  }))
  return { header: { id: 1, version: 1, next: 0 }, nrAreas: areas.length, reserved: new Uint8Array(4), areas }
}
