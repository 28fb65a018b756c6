import { expect, test } from 'vitest'
import type { Format } from '../../src/layout/index.ts'
import {
  deviceInfoFormat,
  iommuGetDirtyBitmapFormat,
  irqInfoFormat,
  pciGetDirtyBitmapFormat,
  pciStatusSetFormat,
  queryBitmapBytes,
} from '../../src/vfio/index.ts'
import { hex } from './support.ts'

test.each([
  [0, 8n],
  [1, 16n],
  [64, 16n],
  [65, 24n],
  [131072, 16392n],
  [2n ** 64n - 1n, 2n ** 61n + 8n],
] as const)('the bitmap of %s pages has %s bytes', (pages, bytes) => {
  expect(queryBitmapBytes(pages)).toBe(bytes)
})

test('a query of 65 pages', () => {
  const bytes = hex(`0010000000000000 4100000000000000 ${'0100000000000080 01'}${'00'.repeat(15)}`)
  const { value, findings } = iommuGetDirtyBitmapFormat.inspect(bytes)
  expect(findings).toEqual([])
  expect(value).toEqual({ startAddr: 0x1000n, pageNr: 65n, dirtyBitmap: bytes.subarray(16) })
  expect(value?.dirtyBitmap.length).toBe(24)
  expect(iommuGetDirtyBitmapFormat.encode(value as never)).toEqual(bytes)
})

test('a device with the recalled flag of June 2017, and start and stop', () => {
  expect(deviceInfoFormat.decode(hex('10000000 12000000 09000000 05000000'))).toMatchObject({
    argsz: 16,
    flags: { reset: false, pci: true, ccw: true },
    numRegions: 9,
    numIrqs: 5,
  })
  expect(pciStatusSetFormat.evidence).toBe('recalled')
  expect(pciGetDirtyBitmapFormat.evidence).toBe('recalled')
  expect(iommuGetDirtyBitmapFormat.evidence).toBe('verified')
  expect(pciStatusSetFormat.decode(hex('08000000 01000000')).flags).toEqual({ stop: true, start: false, reserved: 0 })
  expect(pciStatusSetFormat.decode(hex('08000000 02000000')).flags).toEqual({ stop: false, start: true, reserved: 0 })
})

const PAGE = '0010000000000000'
const cases: readonly (readonly [code: string, format: unknown, bytes: string])[] = [
  ['', deviceInfoFormat, '10000000 02000000 09000000 05000000'],
  ['vfio/argsz-too-small', deviceInfoFormat, '0f000000 02000000 09000000 05000000'],
  ['vfio/argsz-past-end', deviceInfoFormat, '18000000 02000000 09000000 05000000 00000000'],
  ['', irqInfoFormat, '10000000 07000000 00000000 01000000'],
  ['vfio/argsz-too-small', irqInfoFormat, '00000000 07000000 00000000 01000000'],
  // A caller may give more room than is needed.
  ['', irqInfoFormat, '11000000 07000000 00000000 01000000'],
  ['', pciStatusSetFormat, '08000000 02000000'],
  ['vfio/argsz-too-small', pciStatusSetFormat, '07000000 02000000'],
  ['vfio/status-not-one', pciStatusSetFormat, '08000000 00000000'],
  ['vfio/status-not-one', pciStatusSetFormat, '08000000 03000000'],
  ['layout/reserved-not-zero', pciStatusSetFormat, '08000000 05000000'],
  ['', pciGetDirtyBitmapFormat, `${PAGE} 0800000000000000 ff`],
  ['vfio/dirty-bitmap-too-small', pciGetDirtyBitmapFormat, `${PAGE} 0900000000000000 ff`],
  ['vfio/dirty-bitmap-beyond', pciGetDirtyBitmapFormat, `${PAGE} 0700000000000000 ff`],
  ['', iommuGetDirtyBitmapFormat, `${PAGE} 0100000000000000 01${'00'.repeat(15)}`],
  ['', iommuGetDirtyBitmapFormat, `${PAGE} 4000000000000000 ${'ff'.repeat(8)}${'00'.repeat(8)}`],
  ['vfio/dirty-bitmap-size', iommuGetDirtyBitmapFormat, `${PAGE} 4000000000000000 ${'ff'.repeat(8)}`],
  ['vfio/dirty-bitmap-too-small', iommuGetDirtyBitmapFormat, `${PAGE} 4000000000000000 ${'ff'.repeat(7)}`],
  [
    'vfio/dirty-bitmap-beyond',
    iommuGetDirtyBitmapFormat,
    `${PAGE} 4000000000000000 ${'00'.repeat(8)}01${'00'.repeat(7)}`,
  ],
  ['vfio/dirty-bitmap-range', iommuGetDirtyBitmapFormat, `00f0ffffffffffff 0200000000000000 ${'00'.repeat(16)}`],
  ['vfio/dirty-bitmap-misaligned', iommuGetDirtyBitmapFormat, `0100000000000000 0100000000000000 ${'00'.repeat(16)}`],
]

test.each(cases)('%s', (code, format, text) => {
  const { findings } = (format as Format).inspect(hex(text))
  expect(findings.map((finding) => finding.code)).toEqual(code === '' ? [] : [code])
})

test('a page number of 2^64-1 is a finding, not a hang', () => {
  const { findings } = iommuGetDirtyBitmapFormat.inspect(hex(`${PAGE} ffffffffffffffff`))
  expect(findings.map(({ code }) => code)).toEqual(['vfio/dirty-bitmap-too-small', 'vfio/dirty-bitmap-range'])
})
