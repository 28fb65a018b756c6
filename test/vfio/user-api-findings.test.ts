import { describe, expect, test } from 'vitest'
import { type Format, layoutCodes } from '../../src/layout/index.ts'
import {
  attachIommufdPtFormat,
  bindIommufdFormat,
  detachIommufdPtFormat,
  deviceCodes,
  deviceFeatureFormat,
  deviceInfoFormat,
  dirtyPagesFormat,
  dmaCodes,
  dmaLoggingRangesFormat,
  dmaMapFormat,
  dmaUnmapFormat,
  featureCodes,
  gfxEdidCodes,
  gfxEdidFormat,
  gfxPlaneFormat,
  groupStatusFormat,
  hwptGetDirtyBitmapFormat,
  hwptSetDirtyTrackingFormat,
  ioeventfdFormat,
  iommuCodes,
  iommuInfoFormat,
  irqInfosFormat,
  irqSetCodes,
  irqSetFormat,
  pciHotResetFormat,
  pciHotResetInfoFormat,
  precopyInfoCodes,
  precopyInfoFormat,
  regionInfosFormat,
} from '../../src/vfio/index.ts'
import { hex, judged } from './support.ts'

// The smallest input of every finding, and its sound neighbour.

type Case = readonly [what: string, format: unknown, bytes: string, found?: readonly string[]]

const word = (value: number | bigint) =>
  [...new Uint8Array(new BigUint64Array([BigInt.asUintN(64, BigInt(value))]).buffer)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
const half = (value: number) => word(value).slice(0, 8)
const [GET, SET, PROBE] = [1 << 16, 1 << 17, 1 << 18]

const feature = (index: number, flags: number, data = '', argsz = 8 + hex(data).length) =>
  `${half(argsz)} ${half(index | flags)} ${data}`
const irqs = (flags: number, start: number, count: number, data = '', argsz = 20 + hex(data).length) =>
  `${half(argsz)} ${half(flags)} 02000000 ${half(start)} ${half(count)} ${data}`
const logging = (pageSize: number | bigint, count: number) =>
  feature(6, SET, `${word(pageSize)} ${half(count)} 00000000 ${word(0)}`)
const report = (iova: number | bigint, length: number | bigint, pageSize: number) =>
  feature(8, GET, `${word(iova)} ${word(length)} ${word(pageSize)} ${word(0)}`)
const state = (flags: number, number: number, fd = 'ffffffff') => feature(2, flags, `${half(number)} ${fd}`)
const map = (flags: number, vaddr: number | bigint, iova: number | bigint, size: number | bigint, argsz = 32) =>
  `${half(argsz)} ${half(flags)} ${word(vaddr)} ${word(iova)} ${word(size)}`
const unmap = (flags: number, iova: number | bigint, size: number | bigint, more = '') =>
  `${half(24 + hex(more).length)} ${half(flags)} ${word(iova)} ${word(size)} ${more}`
const bitmap = (pgsize: number, size: number) => `${word(pgsize)} ${word(size)} ${word(0)}`
const dirty = (flags: number, more = '', argsz = 8 + hex(more).length) => `${half(argsz)} ${half(flags)} ${more}`
const range = (iova: number | bigint, size: number | bigint, pgsize: number, bytes: number) =>
  `${word(iova)} ${word(size)} ${bitmap(pgsize, bytes)}`

const features: readonly Case[] = [
  ['a probe', deviceFeatureFormat, feature(1, GET | PROBE)],
  ['a probe of what the feature does not have', deviceFeatureFormat, feature(1, GET | SET | PROBE)],
  ['feature 13', deviceFeatureFormat, feature(13, PROBE), ['info vfio/feature-unknown flags.feature']],
  ['get and set', deviceFeatureFormat, feature(2, GET | SET, word(2)), ['error vfio/feature-operation flags']],
  ['neither', deviceFeatureFormat, feature(7, 0), ['error vfio/feature-operation flags']],
  ['no such operation', deviceFeatureFormat, feature(7, GET), ['error vfio/feature-operation flags']],
  ['set of what is only read', deviceFeatureFormat, feature(9, SET, word(0)), ['error vfio/feature-operation flags']],
  ['argsz of the header', deviceFeatureFormat, feature(1, GET, word(7), 8), ['error vfio/feature-argsz argsz']],
  ['less than the header', deviceFeatureFormat, feature(7, SET, '', 7), ['error vfio/argsz-too-small argsz']],
  ['a cut capture', deviceFeatureFormat, feature(7, SET, '', 9), ['warning vfio/argsz-past-end argsz']],
  [
    'data that is short',
    deviceFeatureFormat,
    feature(1, GET, '07000000'),
    ['error vfio/feature-argsz argsz', 'error vfio/feature-data-short following'],
  ],
  [
    'more than the data',
    deviceFeatureFormat,
    feature(1, GET, `${word(7)} 01`),
    ['info vfio/argument-longer following'],
  ],
  ['all of migration', deviceFeatureFormat, feature(1, GET, word(7))],
  ['a request for the flags', deviceFeatureFormat, feature(1, GET, word(0))],
  [
    'no STOP_COPY',
    deviceFeatureFormat,
    feature(1, GET, word(2)),
    ['error vfio/migration-without-stop-copy data.flags'],
  ],
  ['a state', deviceFeatureFormat, state(SET, 3)],
  ['ERROR asked for', deviceFeatureFormat, state(SET, 0), ['info vfio/migration-state-refused data.deviceState']],
  ['state 8 asked for', deviceFeatureFormat, state(SET, 8), ['info vfio/migration-state-refused data.deviceState']],
  ['a request for the state', deviceFeatureFormat, state(GET, 0, '00000000')],
  ['the state is ERROR', deviceFeatureFormat, state(GET, 0), ['warning vfio/migration-state-error data.deviceState']],
  ['a log', deviceFeatureFormat, logging(4096, 256)],
  ['a log without ranges', deviceFeatureFormat, logging(4096, 0), ['error vfio/logging-range-count data.numRanges']],
  ['257 ranges', deviceFeatureFormat, logging(4096, 257), ['warning vfio/logging-range-count data.numRanges']],
  ['4097 ranges', deviceFeatureFormat, logging(4096, 4097), ['error vfio/logging-range-count data.numRanges']],
  ['an odd page size', deviceFeatureFormat, logging(12288, 1), ['error vfio/logging-page-size data.pageSize']],
  ['a report', deviceFeatureFormat, report(0x1000, 0x1000, 4096)],
  ['a report by 2 KiB', deviceFeatureFormat, report(0, 0x1000, 2048), ['error vfio/logging-page-size data.pageSize']],
  [
    'a report beyond the end',
    deviceFeatureFormat,
    report(-4096n, 0x2000, 4096),
    ['error vfio/logging-range-overflow data.length'],
  ],
  ['a buffer', deviceFeatureFormat, feature(11, GET, `${word(0)} 00000000 01000000 ${word(0)} ${word(4096)}`)],
  [
    'a buffer with flags and no range',
    deviceFeatureFormat,
    feature(11, GET, `${word(0)} 01000000 00000000`),
    ['error vfio/dma-buf-request data.flags', 'error vfio/dma-buf-request data.nrRanges'],
  ],
  [
    'a buffer that is cut',
    deviceFeatureFormat,
    feature(11, GET, `${word(0)} 00000000 01000000`),
    ['error layout/damaged-part data'],
  ],
  ...[0, 2, 4, 10].map(
    (index): Case => [
      `feature ${index}`,
      deviceFeatureFormat,
      feature(index, SET, index === 0 ? word(1) + word(2) : word(1)),
    ],
  ),
  ...[3, 5, 7, 12].map((index): Case => [`feature ${index}`, deviceFeatureFormat, feature(index, SET)]),
]

const interrupts: readonly Case[] = [
  ['none', irqSetFormat, irqs(0x21, 0, 0)],
  ['bytes', irqSetFormat, irqs(0x0a, 0, 2, '0100')],
  ['descriptors', irqSetFormat, irqs(0x24, 0, 2, 'ffffffff 08000000')],
  ['no kind of data', irqSetFormat, irqs(0x20, 0, 0), ['error vfio/irq-set-data-flags flags']],
  ['two kinds', irqSetFormat, irqs(0x26, 0, 0), ['error vfio/irq-set-data-flags flags']],
  ['no action', irqSetFormat, irqs(0x01, 0, 1), ['error vfio/irq-set-action-flags flags']],
  ['two actions', irqSetFormat, irqs(0x31, 0, 1), ['error vfio/irq-set-action-flags flags']],
  ['data that is short', irqSetFormat, irqs(0x24, 0, 2, 'ffffffff'), ['error vfio/irq-set-data-short following']],
  ['argsz that is short', irqSetFormat, irqs(0x22, 0, 1, '01', 20), ['error vfio/irq-set-data-short argsz']],
  ['too high', irqSetFormat, irqs(0x21, 0xffffffff, 1), ['error vfio/irq-set-range count']],
  ['too small', irqSetFormat, irqs(0x21, 0, 0, '', 19), ['error vfio/argsz-too-small argsz']],
  ['pre-copy', precopyInfoFormat, `18000000 00000000 ${word(24)} ${word(0)}`],
  [
    'pre-copy, too small',
    precopyInfoFormat,
    `17000000 00000000 ${word(0)} ${word(0)}`,
    ['error vfio/argsz-too-small argsz'],
  ],
  ['pre-copy anew', precopyInfoFormat, `18000000 01000000 ${word(0)} ${word(0)}`, ['info vfio/precopy-flags flags']],
  ['an echo', precopyInfoFormat, `18000000 efbeadde ${word(0)} ${word(0)}`, ['info vfio/precopy-flags flags']],
]

const mappings: readonly Case[] = [
  ['a mapping', dmaMapFormat, map(3, 0x7f0000001000n, 0x100000, 0x100000)],
  ['a new address', dmaMapFormat, map(4, 0x7f0000001000n, 0x100000, 0x100000)],
  ['no access', dmaMapFormat, map(0, 0, 0, 0x1000), ['error vfio/dma-flags flags']],
  ['access and a new address', dmaMapFormat, map(5, 0, 0, 0x1000), ['error vfio/dma-flags flags']],
  ['unknown flags', dmaMapFormat, map(9, 0, 0, 0x1000), ['error vfio/dma-flags flags']],
  ['too small', dmaMapFormat, map(1, 0, 0, 0x1000, 31), ['error vfio/argsz-too-small argsz']],
  ['no bytes', dmaMapFormat, map(1, 0, 0, 0), ['error vfio/dma-empty size']],
  ['an odd address', dmaMapFormat, map(1, 1, 0, 0x1000), ['error vfio/dma-misaligned vaddr']],
  ['an odd size', dmaMapFormat, map(1, 0, 0, 0x800), ['error vfio/dma-misaligned size']],
  ['to the very end', dmaMapFormat, map(1, 0, -0x1000n, 0x1000)],
  ['beyond the end', dmaMapFormat, map(1, 0, -0x1000n, 0x2000), ['error vfio/dma-overflow iova']],
  ['unmapped', dmaUnmapFormat, unmap(0, 0x1000, 0x1000)],
  ['all unmapped', dmaUnmapFormat, unmap(2, 0, 0)],
  ['all and a range', dmaUnmapFormat, unmap(2, 0, 0x1000), ['error vfio/dma-unmap-all iova']],
  ['nothing unmapped', dmaUnmapFormat, unmap(0, 0, 0), ['error vfio/dma-empty size']],
  ['unmapped at odd places', dmaUnmapFormat, unmap(0, 1, 0x1000), ['error vfio/dma-misaligned iova']],
  ['unmapped beyond the end', dmaUnmapFormat, unmap(0, -0x1000n, 0x2000), ['error vfio/dma-overflow iova']],
  ['unknown flags to unmap', dmaUnmapFormat, unmap(8, 0, 0x1000), ['error vfio/dma-flags flags']],
  ['with a bitmap', dmaUnmapFormat, unmap(1, 0, 0x1000, bitmap(4096, 8))],
  ['a bitmap of everything', dmaUnmapFormat, unmap(3, 0, 0, bitmap(4096, 8)), ['error vfio/dma-flags flags']],
  ['no bitmap', dmaUnmapFormat, unmap(1, 0, 0x1000), ['error vfio/bitmap-missing following']],
  ['half a bitmap', dmaUnmapFormat, unmap(1, 0, 0x1000, word(4096)), ['error vfio/bitmap-missing following']],
]

const MOST = 0x10000000
const logs: readonly Case[] = [
  ['start', dirtyPagesFormat, dirty(1)],
  ['stop', dirtyPagesFormat, dirty(2)],
  ['read', dirtyPagesFormat, dirty(4, range(0, 64 * 4096, 4096, 8))],
  ['read with room to spare', dirtyPagesFormat, dirty(4, range(0, 4096, 4096, 4096))],
  ['the largest', dirtyPagesFormat, dirty(4, range(0, 2n ** 43n, 4096, MOST))],
  ['nothing', dirtyPagesFormat, dirty(0), ['error vfio/dirty-pages-flags flags']],
  ['start and stop', dirtyPagesFormat, dirty(3), ['error vfio/dirty-pages-flags flags']],
  ['flag 3', dirtyPagesFormat, dirty(9), ['error vfio/dirty-pages-flags flags']],
  ['no range', dirtyPagesFormat, dirty(4), ['error vfio/bitmap-missing following']],
  [
    'argsz without the range',
    dirtyPagesFormat,
    dirty(4, range(0, 4096, 4096, 8), 8),
    ['error vfio/bitmap-missing argsz'],
  ],
  ['an odd start', dirtyPagesFormat, dirty(4, range(1, 4096, 4096, 8)), ['error vfio/dma-misaligned range.iova']],
  ['an odd size', dirtyPagesFormat, dirty(4, range(0, 6144, 4096, 8)), ['error vfio/dma-misaligned range.size']],
  ['beyond the end', dirtyPagesFormat, dirty(4, range(-4096n, 8192, 4096, 8)), ['error vfio/dma-overflow range.iova']],
  [
    'no bytes',
    dirtyPagesFormat,
    dirty(4, range(0, 0, 4096, 8)),
    ['error vfio/dma-empty range.size', 'error vfio/bitmap-size range.bitmap.size'],
  ],
  [
    'pages of 8 KiB',
    dirtyPagesFormat,
    dirty(4, range(0, 8192, 8192, 8)),
    ['error vfio/bitmap-page-size range.bitmap.pgsize'],
  ],
  [
    'no power of two',
    dirtyPagesFormat,
    dirty(4, range(0, 4096, 4095, 8)),
    ['error vfio/bitmap-page-size range.bitmap.pgsize'],
  ],
  [
    'a bitmap that is a page short',
    dirtyPagesFormat,
    dirty(4, range(0, 65 * 4096, 4096, 8)),
    ['error vfio/bitmap-size range.bitmap.size'],
  ],
  [
    'a bitmap above the largest',
    dirtyPagesFormat,
    dirty(4, range(0, 4096, 4096, MOST + 1)),
    ['error vfio/bitmap-size range.bitmap.size'],
  ],
  ['ranges in any order', dmaLoggingRangesFormat, `${word(0x4000)} ${word(0x1000)} ${word(0)} ${word(0x4000)}`],
  ['no ranges', dmaLoggingRangesFormat, '', ['error vfio/logging-range-count ranges']],
  ['257 ranges', dmaLoggingRangesFormat, ranges(257), ['warning vfio/logging-range-count ranges']],
  ['4097 ranges', dmaLoggingRangesFormat, ranges(4097), ['error vfio/logging-range-count ranges']],
  ['an odd range', dmaLoggingRangesFormat, `${word(0)} ${word(1)}`, ['error vfio/logging-range-misaligned ranges.0']],
  [
    'a range beyond the end',
    dmaLoggingRangesFormat,
    `${word(-4096n)} ${word(0x2000)}`,
    ['error vfio/logging-range-overflow ranges.0'],
  ],
  [
    'ranges that overlap',
    dmaLoggingRangesFormat,
    `${word(0x1000)} ${word(0x1000)} ${word(0)} ${word(0x2000)}`,
    ['error vfio/logging-range-overlap ranges.0'],
  ],
]

function ranges(count: number): string {
  return Array.from({ length: count }, (_, at) => word(at * 4096) + word(4096)).join('')
}

const plane = (argsz: number) => `${half(argsz)} ${'00'.repeat(60)}`
const others: readonly Case[] = [
  ['bound', bindIommufdFormat, '10000000 00000000 03000000 01000000'],
  ['bound by a token', bindIommufdFormat, `18000000 01000000 03000000 01000000 ${word(0x7000)}`],
  ['no token', bindIommufdFormat, '10000000 01000000 03000000 01000000', ['error vfio/bind-token-missing argsz']],
  ['attached', attachIommufdPtFormat, '0c000000 00000000 02000000'],
  ['attached for a process', attachIommufdPtFormat, '10000000 01000000 02000000 05000000'],
  ['attached for none', attachIommufdPtFormat, '0c000000 01000000 02000000', ['error vfio/pasid-missing argsz']],
  ['detached', detachIommufdPtFormat, '08000000 00000000'],
  ['detached for none', detachIommufdPtFormat, '08000000 01000000', ['error vfio/pasid-missing argsz']],
  ['what a reset affects', pciHotResetInfoFormat, '14000000 00000000 01000000 0800000000000182'],
  [
    'no room for it',
    pciHotResetInfoFormat,
    '0c000000 00000000 01000000',
    ['info vfio/hot-reset-devices-left-out count'],
  ],
  ['owned without names', pciHotResetInfoFormat, '0c000000 02000000 00000000', ['warning vfio/hot-reset-owned flags']],
  ['a reset', pciHotResetFormat, '10000000 00000000 01000000 07000000'],
  [
    'a reset without a group',
    pciHotResetFormat,
    '10000000 00000000 01000000 0700',
    ['warning vfio/argsz-past-end argsz', 'error vfio/hot-reset-short count'],
  ],
  ['a write', ioeventfdFormat, `20000000 04000000 ${word(0)} ${word(0)} 05000000 00000000`],
  [
    'a write of no width',
    ioeventfdFormat,
    `1c000000 00000000 ${word(0)} ${word(0)} 05000000`,
    ['error vfio/ioeventfd-width flags'],
  ],
  ['a picture', gfxPlaneFormat, plane(64)],
  ['half a picture', gfxPlaneFormat, plane(32), ['error vfio/argsz-too-small argsz']],
  ['a group', groupStatusFormat, '08000000 03000000'],
  ['half a group', groupStatusFormat, '04000000 03000000', ['error vfio/argsz-too-small argsz']],
  ['tracking', hwptSetDirtyTrackingFormat, '10000000 01000000 05000000 00000000'],
  [
    'tracking, too small',
    hwptSetDirtyTrackingFormat,
    '0c000000 01000000 05000000 00000000',
    ['error vfio/argsz-too-small size'],
  ],
  ['tracked', hwptGetDirtyBitmapFormat, tracked(0, 4096, 4096)],
  ['tracked, beyond the end', hwptGetDirtyBitmapFormat, tracked(-4096n, 8192, 4096), ['error vfio/dma-overflow iova']],
  ['tracked, empty', hwptGetDirtyBitmapFormat, tracked(0, 0, 4096), ['error vfio/dma-empty length']],
  ['tracked by odd pages', hwptGetDirtyBitmapFormat, tracked(0, 4096, 0), ['error vfio/bitmap-page-size pageSize']],
  ['a monitor', gfxEdidFormat, '18000000 00010000 80000000 00000000 00000000 01000000'],
  [
    'a monitor too large',
    gfxEdidFormat,
    '18000000 00010000 01010000 00000000 00000000 02000000',
    ['error vfio/edid-too-long edidSize'],
  ],
]

function tracked(iova: number | bigint, length: number, page: number): string {
  return `30000000 05000000 00000000 00000000 ${word(iova)} ${word(length)} ${word(page)} ${word(0)}`
}

const iommu = (tail: string, { argsz = 24 + hex(tail).length, flags = 3, first = 24 } = {}) =>
  `${half(argsz)} ${half(flags)} ${word(0x1000)} ${half(first)} 00000000 ${tail}`
const iovas = (list: readonly (readonly [number, number])[]) =>
  `0100 0100 00000000 ${half(list.length)} 00000000 ${list.map(([start, end]) => word(start) + word(end)).join('')}`
const device = (tail: string, first: number, pad = '00000000', argsz = 20 + hex(pad + tail).length) =>
  `${half(argsz)} 82000000 09000000 05000000 ${half(first)} ${pad} ${tail}`

const infos: readonly Case[] = [
  ['16 bytes', iommuInfoFormat, `10000000 01000000 ${word(0x1000)}`],
  [
    'ranges',
    iommuInfoFormat,
    iommu(
      iovas([
        [0, 0xfedfffff],
        [0xfef00000, 0xffffffffffff],
      ]),
    ),
  ],
  ['one address', iommuInfoFormat, iommu(iovas([[5, 5]]))],
  [
    'a range turned round',
    iommuInfoFormat,
    iommu(iovas([[2, 1]])),
    ['error vfio/iova-range-reversed capabilities.0.body.iovaRanges.0'],
  ],
  [
    'ranges out of order',
    iommuInfoFormat,
    iommu(
      iovas([
        [16, 31],
        [31, 47],
      ]),
    ),
    ['info vfio/iova-range-order capabilities.0.body.iovaRanges.1'],
  ],
  ['no room', iommuInfoFormat, iommu('', { argsz: 72, first: 0 }), ['info vfio/capabilities-left-out argsz']],
  ['an empty buffer', iommuInfoFormat, iommu(word(0) + word(0), { flags: 0, first: 0 })],
  [
    'a buffer with something in it',
    iommuInfoFormat,
    iommu(word(1), { flags: 0, first: 0 }),
    ['info vfio/gap-not-zero room'],
  ],
  ['into the fixed part', iommuInfoFormat, iommu(word(0), { first: 16 }), ['error vfio/capability-overlap capOffset']],
  ['past the end', iommuInfoFormat, iommu('', { first: 24 }), ['error vfio/capability-past-end capOffset']],
  [
    'a loop',
    iommuInfoFormat,
    iommu('0300 0100 18000000 05000000'),
    ['error vfio/capability-loop capabilities.0.header.next'],
  ],
  [
    'a damaged one',
    iommuInfoFormat,
    iommu('0300 0100 00000000 0500'),
    ['error vfio/capability-damaged capabilities.0.body'],
  ],
  ['migration', iommuInfoFormat, iommu(`0200 0100 00000000 00000000 00000000 ${word(4096)} ${word(MOST)}`)],
  ['migration without padding', iommuInfoFormat, iommu(`0200 0100 00000000 00000000 ${word(4096)} ${word(MOST)}`)],
  ['atomics', deviceInfoFormat, device('0500 0100 00000000 03000000 00000000', 24)],
  [
    'in front of the padding',
    deviceInfoFormat,
    device('0500 0100 00000000 03000000 00000000', 20, ''),
    ['info vfio/capability-misaligned capabilities.0.header.id'],
  ],
  [
    'a function of s390',
    deviceInfoFormat,
    device(`0100 0200 00000000 ${word(0)} ${word(1)} 0100 0200 0300 04 05 06000000 00000000`, 24),
    ['info vfio/capability-version capabilities.0.header.version'],
  ],
  ['version 1 of it', deviceInfoFormat, device(`0100 0100 00000000 ${word(0)} ${word(1)} 0100 0200 0300 04 05`, 24)],
  [
    'its group',
    deviceInfoFormat,
    device(`0200 0100 00000000 ${word(0)} ${word(1)} ${word(1)} 0100 0200 0300 04 00`, 24),
  ],
  ['its name', deviceInfoFormat, device('0300 0100 00000000 02000000 c1c2 0000', 24)],
  ['its path', deviceInfoFormat, device('0400 0100 00000000 04000000 01020304', 24)],
  [
    'a path that is cut',
    deviceInfoFormat,
    device('0400 0100 00000000 05000000 01020304', 24),
    ['error vfio/capability-damaged capabilities.0.body'],
  ],
  ['two interrupts', irqInfosFormat, '10000000 07000000 00000000 01000000 10000000 09000000 01000000 20000000'],
  [
    'half an interrupt behind one',
    irqInfosFormat,
    '10000000 07000000 00000000 01000000 10000000',
    ['error layout/trailing-bytes'],
  ],
  ['half an interrupt', irqInfosFormat, '10000000', ['error layout/ended-early answers.0.flags']],
  [
    'a region that is cut',
    regionInfosFormat,
    `28000000 00000000 00000000 00000000 ${word(0)} ${word(0)}`,
    ['warning vfio/argsz-past-end answers.0.argsz'],
  ],
]

const all = { features, interrupts, mappings, logs, others, infos }
const SPARE = new Set(['layout/reserved-not-zero', 'layout/unknown-value'])

describe.each(Object.entries(all))('%s', (_, cases) => {
  const named = cases.map(([what, format, bytes, found = []]) => ({ what, format, bytes, found }))
  test.each(named)('$what', ({ format, bytes, found }) => {
    expect(judged(format as Format, hex(bytes))).toEqual(found)
  })
})

test('every code has its smallest input', () => {
  const codes = [featureCodes, irqSetCodes, precopyInfoCodes, dmaCodes, deviceCodes, iommuCodes, gfxEdidCodes]
  const wanted = codes.flatMap(({ entries }) => Object.keys(entries)).sort()
  const tried = Object.values(all).flatMap((cases) => cases.flatMap(([, , , found = []]) => found))
  const seen = new Set(tried.map((text) => text.split(' ')[1]))
  expect(wanted.filter((code) => !seen.has(code))).toEqual([])
  expect(Object.keys(layoutCodes.entries)).toEqual(expect.arrayContaining([...SPARE]))
})

test('the other byte order', () => {
  const bytes = hex('00000010 00010002 00000006 ffffffff')
  expect(deviceFeatureFormat.decode(bytes, { byteOrder: 'big' })).toMatchObject({
    flags: { feature: 'mig-device-state', get: true, set: false },
    data: { deviceState: 'PRE_COPY', dataFd: -1 },
  })
  expect(judged(deviceFeatureFormat as Format, bytes, { byteOrder: 'big' })).toEqual([])
})
