import { describe, expect, it, test } from 'vitest'
import { type QemuMigration, qemuMigrationFormat } from '../../../src/qemu/index.ts'
import {
  be32,
  be64,
  blocks,
  codes,
  configuration,
  counted,
  description,
  end,
  eos,
  header,
  part,
  ram,
  ramEnd,
  start,
  stream,
  subsection,
  zeros,
} from '../judge/stream.ts'

// Bodies after htab_save_iterate of QEMU's hw/ppc/spapr.c and cmma_save of hw/s390x/s390-stattrib.c.

/** What looks like the footer of section 5 with a section behind it. */
const footerInside = [0x7e, ...be32(5), 4, ...be32(6), 3, 0x61, 0x61, 0x61]
const entry = [...footerInside, ...zeros(16 - footerInside.length)]
const noMore = zeros(8)

const HTAB = [
  start(5, 'spapr/htab', be32(18)),
  part(5, [...be32(0), ...be32(7), 0, 2, 0, 1, ...entry, ...entry, ...be32(900), 0, 1, 0, 0, ...entry, ...noMore]),
  end(5, [...be32(0), ...noMore]),
]
const RADIX = [start(5, 'spapr/htab', be32(2 ** 32 - 1)), part(5, be32(2 ** 32 - 1)), end(5, be32(2 ** 32 - 1))]
const ATTRIBUTES = [
  start(5, 's390-storage_attributes', be64(1), { version: 0 }),
  part(5, [...be64(0x1002), ...be64(footerInside.length), ...footerInside, ...be64(0x9002), ...be64(1), 4, ...be64(1)]),
  end(5, [...be64(8), ...be64(1)]),
]

const withoutFooter = (section: readonly number[]) => section.slice(0, -5)
const sizes = (bytes: readonly number[]) =>
  (qemuMigrationFormat.decode(Uint8Array.from(bytes)) as QemuMigration).sections
    ?.filter(({ sectionId }) => sectionId === 5)
    .map(({ size }) => size)

describe.each([
  ['a hash table', HTAB],
  ['no hash table', RADIX],
  ['storage attributes', ATTRIBUTES],
])('%s', (_, sections) => {
  const [first = [], middle = [], last = []] = sections

  it('ends where it says, whatever stands in it', () => {
    const bytes = stream(ram, first, middle, last)
    expect(codes(bytes)).toEqual([])
    expect(sizes(bytes)).toEqual(sections.map(({ length }) => length))
  })

  it('is told from what follows where sections have no footers', () => {
    const list = withoutFooter(start(1, 'ram', [...blocks(['r', 4096]), ...eos], { version: 4 }))
    const page = [2, ...be32(1), ...be64(2), ...counted('r'), 0, ...eos]
    const rest = [withoutFooter(first), page, withoutFooter(middle), withoutFooter(ramEnd), withoutFooter(last)].flat()
    const bytes = [...header, ...configuration(), ...list, ...rest, ...description()]
    expect(codes(bytes)).toEqual(['qemu/no-footers'])
    expect(sizes(bytes)).toEqual(sections.map(({ length }) => length - 5))
  })
})

test('a mapped-ram file without shared memory has no pages of it', () => {
  const names = [...counted('x-ignore-shared'), ...counted('mapped-ram')]
  const capabilities = subsection('configuration/capabilities', be32(2), names)
  const shared = [...blocks(['r', 4096]), ...be64(0), ...be32(1), ...be64(4096), ...be64(0), ...be64(0)]
  const sections = [...start(1, 'ram', [...shared, ...eos], { version: 4 }), ...part(1, eos), ...ramEnd]
  const bytes = Uint8Array.from([...header, ...configuration('pc', capabilities), ...sections, ...description()])
  expect(codes(bytes)).toEqual([])
  expect(qemuMigrationFormat.encode(qemuMigrationFormat.decode(bytes) as QemuMigration)).toEqual(bytes)
})
