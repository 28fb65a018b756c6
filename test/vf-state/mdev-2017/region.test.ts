import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/layout/index.ts'
import { type MdevRegion, mdevRegionFormat } from '../../../src/vf-state/index.ts'
import { exampleImage, head, isSame, join, padded, zeros } from './support.ts'

const REGION = 9437184
const ownCodes = (bytes: Uint8Array) =>
  mdevRegionFormat
    .inspect(bytes)
    .findings.map(({ code }) => code)
    .filter((code) => code.startsWith('vf-state/mdev'))

test('a stopped device with the image of the reference', () => {
  const bytes = padded(join(Uint8Array.of(1), exampleImage()), REGION)
  const { value, findings } = mdevRegionFormat.inspect(bytes)
  expect(value?.runState).toBe('STOP')
  expect(value?.image.sections.map(({ type }) => type)).toEqual([
    ...['HEAD', 'CFG_SPACE', 'SREG', 'VREG', 'GTT', 'PPGTT', 'WORKLOAD'],
  ])
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(ownCodes(bytes)).toEqual([])
  expect(isSame(mdevRegionFormat.encode(value as MdevRegion), bytes)).toBe(true)
  expect(mdevRegionFormat.spaces?.(bytes)).toEqual([
    {
      name: 'image.sections[1].body',
      path: ['image', 'sections', 1, 'body'],
      pieces: [{ offset: 0, length: 4096, parentOffset: 1 + 536 + 8 }],
    },
  ])
})

const SHORT = 'vf-state/mdev-region-size'
const cases: readonly (readonly [what: string, bytes: Uint8Array, codes: readonly string[]])[] = [
  ['as it is created', zeros(REGION), ['vf-state/mdev-no-image']],
  ['state 2', padded(Uint8Array.of(2), REGION), ['vf-state/mdev-run-state', 'vf-state/mdev-no-image']],
  ['one byte', Uint8Array.of(1), [SHORT, 'vf-state/mdev-no-image']],
  ['an image at 0', padded(head(536), REGION), ['vf-state/mdev-image-at-zero']],
  ['an image while running', padded(join(zeros(1), head(536)), REGION), ['vf-state/mdev-image-while-running']],
  ['a region that is too long', padded(Uint8Array.of(1, 9), REGION + 1), [SHORT]],
]

describe.each(cases)('%s', (_, bytes, codes) => {
  test('is found, and nothing is lost', () => {
    expect(ownCodes(bytes)).toEqual(codes)
    const value = mdevRegionFormat.decode(bytes)
    expect(isSame(mdevRegionFormat.encode(value), bytes)).toBe(true)
    const json = JSON.parse(JSON.stringify(mdevRegionFormat.toJson(value))) as Json
    expect(isSame(mdevRegionFormat.encode(mdevRegionFormat.fromJson(json)), bytes)).toBe(true)
  })
})

test('no bytes', () => {
  expect(() => mdevRegionFormat.decode(zeros(0))).toThrow(expect.objectContaining({ code: 'layout/ended-early' }))
})
