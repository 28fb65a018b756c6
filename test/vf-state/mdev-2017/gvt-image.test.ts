import { describe, expect, test } from 'vitest'
import { EncodeError, type Finding } from '../../../src/findings/index.ts'
import { isOpaque, type Json, type OptionValues, toHex } from '../../../src/layout/index.ts'
import { configSpaceFormat } from '../../../src/pci/index.ts'
import { type GvtImage, gvtImageFormat } from '../../../src/vf-state/index.ts'
import {
  CFG_SPACE,
  configSpace,
  EXECLIST,
  exampleImage,
  GTT,
  HEAD,
  head,
  image,
  isSame,
  join,
  MIB,
  OPREGION,
  PPGTT,
  padded,
  SREG,
  section,
  VREG,
  WORKLOAD,
  words,
  zeros,
} from './support.ts'

const REGION = 9437184

describe('the image of the reference', () => {
  const bytes = exampleImage()

  test('has 5116488 bytes and starts as it should', () => {
    expect(bytes.length).toBe(5116488)
    expect(toHex(bytes.subarray(0, 24))).toBe('010000001002000000000000' + '48124e00' + '0000000000000000')
  })

  test('decodes section by section', () => {
    const { value, findings } = gvtImageFormat.inspect(bytes)
    const { sections = [], trailing } = value ?? {}
    expect(trailing).toBeUndefined()
    expect(sections.map(({ type, size }) => `${type} ${size}`)).toEqual([
      'HEAD 528',
      'CFG_SPACE 4096',
      'SREG 2097152',
      'VREG 2097152',
      'GTT 917504',
      'PPGTT 0',
      'WORKLOAD 0',
    ])
    expect(sections[0]?.body).toMatchObject({ version: 0, dataSize: 0x4e1248, crcCheck: 0n })
    expect(sections[1]?.body).toMatchObject({ header: { vendorId: 0x8086, deviceId: 0x1912 } })
    expect(sections[5]?.body).toEqual([])
    expect(findings.filter(({ code }) => code.startsWith('vf-state/')).map(({ code }) => code)).toEqual([
      'vf-state/gvt-no-platform',
    ])
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })

  test('comes back, also through JSON', () => {
    const value = gvtImageFormat.decode(bytes)
    expect(isSame(gvtImageFormat.encode(value), bytes)).toBe(true)
    const json = JSON.parse(JSON.stringify(gvtImageFormat.toJson(value))) as Json
    expect(isSame(gvtImageFormat.encode(gvtImageFormat.fromJson(json)), bytes)).toBe(true)
  })
})

describe('a region of 9 MiB', () => {
  const bytes = padded(exampleImage(), REGION)

  test('is not copied', () => {
    const before = process.memoryUsage()
    const { value } = gvtImageFormat.inspect(bytes)
    const fields = gvtImageFormat.fields(bytes)
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(REGION / 8)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(REGION)
    const runs = value?.sections.flatMap(({ body }) => (body instanceof Uint8Array ? [body] : [])) ?? []
    expect(runs.map(({ length }) => length)).toEqual([2 * MIB, 2 * MIB, 917504])
    for (const run of [...runs, value?.trailing]) expect(run?.buffer).toBe(bytes.buffer)
    expect(value?.trailing?.length).toBe(REGION - 5116488)
    expect(fields.length).toBeLessThan(3000)
  })

  test('is encoded within three times its size', () => {
    const value = gvtImageFormat.decode(bytes)
    const before = process.memoryUsage()
    const again = gvtImageFormat.encode(value)
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 * REGION)
    expect(isSame(again, bytes)).toBe(true)
  })

  test('comes back through JSON', () => {
    const json = JSON.parse(JSON.stringify(gvtImageFormat.toJson(gvtImageFormat.decode(bytes)))) as Json
    expect(isSame(gvtImageFormat.encode(gvtImageFormat.fromJson(json)), bytes)).toBe(true)
  })

  test('zeros behind the image are no finding', () => {
    const codes = gvtImageFormat.inspect(bytes).findings.map(({ code }) => code)
    expect(codes.filter((code) => code.startsWith('vf-state/'))).toEqual(['vf-state/gvt-no-platform'])
  })
})

/** Entries of each generation, by hand. */
const PPGTT_36 = words(9, 1, 2, 3, 4, 5, 6, 7, 8)
const PPGTT_40 = words(11, 0, 1, 2, 3, 4, 5, 6, 7, 8)
const WORKLOAD_24 = words(0, 0x11, 0x22, 0x33, 0x44, 4)
const WORKLOAD_36 = words(4, 1, 0xaa, 0xbb, 0x11, 0x22, 0x33, 0x44, 5)
const EXECLIST_20 = words(0x11, 0x22, 0x33, 0x44, 2)

const lists: readonly (readonly [name: string, bytes: Uint8Array, options: OptionValues, body: unknown])[] = [
  ['PPGTT 36', section(PPGTT, PPGTT_36), {}, [{ level: 9, pdp: [1, 2, 3, 4, 5, 6, 7, 8] }]],
  [
    'PPGTT 40',
    section(PPGTT, PPGTT_40),
    {},
    [{ level: 11, padding: zeros(4), pdp: [0x200000001n, 0x400000003n, 0x600000005n, 0x800000007n] }],
  ],
  ['WORKLOAD 24', section(WORKLOAD, WORKLOAD_24), {}, [{ ringId: 0, data: [0x11, 0x22, 0x33, 0x44], index: 4 }]],
  [
    'WORKLOAD 36',
    section(WORKLOAD, WORKLOAD_36),
    {},
    [
      {
        ringId: 4,
        emulateScheduleIn: true,
        padding: zeros(3),
        contextDescriptorLow: 0xaa,
        contextDescriptorHigh: 0xbb,
        data: [0x11, 0x22, 0x33, 0x44],
        index: 5,
      },
    ],
  ],
  ['EXECLIST 9', section(EXECLIST, EXECLIST_20), {}, [{ data: [0x11, 0x22, 0x33, 0x44], index: 2 }]],
  ['EXECLIST 8', section(OPREGION, EXECLIST_20), {}, [{ data: [0x11, 0x22, 0x33, 0x44], index: 2 }]],
  ['EXECLIST 8, chosen', section(8, EXECLIST_20), { execlist: '8' }, [{ data: [0x11, 0x22, 0x33, 0x44], index: 2 }]],
  ['OPREGION', section(OPREGION, zeros(8192)), {}, zeros(8192)],
  ['type 8 as OPREGION whatever its size', section(OPREGION, EXECLIST_20), { execlist: '9' }, EXECLIST_20],
]

test.each(lists)('%s', (_, bytes, options, body) => {
  const whole = image(bytes)
  const value = gvtImageFormat.decode(whole, options)
  expect(value.sections[1]?.body).toEqual(body)
  expect(gvtImageFormat.encode(value, options)).toEqual(whole)
})

test('72 bytes of WORKLOAD are two entries or three', () => {
  const bytes = image(section(WORKLOAD, join(WORKLOAD_36, WORKLOAD_36)))
  const body = (workload: string) => gvtImageFormat.decode(bytes, { workload }).sections[1]?.body
  expect(['auto', '36', '24'].map(body)).toMatchObject([{ length: 2 }, { length: 2 }, { length: 3 }])
  const codes = (options: OptionValues) => gvtImageFormat.inspect(bytes, options).findings.map(({ code }) => code)
  expect(codes({})).toContain('vf-state/gvt-list-ambiguous')
  expect(codes({ workload: '36' })).not.toContain('vf-state/gvt-list-ambiguous')
})

interface Case {
  readonly code: string
  readonly what: string
  readonly bytes: Uint8Array
  readonly options?: OptionValues
  readonly severity?: string
}

const cases: readonly Case[] = [
  { code: 'gvt-no-head', what: 'an empty input', bytes: zeros(0) },
  { code: 'gvt-no-head', what: 'zeros', bytes: zeros(64) },
  { code: 'gvt-no-head', what: 'another first section', bytes: section(CFG_SPACE, zeros(0)) },
  { code: 'gvt-head-size', what: '524 bytes', bytes: section(HEAD, zeros(524)) },
  { code: 'gvt-version', what: 'version 1', bytes: head(536, { version: 1 }) },
  { code: 'gvt-no-platform', what: 'version 0', bytes: head(536) },
  { code: 'gvt-saving-failed', what: 'dataSize -1', bytes: head(-1) },
  { code: 'gvt-data-size-range', what: 'dataSize 9437184', bytes: head(REGION) },
  { code: 'gvt-data-size-range', what: 'dataSize -2', bytes: head(-2) },
  { code: 'gvt-data-size', what: 'dataSize too small', bytes: head(535) },
  { code: 'gvt-data-size', what: 'dataSize too large', bytes: join(head(600), zeros(64)) },
  { code: 'gvt-stale-section', what: 'a section behind', bytes: join(head(536), section(PPGTT, PPGTT_40)) },
  { code: 'gvt-section-past-data-size', what: 'a section across', bytes: join(head(560), section(PPGTT, PPGTT_40)) },
  { code: 'gvt-section-past-end', what: 'a section that is cut', bytes: image(section(GTT, zeros(8), 16)) },
  { code: 'gvt-section-past-end', what: 'a size of 4 GiB', bytes: image(section(GTT, zeros(8), 0xfffffff8)) },
  { code: 'gvt-unknown-section', what: 'type 10', bytes: join(head(544), words(10, 0)) },
  {
    code: 'gvt-unknown-section',
    what: 'type 9 where EXECLIST is 8',
    bytes: image(section(EXECLIST, zeros(0))),
    options: { execlist: '8' },
  },
  { code: 'gvt-leftover', what: 'bytes behind the end', bytes: join(head(536), words(0, 0, 7)) },
  { code: 'gvt-too-long', what: 'more than the region', bytes: padded(head(536), REGION + 1) },
  { code: 'gvt-section-size', what: 'CFG_SPACE of 256', bytes: image(section(CFG_SPACE, zeros(256))) },
  { code: 'gvt-section-size', what: 'VREG of 8', bytes: image(section(VREG, zeros(8))) },
  { code: 'gvt-section-size', what: 'SREG of 8', bytes: image(section(SREG, zeros(8))) },
  { code: 'gvt-section-size', what: 'OPREGION of 8191', bytes: image(section(OPREGION, zeros(8191))) },
  { code: 'gvt-gtt-size', what: 'GTT of 12', bytes: image(section(GTT, zeros(12))) },
  { code: 'gvt-list-size', what: 'PPGTT of 44', bytes: image(section(PPGTT, zeros(44))) },
  { code: 'gvt-list-size', what: 'WORKLOAD of 25', bytes: image(section(WORKLOAD, zeros(25))) },
  { code: 'gvt-list-size', what: 'EXECLIST of 21', bytes: image(section(EXECLIST, zeros(21))) },
  {
    code: 'gvt-list-size',
    what: 'WORKLOAD of 24 where entries have 36',
    bytes: image(section(WORKLOAD, WORKLOAD_24)),
    options: { workload: '36' },
  },
  { code: 'gvt-list-ambiguous', what: 'WORKLOAD of 72', bytes: image(section(WORKLOAD, zeros(72))) },
  { code: 'gvt-list-ambiguous', what: 'PPGTT of 360', bytes: image(section(PPGTT, join(...Array(9).fill(PPGTT_40)))) },
  { code: 'gvt-execlist-8', what: '20 bytes of type 8', bytes: image(section(OPREGION, EXECLIST_20)) },
  { code: 'gvt-ring-id', what: 'engine 5', bytes: image(section(WORKLOAD, WORKLOAD_24.with(0, 5))) },
  { code: 'gvt-ring-id', what: 'engine -1', bytes: image(section(WORKLOAD, words(0xffffffff, 0, 0, 0, 0, 0))) },
  { code: 'gvt-schedule-in', what: 'a bool of 2', bytes: image(section(WORKLOAD, WORKLOAD_36.with(4, 2))) },
  { code: 'gvt-ppgtt-level', what: 'root type 3', bytes: image(section(PPGTT, PPGTT_40.with(0, 3))) },
  {
    code: 'gvt-duplicate-section',
    what: 'two of PPGTT',
    bytes: image(section(PPGTT, PPGTT_40), section(PPGTT, PPGTT_40)),
  },
  { code: 'gvt-missing-section', what: 'HEAD alone', bytes: head(536) },
  { code: 'gvt-stack-content', what: 'a word that is not zero', bytes: head(536, { global: 1 }) },
]

/** What minimal images have besides. */
const USUAL = new Set(['vf-state/gvt-no-platform', 'vf-state/gvt-missing-section'])

describe.each(cases)('$code: $what', ({ code, bytes, options }) => {
  const { value, findings } = gvtImageFormat.inspect(bytes, options)
  const found = findings.filter((finding) => finding.code === `vf-state/${code}`)

  test('is found once, inside the input', () => {
    expect(found.length).toBe(1)
    const [{ offset, length }] = found as [Finding]
    expect(offset + length).toBeLessThanOrEqual(bytes.length)
  })

  test('loses nothing', () => {
    expect(isSame(gvtImageFormat.encode(value as GvtImage, options), bytes)).toBe(true)
    const json = JSON.parse(JSON.stringify(gvtImageFormat.toJson(value as GvtImage))) as Json
    expect(isSame(gvtImageFormat.encode(gvtImageFormat.fromJson(json, options), options), bytes)).toBe(true)
  })
})

test('nothing else is found in those', () => {
  const others = cases.flatMap(({ code, what, bytes, options }) => {
    const codes = gvtImageFormat.inspect(bytes, options).findings.map((finding) => finding.code)
    const more = codes.filter(
      (found) => found.startsWith('vf-state/') && !USUAL.has(found) && found !== `vf-state/${code}`,
    )
    return more.length === 0 ? [] : [`${what}: ${more.join(' ')}`]
  })
  expect(others).toEqual([
    'another first section: vf-state/gvt-section-size',
    // A section that ends elsewhere also contradicts the sum.
    'dataSize too small: vf-state/gvt-section-past-data-size',
    'a section behind: vf-state/gvt-data-size',
    'a section across: vf-state/gvt-data-size',
    'type 10: vf-state/gvt-data-size',
    'type 9 where EXECLIST is 8: vf-state/gvt-data-size',
  ])
})

test('a list that is cut inside an entry stays opaque', () => {
  const bytes = image(section(WORKLOAD, WORKLOAD_36.subarray(0, 30), 36))
  const { value, findings } = gvtImageFormat.inspect(bytes)
  expect(isOpaque(value?.sections[1]?.body)).toBe(true)
  expect(findings.map(({ code }) => code)).toContain('layout/damaged-part')
  expect(gvtImageFormat.encode(value as GvtImage)).toEqual(bytes)
})

test('findings about configuration space count in a space of its own', () => {
  // The capability list leads back to itself.
  const space = configSpace()
  space[0xad] = 0xac
  const bytes = image(section(CFG_SPACE, space))
  const { findings } = gvtImageFormat.inspect(bytes)
  expect(findings.find(({ code }) => code === 'pci/capability-loop')).toMatchObject({
    in: 'sections[1].body',
    offset: 0xad,
    path: ['sections', 1, 'body', 'capabilities'],
  })
  expect(gvtImageFormat.spaces?.(bytes)).toEqual([
    {
      name: 'sections[1].body',
      path: ['sections', 1, 'body'],
      pieces: [{ offset: 0, length: 4096, parentOffset: 536 + 8 }],
    },
  ])
  expect(gvtImageFormat.decode(bytes).sections[1]?.body).toEqual(configSpaceFormat.decode(space))
})

test('a million empty sections are read once', () => {
  const bytes = zeros(8 * 200_000)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < bytes.length; at += 8) view.setUint32(at, PPGTT, true)
  const { value, findings } = gvtImageFormat.inspect(bytes)
  expect(value?.sections.length).toBe(200_000)
  expect(findings.length).toBeLessThan(10)
})

test('values that no image has are refused', () => {
  const value = gvtImageFormat.decode(image(section(GTT, zeros(8)), section(PPGTT, zeros(0))))
  const [first, second, third] = value.sections as [
    GvtImage['sections'][0],
    GvtImage['sections'][0],
    GvtImage['sections'][0],
  ]
  const damaged: readonly unknown[] = [
    { sections: [first, { ...second, size: 16 }, third] },
    { sections: [first, { ...second, size: 4 }] },
    { sections: [first, { ...second, type: 'CFG_SPACE', body: { header: {} } }] },
    { sections: [first, { ...second, type: 'nothing' }] },
    { sections: first },
    { sections: [first], trailing: 'ff' },
  ]
  for (const one of damaged) expect(() => gvtImageFormat.encode(one as GvtImage)).toThrow(EncodeError)
})
