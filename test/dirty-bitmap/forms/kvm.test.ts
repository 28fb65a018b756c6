import { describe, expect, test } from 'vitest'
import {
  DirtyBitmap,
  harvestRing,
  KVM_DIRTY_REQUESTS,
  KVM_DIRTY_RING_PAGE,
  KVM_EXIT_DIRTY_RING_FULL,
  kvmClearDirtyLogCodec,
  kvmClearDirtyLogFormat,
  kvmDirtyGfnCodec,
  kvmDirtyRingCodec,
  kvmDirtyRingFormat,
  kvmGetDirtyLogCodec,
  kvmGetDirtyLogFormat,
  ringBitmaps,
  ringOf,
} from '../../../src/dirty-bitmap/index.ts'
import type { Codec, OptionValues } from '../../../src/layout/index.ts'
import { evaluateInC, hasCompiler } from '../../vfio/c-header.ts'
import { hex, image, judged } from '../../vfio/support.ts'

/** Offsets of the members, by hand from the table of the reference; the end last. */
const structures = [
  ['struct kvm_dirty_log', kvmGetDirtyLogCodec, { slot: 0, padding1: 4, dirty_bitmap: 8 }, 16],
  ['struct kvm_clear_dirty_log', kvmClearDirtyLogCodec, { slot: 0, num_pages: 4, first_page: 8, dirty_bitmap: 16 }, 24],
  ['struct kvm_dirty_gfn', kvmDirtyGfnCodec, { flags: 0, slot: 4, offset: 8 }, 16],
] as const

const NUMBERS = {
  KVM_GET_DIRTY_LOG: 0x4010ae42,
  KVM_CLEAR_DIRTY_LOG: 0xc018aec0,
  KVM_RESET_DIRTY_RINGS: 0xaec7,
} as const

describe('structures of linux/kvm.h', () => {
  test.each(structures)('%s', (_, codec, members, size) => {
    const fields = (codec as unknown as Codec).fields(new Uint8Array(size))
    const starts = new Map(fields.map(({ path, offset }) => [path[0], offset]))
    expect([...starts.values()]).toEqual(Object.values(members))
    const last = fields.at(-1)
    expect((last?.offset ?? 0) + (last?.length ?? 0)).toBe(size)
  })

  test('request numbers', () => expect(KVM_DIRTY_REQUESTS).toEqual(NUMBERS))

  test.skipIf(!hasCompiler('linux/kvm.h'))('a C compiler says the same', () => {
    const expressions = structures.flatMap(([type, , members, size]) => [
      [`sizeof(${type})`, size] as const,
      ...Object.entries(members).map(([member, offset]) => [`offsetof(${type}, ${member})`, offset] as const),
    ])
    const all: (readonly [string, number])[] = [
      ...expressions,
      ...Object.entries(NUMBERS),
      ['KVM_DIRTY_GFN_F_DIRTY', 1],
      ['KVM_DIRTY_GFN_F_RESET', 2],
      ['KVM_EXIT_DIRTY_RING_FULL', KVM_EXIT_DIRTY_RING_FULL],
    ]
    const defined = evaluateInC(
      all.map(([text]) => text),
      '',
      ['linux/kvm.h'],
    )
    expect([...defined]).toEqual(all)
    expect(KVM_DIRTY_RING_PAGE).toBe(64)
  })
})

describe('arguments', () => {
  const get = (slot: number, pointer: number) =>
    image(16, [
      [0, 4, slot],
      [8, 8, pointer],
    ])
  const clear = (first: number, pages: number) =>
    image(24, [
      [0, 4, 3],
      [4, 4, pages],
      [8, 8, first],
      [16, 8, 0x7f0000000000],
    ])

  test.each([
    ['healthy', get(0x0001_0003, 0x1000), []],
    ['no buffer', get(3, 0), ['error dirty-bitmap/kvm-no-buffer dirtyBitmap']],
    ['a third address space', get(0x0002_0003, 0x1000), ['error dirty-bitmap/kvm-address-space slot.addressSpace']],
  ])('get: %s', (_, bytes, expected) => expect(judged(kvmGetDirtyLogFormat, bytes)).toEqual(expected))

  test('slot and address space', () => {
    const { slot } = kvmGetDirtyLogFormat.decode(get(0x0001_0003, 0x1000))
    expect(slot).toEqual({ id: 3, addressSpace: 1 })
    expect(judged(kvmGetDirtyLogFormat, hex('00010003 00000000 0000000000001000'), { byteOrder: 'big' })).toEqual([])
  })

  const cases: readonly (readonly [string, Uint8Array, OptionValues, readonly string[]])[] = [
    ['words', clear(64, 128), {}, []],
    ['to the end of the slot', clear(64, 36), { slotPages: 100 }, []],
    ['not a word', clear(1, 64), {}, ['error dirty-bitmap/kvm-first-page firstPage']],
    ['a part of a word, end unknown', clear(0, 1), {}, ['warning dirty-bitmap/kvm-page-count numPages']],
    ['a part of a word inside the slot', clear(0, 1), { slotPages: 2 }, ['error dirty-bitmap/kvm-page-count numPages']],
    ['past the end', clear(0, 128), { slotPages: 100 }, ['error dirty-bitmap/kvm-past-slot numPages']],
    ['far past the end', clear(128, 64), { slotPages: 100 }, ['error dirty-bitmap/kvm-past-slot numPages']],
  ]
  test.each(cases)('clear: %s', (_, bytes, options, expected) => {
    expect(judged(kvmClearDirtyLogFormat, bytes, options)).toEqual(expected)
  })
})

type Entry = readonly [flags: number, slot: number, offset: number]

const ringBytes = (entries: readonly Entry[], size = entries.length) =>
  image(
    16 * size,
    entries.flatMap(([flags, slot, offset], at) => [
      [16 * at, 4, flags] as const,
      [16 * at + 4, 4, slot] as const,
      [16 * at + 8, 8, offset] as const,
    ]),
  )

const ring = (entries: readonly Entry[]) => kvmDirtyRingCodec.decode(ringBytes(entries))

describe('dirty rings', () => {
  test('a harvest stops at the first entry that is not dirty', () => {
    expect(
      harvestRing(
        ring([
          [1, 0, 5],
          [1, 0, 6],
          [0, 0, 0],
          [1, 0, 7],
        ]),
      ),
    ).toEqual({ indexes: [0, 1], next: 2 })
    // Round the end.
    expect(
      harvestRing(
        ring([
          [1, 0, 5],
          [0, 0, 0],
          [2, 0, 1],
          [1, 0, 7],
        ]),
        3,
      ),
    ).toEqual({ indexes: [3, 0], next: 1 })
    // 11 and 10 are harvested already.
    expect(
      harvestRing(
        ring([
          [3, 0, 5],
          [1, 0, 6],
        ]),
      ),
    ).toEqual({ indexes: [], next: 0 })
    expect(
      harvestRing(
        ring([
          [1, 0, 5],
          [1, 0, 6],
        ]),
        1,
      ),
    ).toEqual({ indexes: [1, 0], next: 1 })
    expect(harvestRing({ entries: [] })).toEqual({ indexes: [], next: 0 })
  })

  test('pages of each slot', () => {
    const entries = ring([
      [1, 2, 70],
      [1, 0x0001_0002, 1],
      [1, 2, 3],
      [1, 2, 70],
      [1, 2, 500],
      [0, 0, 0],
    ])
    const slots = [{ slot: 2, base: 0x1_0000_0000n, pages: 100 }]
    const bitmaps = ringBitmaps(entries, { slots })
    const shown = bitmaps.map(({ name, bitmap }) => [name, bitmap.base, bitmap.length, [...bitmap.pages()]])
    expect(shown).toEqual([
      ['0:2', 0x1_0000_0000n, 100, [3, 70]],
      ['1:2', 0n, 2, [1]],
    ])
  })

  test('entries far apart take no more memory than is allowed', () => {
    const entries = ring(Array.from({ length: 9 }, (_, at) => [1, 2, at * 2 ** 28] as const))
    expect(() => ringBitmaps(entries)).toThrow(/needs more than 268435456 bytes/)
  })

  test('from a bitmap and back', () => {
    const bitmap = DirtyBitmap.fromPages([1, 64, 99], { pageSize: 4096, base: 0n, length: 100 })
    const made = ringOf(bitmap, { slot: 7, addressSpace: 1, size: 256 })
    const bytes = kvmDirtyRingCodec.encode(made)
    expect(bytes.length).toBe(4096)
    expect(bytes.subarray(16, 32)).toEqual(hex('01000000 07000100 4000000000000000'))
    const [back] = ringBitmaps(kvmDirtyRingCodec.decode(bytes), { length: 100 })
    expect(back?.bitmap.equals(bitmap)).toBe(true)
  })

  const SIZE = 'warning dirty-bitmap/ring-size entries'
  const cases: readonly (readonly [string, Uint8Array, OptionValues, readonly string[]])[] = [
    ['healthy', ringBytes([[1, 0, 5]], 256), {}, []],
    [
      'harvested, and dirty behind',
      ringBytes(
        [
          [3, 0, 5],
          [2, 0, 6],
          [1, 0, 7],
        ],
        256,
      ),
      { start: 2 },
      [],
    ],
    ['no entry', new Uint8Array(0), {}, [SIZE]],
    ['255 entries', ringBytes([[1, 0, 5]], 255), {}, [SIZE]],
    ['128 entries', ringBytes([[1, 0, 5]], 128), {}, [SIZE]],
    ['131072 entries', new Uint8Array(16 * 131072), {}, [SIZE]],
    [
      'dirty behind a free one',
      ringBytes(
        [
          [0, 0, 0],
          [1, 0, 7],
        ],
        256,
      ),
      {},
      ['warning dirty-bitmap/ring-behind-end entries.1'],
    ],
    [
      'full',
      ringBytes(Array.from({ length: 256 }, (): Entry => [1, 0, 1])),
      {},
      ['info dirty-bitmap/ring-full entries'],
    ],
    [
      'a page number of guest memory',
      ringBytes([[1, 0, 2 ** 31 - 1]], 256),
      {},
      ['error dirty-bitmap/ring-offset entries.0'],
    ],
    [
      'behind the slot',
      ringBytes([[1, 0, 100]], 256),
      { slotPages: 100 },
      ['error dirty-bitmap/ring-offset entries.0'],
    ],
  ]
  test.each(cases)('%s', (_, bytes, options, expected) => {
    expect(judged(kvmDirtyRingFormat, bytes, options)).toEqual(expected)
  })

  test('a ring that is cut inside an entry', () => {
    expect(() => kvmDirtyRingFormat.decode(new Uint8Array(17))).toThrow(/ended-early|expected/)
  })
})
