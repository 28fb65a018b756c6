import { describe, expect, test } from 'vitest'
import { type Codec, fixedSize, type Located } from '../../src/layout/index.ts'
import {
  deviceInfoHeadCodec,
  infoCapabilityCodec,
  iommuGetDirtyBitmapCodec,
  irqInfoHeadCodec,
  pciGetDirtyBitmapCodec,
  pciStatusSetCodec,
  regionInfoHeadCodec,
  regionTypeCodec,
  regionTypes,
  sparseMmapCodec,
  vfioIoctls,
} from '../../src/vfio/index.ts'
import { evaluateInC, hasCompiler, knownInC } from './c-header.ts'
import { hex } from './support.ts'

/** Offset and size of a field, or the mask of a bit field. */
function place(codec: unknown, bytes: Uint8Array, path: string): { offset: number; length: number; mask: number } {
  const all = (codec as Codec).fields(bytes)
  const below = (field: Located) => `${field.path.join('.')}.`.startsWith(`${path}.`)
  const fields = all.filter(below)
  const [first, last] = [fields[0], fields.at(-1)]
  if (first === undefined || last === undefined) throw new Error(`There is no field ${path}.`)
  const [low, high] = first.bits ?? [0, 0]
  return { offset: first.offset, length: last.offset + last.length - first.offset, mask: 2 ** (high + 1) - 2 ** low }
}

const HEADER = 'linux/vfio.h'
const zeros = (length: number) => new Uint8Array(length)
/** One area. */
const SPARSE = hex(`01000000 00000000 ${'00'.repeat(16)}`)

interface StructCase {
  readonly struct: string
  readonly codec: unknown
  readonly bytes: Uint8Array
  /** Bytes in front of what our codec describes. */
  readonly before?: number
  readonly fields: Readonly<Record<string, string>>
}

const CAPABILITY_HEADER = 8
const kernel: readonly StructCase[] = [
  {
    struct: 'vfio_device_info',
    codec: deviceInfoHeadCodec,
    bytes: zeros(20),
    fields: { argsz: 'argsz', flags: 'flags', num_regions: 'numRegions', num_irqs: 'numIrqs', cap_offset: 'capOffset' },
  },
  {
    struct: 'vfio_irq_info',
    codec: irqInfoHeadCodec,
    bytes: zeros(16),
    fields: { argsz: 'argsz', flags: 'flags', index: 'index', count: 'count' },
  },
  {
    struct: 'vfio_region_info',
    codec: regionInfoHeadCodec,
    bytes: zeros(32),
    fields: {
      argsz: 'argsz',
      flags: 'flags',
      index: 'index',
      cap_offset: 'capOffset',
      size: 'size',
      offset: 'offset',
    },
  },
  {
    struct: 'vfio_info_cap_header',
    codec: infoCapabilityCodec,
    bytes: zeros(8),
    fields: { id: 'id', version: 'version', next: 'next' },
  },
  {
    struct: 'vfio_region_info_cap_sparse_mmap',
    codec: sparseMmapCodec,
    bytes: SPARSE,
    before: CAPABILITY_HEADER,
    fields: { nr_areas: 'nrAreas', reserved: 'reserved', 'areas[0]': 'areas.0', 'areas[0].size': 'areas.0.size' },
  },
  {
    struct: 'vfio_region_info_cap_type',
    codec: regionTypeCodec,
    bytes: zeros(8),
    before: CAPABILITY_HEADER,
    fields: { type: 'type', subtype: 'subtype' },
  },
]

const MASKS: readonly (readonly [macro: string, codec: unknown, bytes: Uint8Array, path: string])[] = [
  ['VFIO_DEVICE_FLAGS_RESET', deviceInfoHeadCodec, zeros(16), 'flags.reset'],
  ['VFIO_DEVICE_FLAGS_PCI', deviceInfoHeadCodec, zeros(16), 'flags.pci'],
  ['VFIO_DEVICE_FLAGS_PLATFORM', deviceInfoHeadCodec, zeros(16), 'flags.platform'],
  ['VFIO_DEVICE_FLAGS_AMBA', deviceInfoHeadCodec, zeros(16), 'flags.amba'],
  ['VFIO_DEVICE_FLAGS_CCW', deviceInfoHeadCodec, zeros(16), 'flags.ccw'],
  ['VFIO_DEVICE_FLAGS_AP', deviceInfoHeadCodec, zeros(16), 'flags.ap'],
  ['VFIO_DEVICE_FLAGS_FSL_MC', deviceInfoHeadCodec, zeros(16), 'flags.fslMc'],
  ['VFIO_DEVICE_FLAGS_CAPS', deviceInfoHeadCodec, zeros(16), 'flags.caps'],
  ['VFIO_REGION_INFO_FLAG_READ', regionInfoHeadCodec, zeros(32), 'flags.read'],
  ['VFIO_REGION_INFO_FLAG_WRITE', regionInfoHeadCodec, zeros(32), 'flags.write'],
  ['VFIO_REGION_INFO_FLAG_MMAP', regionInfoHeadCodec, zeros(32), 'flags.mmap'],
  ['VFIO_REGION_INFO_FLAG_CAPS', regionInfoHeadCodec, zeros(32), 'flags.caps'],
  ['VFIO_IRQ_INFO_EVENTFD', irqInfoHeadCodec, zeros(16), 'flags.eventfd'],
  ['VFIO_IRQ_INFO_MASKABLE', irqInfoHeadCodec, zeros(16), 'flags.maskable'],
  ['VFIO_IRQ_INFO_AUTOMASKED', irqInfoHeadCodec, zeros(16), 'flags.automasked'],
  ['VFIO_IRQ_INFO_NORESIZE', irqInfoHeadCodec, zeros(16), 'flags.noresize'],
]

/** Region types that Linux has, by our names. */
const TYPES: readonly (readonly [name: string, type: string, subtype: string])[] = [
  ['Intel OpRegion', 'VFIO_REGION_TYPE_PCI_VENDOR_TYPE | 0x8086', 'VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION'],
  [
    'Intel host bridge configuration',
    'VFIO_REGION_TYPE_PCI_VENDOR_TYPE | 0x8086',
    'VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG',
  ],
  [
    'Intel LPC bridge configuration',
    'VFIO_REGION_TYPE_PCI_VENDOR_TYPE | 0x8086',
    'VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG',
  ],
  ['graphics EDID', 'VFIO_REGION_TYPE_GFX', 'VFIO_REGION_SUBTYPE_GFX_EDID'],
  ['CCW asynchronous command', 'VFIO_REGION_TYPE_CCW', 'VFIO_REGION_SUBTYPE_CCW_ASYNC_CMD'],
]

describe.skipIf(!hasCompiler(HEADER, 'sys/ioctl.h'))('against linux/vfio.h, where a C compiler has it', () => {
  test.each(kernel)('$struct', ({ struct, codec, bytes, before = 0, fields }) => {
    const names = Object.entries(fields)
    const wanted = names.flatMap(([name]) => [
      `offsetof(struct ${struct}, ${name})`,
      `sizeof(((struct ${struct} *)0)->${name})`,
    ])
    const known = evaluateInC(wanted, '', [HEADER])
    for (const [name, path] of names) {
      const { offset, length } = place(codec, bytes, path)
      expect(`${path} ${offset + before}`).toBe(`${path} ${known.get(`offsetof(struct ${struct}, ${name})`)}`)
      expect(`${path} ${length}`).toBe(`${path} ${known.get(`sizeof(((struct ${struct} *)0)->${name})`)}`)
    }
  })

  test('flags', () => {
    const known = evaluateInC(
      MASKS.map(([macro]) => macro),
      '',
      [HEADER],
    )
    const found = MASKS.map(([macro, codec, bytes, path]) => `${macro} ${place(codec, bytes, path).mask}`)
    expect(found).toEqual(MASKS.map(([macro]) => `${macro} ${known.get(macro)}`))
  })

  test('request numbers of Linux', () => {
    const headers = ['sys/ioctl.h', HEADER]
    const all = vfioIoctls.filter(({ design }) => design === 'linux')
    const there = new Set(
      knownInC(
        all.map(({ name }) => name),
        headers,
      ),
    )
    const linux = all.filter(({ name }) => there.has(name))
    expect(linux.length).toBeGreaterThan(20)
    const known = evaluateInC([...there], '', headers)
    expect(linux.map(({ name, number }) => `${name} ${number}`)).toEqual(
      linux.map(({ name }) => `${name} ${known.get(name)}`),
    )
  })

  test('region types of Linux', () => {
    for (const [name, type, subtype] of TYPES) {
      const known = evaluateInC([`(unsigned)(${type})`, subtype], '', [HEADER])
      const found = regionTypes.find((candidate) => candidate.name === name)
      expect([name, found?.type, found?.subtype]).toEqual([name, ...known.values()])
    }
  })

  test('capability IDs', () => {
    const names = ['SPARSE_MMAP', 'TYPE', 'MSIX_MAPPABLE'].map((name) => `VFIO_REGION_INFO_CAP_${name}`)
    expect([...evaluateInC(names, '', [HEADER]).values()]).toEqual([1, 2, 3])
  })
})

/** The arguments of 2017-18 as the reference has them. */
const DECLARATIONS = `
struct vfio_pci_status_set { uint32_t argsz; uint32_t flags; };
struct vfio_pci_get_dirty_bitmap { uint64_t start_addr; uint64_t page_nr; uint8_t dirty_bitmap[]; };
struct vfio_iommu_get_dirty_bitmap { uint64_t start_addr; uint64_t page_nr; uint8_t dirty_bitmap[]; };
`

describe.skipIf(!hasCompiler())('against a C compiler', () => {
  const query = { start_addr: 'startAddr', page_nr: 'pageNr', dirty_bitmap: 'dirtyBitmap' }
  const proposed: readonly StructCase[] = [
    {
      struct: 'vfio_pci_status_set',
      codec: pciStatusSetCodec,
      bytes: zeros(8),
      fields: { argsz: 'argsz', flags: 'flags' },
    },
    { struct: 'vfio_pci_get_dirty_bitmap', codec: pciGetDirtyBitmapCodec, bytes: zeros(16), fields: query },
    { struct: 'vfio_iommu_get_dirty_bitmap', codec: iommuGetDirtyBitmapCodec, bytes: zeros(16), fields: query },
  ]
  test.each(proposed)('$struct', ({ struct, codec, bytes, fields }) => {
    const names = Object.entries(fields)
    const offsets = names.map(([name]) => `offsetof(struct ${struct}, ${name})`)
    const known = evaluateInC([...offsets, `sizeof(struct ${struct})`], DECLARATIONS)
    expect([...names.map(([, path]) => place(codec, bytes, path).offset), bytes.length]).toEqual([...known.values()])
  })
})

test('sizes of the reference', () => {
  const sizes = [regionInfoHeadCodec, infoCapabilityCodec, pciStatusSetCodec, regionTypeCodec]
  expect(sizes.map(({ type }) => fixedSize(type))).toEqual([32, 8, 8, 8])
})
