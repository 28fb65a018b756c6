import { describe, expect, test } from 'vitest'
import {
  DirtyBitmap,
  dirtyBitmapFormat,
  libxlHeaderFormat,
  libxlRecordFormat,
  xenRecordForm,
  xenRecordFormat,
  xenShadowOpCodec,
  xenShadowOpFormat,
  xenStreamForm,
  xenStreamFormat,
} from '../../../src/dirty-bitmap/index.ts'
import { joined, type OptionValues } from '../../../src/layout/index.ts'
import { hasCompiler, layoutInC } from '../../vfio/c-structs.ts'
import { hex, image, judged } from '../../vfio/support.ts'

test('pages that lie far apart take no more memory than is allowed', () => {
  const pfns = Array.from({ length: 4 }, (_, at) => (BigInt(at) << 28n).toString(16).padStart(16, '0'))
  const little = pfns.map((pfn) => pfn.match(/../g)?.reverse().join('')).join('')
  const value = xenRecordFormat.decode(hex(`0f000000 20000000 ${little}`))
  expect(xenRecordForm.toDirtyBitmaps(value)[0]?.bitmap.count()).toBe(4)
  expect(() => xenRecordForm.toDirtyBitmaps(value, { maxBytes: 4096 })).toThrow(/needs more than 4096 bytes/)
})

describe('log-dirty operation', () => {
  // Typed from the header; a handle of 64 bits and aligned numbers.
  const DECLARATION = `typedef __attribute__((aligned(8))) uint64_t aligned64;
    struct op { u32 op; u32 mode; u32 mb; aligned64 dirty_bitmap; aligned64 pages; u32 fault_count; u32 dirty_count; };`
  const members = { op: 0, mode: 4, mb: 8, dirty_bitmap: 16, pages: 24, fault_count: 32, dirty_count: 36 }

  test.skipIf(!hasCompiler())('a C compiler lays it out so', () => {
    expect(layoutInC(DECLARATION, 'struct op', Object.keys(members))).toEqual({ sizeof: 40, ...members })
  })

  test('ours', () => {
    const starts = xenShadowOpCodec.fields(new Uint8Array(40)).filter(({ path }) => path[0] !== 'padding')
    expect(starts.map(({ offset }) => offset)).toEqual(Object.values(members))
  })

  const op = (number: number, buffer: number, pages: number, dirty: number) =>
    image(40, [
      [0, 4, number],
      [16, 8, buffer],
      [24, 8, pages],
      [36, 4, dirty],
    ])
  test.each([
    ['clean', op(11, 0x1000, 100, 100), []],
    ['peek without a buffer', op(12, 0, 0, 5), ['info dirty-bitmap/xen-no-buffer dirtyBitmap']],
    ['more dirty than pages', op(11, 0x1000, 100, 101), ['warning dirty-bitmap/xen-dirty-count dirtyCount']],
    ['off', op(0, 0, 0, 0), []],
  ])('%s', (_, bytes, expected) => expect(judged(xenShadowOpFormat, bytes)).toEqual(expected))

  test('its bitmap is flat', () => {
    expect(judged(dirtyBitmapFormat, hex('01'), { source: 'xen', pages: 8 })).toEqual([])
  })
})

const HEAD = 'ffffffffffffffff 58454e46 00000003 0000 000000000000'
const HVM = '02000000 0c00 0000 04000000 13000000'
const STATIC = '10000000 00000000'
const END = '00000000 00000000'
/** Pages 5 (normal) and 6 (broken), and the content of one. */
const PAGES = `01000000 18100000 02000000 00000000 0500000000000000 06000000000000d0 ${'ab'.repeat(4096)}`
const PFNS = '0f000000 10000000 0300000000000000 4100000000000000'

const stream = (...parts: readonly string[]) => hex(parts.join(''))

describe('libxc stream', () => {
  const healthy = stream(HEAD, HVM, STATIC, PAGES, PFNS, END)

  test('records by hand', () => {
    const { image: header, domain, records } = xenStreamFormat.decode(healthy)
    expect(header).toMatchObject({ version: 3, options: { bigEndian: false } })
    expect(domain).toMatchObject({ type: 'x86-hvm', pageShift: 12, xenMajor: 4, xenMinor: 19 })
    expect(records.map(({ type }) => type)).toEqual([
      'static-data-end',
      'page-data',
      'checkpoint-dirty-pfn-list',
      'end',
    ])
    expect(records[1]?.body).toMatchObject({
      count: 2,
      pages: [
        { pfn: 5n, type: 'normal' },
        { pfn: 6n, type: 'broken' },
      ],
    })
    expect(judged(xenStreamFormat, healthy)).toEqual([])
  })

  test('pages of each record', () => {
    const bitmaps = xenStreamForm.toDirtyBitmaps(xenStreamFormat.decode(healthy), { length: 64 })
    expect(bitmaps.map(({ name, bitmap }) => [name, ...bitmap.pages()])).toEqual([
      ['records[1] page-data', 5, 6],
      ['records[2] checkpoint-dirty-pfn-list', 3],
    ])
  })

  test('it is known by its header', () => {
    expect(xenStreamFormat.detect({ head: healthy })).toBe(1)
    expect(xenStreamFormat.detect({ head: new Uint8Array(64).fill(0xff) })).toBe(0)
  })

  test('big-endian', () => {
    const bytes = stream(HEAD.replace('00000003 0000', '00000003 0001'), '00000002 000c 0000 00000004 00000013', END)
    expect(judged(xenStreamFormat, bytes, { byteOrder: 'big' })).toEqual([])
    expect(xenStreamFormat.decode(bytes, { byteOrder: 'big' }).domain.xenMinor).toBe(19)
  })

  const at = (code: string, path: string, severity = 'error') => `${severity} dirty-bitmap/xen-${code} ${path}`.trim()
  const cases: readonly (readonly [string, Uint8Array, OptionValues, readonly string[]])[] = [
    ['version 2 has no static data', stream(HEAD.replace('00000003', '00000002'), HVM, PAGES, END), {}, []],
    ['version 1', stream(HEAD.replace('00000003', '00000001'), HVM, END), {}, [at('version', 'image.version')]],
    [
      'the other byte order',
      stream(HEAD, '00000002 000c 0000 00000004 00000013', END),
      {},
      [at('byte-order', 'domain')],
    ],
    ['pages of 64 KiB', stream(HEAD, HVM.replace('0c00', '1000'), END), {}, [at('page-shift', 'domain.pageShift')]],
    ['no end', stream(HEAD, HVM, STATIC), {}, [at('no-end', 'records', 'warning')]],
    ['a record behind the end', stream(HEAD, HVM, END, STATIC), {}, [at('after-end', 'records.1')]],
    ['pages before the static data', stream(HEAD, HVM, PAGES, END), {}, [at('static-data', 'records.0')]],
    ['an unknown record', stream(HEAD, HVM, '13000000 00000000', END), {}, [at('record', 'records.0')]],
    ['one that may be skipped', stream(HEAD, HVM, '13000080 00000000', END), {}, []],
  ]
  test.each(cases)('%s', (_, bytes, options, expected) => {
    expect(judged(xenStreamFormat, bytes, options)).toEqual(expected)
  })
})

describe('records', () => {
  test.each([
    ['pages', hex(PAGES), []],
    [
      'a page missing',
      hex('01000000 10000000 01000000 00000000 0500000000000000'),
      ['error dirty-bitmap/xen-page-content'],
    ],
    ['a list', hex(PFNS), []],
    ['page 2^52', hex('0f000000 08000000 0000000000001000'), ['error dirty-bitmap/xen-pfn']],
    ['a body that needs padding', hex('0b000000 01000000 aa 00000000000000'), []],
  ])('%s', (_, bytes, expected) => expect(judged(xenRecordFormat, bytes)).toEqual(expected))

  test('more than 128 MiB', () => {
    const record = joined([hex('0b000000 08000008'), new Uint8Array(0x08000008)])
    const { findings } = xenRecordFormat.inspect(record)
    expect(findings.map(({ code }) => code)).toEqual(['dirty-bitmap/xen-record-limit'])
  })

  test('a list of dirty pages from a bitmap', () => {
    const bitmap = DirtyBitmap.fromPages([3, 65], { pageSize: 4096, base: 0n, length: 100 })
    const value = xenRecordForm.fromDirtyBitmap(bitmap)
    expect(xenRecordFormat.encode(value)).toEqual(hex(PFNS))
    expect(xenRecordForm.toDirtyBitmaps(value, { length: 100 })[0]?.bitmap.equals(bitmap)).toBe(true)
  })

  test('page numbers that no bitmap has are left out', () => {
    const value = xenRecordFormat.decode(hex('0f000000 10000000 0300000000000000 ffffffffffff0f00'))
    expect([...(xenRecordForm.toDirtyBitmaps(value)[0]?.bitmap.pages() ?? [])]).toEqual([3])
  })
})

describe('libxl', () => {
  test.each([
    ['healthy', hex('4c6962786c466d74 00000002 00000000'), []],
    ['version 1', hex('4c6962786c466d74 00000001 00000000'), ['error dirty-bitmap/libxl-version version']],
  ])('header: %s', (_, bytes, expected) => expect(judged(libxlHeaderFormat, bytes)).toEqual(expected))

  test('a QEMU stream inside', () => {
    const bytes = hex('03000000 0c000000 02000000 00000000 5145564d 00000000')
    expect(libxlRecordFormat.decode(bytes)).toMatchObject({
      type: 'emulator-context',
      body: { emulatorId: 'qemu-upstream', index: 0, data: hex('5145564d') },
    })
    expect(judged(libxlRecordFormat, bytes)).toEqual([])
  })

  test('an unknown record', () => {
    expect(judged(libxlRecordFormat, hex('06000000 00000000'))).toEqual(['error dirty-bitmap/libxl-record type'])
    expect(judged(libxlRecordFormat, hex('06000080 00000000'))).toEqual([])
  })
})
