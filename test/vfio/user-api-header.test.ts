import { describe, expect, test } from 'vitest'
import { type Codec, type Located, leastSize } from '../../src/layout/index.ts'
import {
  attachIommufdPtCodec,
  bindIommufdCodec,
  detachIommufdPtCodec,
  deviceFeatureCodec,
  deviceInfoHeadCodec,
  dirtyBitmapCodec,
  dmaAvailableCodec,
  dmaMapCodec,
  dmaUnmapCodec,
  FEATURES,
  gfxEdidCodec,
  gfxPlaneCodec,
  groupStatusCodec,
  hwptGetDirtyBitmapCodec,
  hwptSetDirtyTrackingCodec,
  ioeventfdCodec,
  iommuInfoHeadCodec,
  iommuMigrationCodec,
  iovaRangesCodec,
  irqSetCodec,
  nvlink2SpeedCodec,
  nvlink2TargetCodec,
  pciAtomicCompleterCodec,
  pciHotResetCodec,
  pciHotResetInfoCodec,
  precopyInfoCodec,
  V2_STATES,
  vfioIoctls,
  zpciBaseCodec,
  zpciGroupCodec,
  zpciPfipCodec,
  zpciUtilCodec,
} from '../../src/vfio/index.ts'
import { evaluateInC, hasCompiler, knownInC } from './c-header.ts'
import { image } from './support.ts'

// Sizes, offsets and numbers against the headers of the machine, where it has them and they are new enough.

interface Struct {
  readonly struct: string
  readonly codec: unknown
  /** A value of the structure that has every field. */
  readonly bytes: Uint8Array
  /** Bytes in front of what our codec describes. */
  readonly before?: number
  /** C member and our path. */
  readonly fields: Readonly<Record<string, string>>
  /** Where the C structure has less than our value: lists, and data behind the header. */
  readonly size?: number
}

const zeros = (length: number) => new Uint8Array(length)
const INFO = { before: 8 }

const feature = (index: number, size: number) => {
  const bytes = zeros(8 + size)
  bytes[4] = index
  return bytes
}
const GET_BITMAP = image(48, [[4, 4, 4]])

const structs: readonly Struct[] = [
  { struct: 'vfio_group_status', codec: groupStatusCodec, bytes: zeros(8), fields: { argsz: 'argsz', flags: 'flags' } },
  {
    struct: 'vfio_device_info',
    codec: deviceInfoHeadCodec,
    bytes: zeros(24),
    fields: {
      argsz: 'argsz',
      flags: 'flags',
      num_regions: 'numRegions',
      num_irqs: 'numIrqs',
      cap_offset: 'capOffset',
      pad: 'pad',
    },
  },
  {
    struct: 'vfio_device_info_cap_pci_atomic_comp',
    codec: pciAtomicCompleterCodec,
    bytes: zeros(8),
    ...INFO,
    fields: { flags: 'flags', reserved: 'reserved' },
  },
  {
    struct: 'vfio_device_info_cap_zpci_base',
    codec: zpciBaseCodec,
    bytes: zeros(28),
    ...INFO,
    // The compiler pads it to whole words of 64 bits.
    size: 40,
    fields: {
      start_dma: 'startDma',
      end_dma: 'endDma',
      pchid: 'pchid',
      vfn: 'vfn',
      fmb_length: 'fmbLength',
      pft: 'pft',
      gid: 'gid',
      fh: 'fh',
    },
  },
  {
    struct: 'vfio_device_info_cap_zpci_group',
    codec: zpciGroupCodec,
    bytes: zeros(34),
    ...INFO,
    size: 48,
    fields: {
      dasm: 'dasm',
      msi_addr: 'msiAddr',
      flags: 'flags',
      mui: 'mui',
      noi: 'noi',
      maxstbl: 'maxstbl',
      version: 'version',
      reserved: 'reserved',
      imaxstbl: 'imaxstbl',
    },
  },
  {
    struct: 'vfio_device_info_cap_zpci_util',
    codec: zpciUtilCodec,
    bytes: zeros(4),
    ...INFO,
    fields: { size: 'size' },
  },
  {
    struct: 'vfio_device_info_cap_zpci_pfip',
    codec: zpciPfipCodec,
    bytes: zeros(4),
    ...INFO,
    fields: { size: 'size' },
  },
  {
    struct: 'vfio_region_info_cap_nvlink2_ssatgt',
    codec: nvlink2TargetCodec,
    bytes: zeros(8),
    ...INFO,
    fields: { tgt: 'tgt' },
  },
  {
    struct: 'vfio_region_info_cap_nvlink2_lnkspd',
    codec: nvlink2SpeedCodec,
    bytes: zeros(8),
    ...INFO,
    fields: { link_speed: 'linkSpeed', __pad: 'padding' },
  },
  {
    struct: 'vfio_region_gfx_edid',
    codec: gfxEdidCodec,
    bytes: zeros(24),
    fields: {
      edid_offset: 'edidOffset',
      edid_max_size: 'edidMaxSize',
      edid_size: 'edidSize',
      max_xres: 'maxXres',
      max_yres: 'maxYres',
      link_state: 'linkState',
    },
  },
  {
    struct: 'vfio_irq_set',
    codec: irqSetCodec,
    bytes: zeros(20),
    fields: { argsz: 'argsz', flags: 'flags', index: 'index', start: 'start', count: 'count' },
  },
  {
    struct: 'vfio_pci_hot_reset_info',
    codec: pciHotResetInfoCodec,
    bytes: image(20, [[8, 4, 1]]),
    size: 12,
    fields: {
      count: 'count',
      'devices[0]': 'devices.0',
      'devices[0].segment': 'devices.0.segment',
      'devices[0].bus': 'devices.0.bus',
      'devices[0].devfn': 'devices.0.devfn',
    },
  },
  {
    struct: 'vfio_pci_hot_reset',
    codec: pciHotResetCodec,
    bytes: image(16, [[8, 4, 1]]),
    size: 12,
    fields: { flags: 'flags', count: 'count', 'group_fds[0]': 'groupFds.0' },
  },
  {
    struct: 'vfio_device_gfx_plane_info',
    codec: gfxPlaneCodec,
    bytes: zeros(64),
    fields: {
      drm_format: 'drmFormat',
      drm_format_mod: 'drmFormatMod',
      width: 'width',
      size: 'size',
      y_hot: 'yHot',
      region_index: 'regionIndexOrDmabufId',
    },
    size: 64,
  },
  {
    struct: 'vfio_device_ioeventfd',
    codec: ioeventfdCodec,
    bytes: zeros(32),
    fields: { argsz: 'argsz', flags: 'flags', offset: 'offset', data: 'data', fd: 'fd' },
  },
  {
    struct: 'vfio_device_feature',
    codec: deviceFeatureCodec,
    bytes: zeros(8),
    fields: { argsz: 'argsz', flags: 'flags' },
  },
  {
    struct: 'vfio_device_feature_migration',
    codec: deviceFeatureCodec,
    bytes: feature(1, 8),
    before: -8,
    fields: { flags: 'data.flags' },
  },
  {
    struct: 'vfio_device_feature_mig_state',
    codec: deviceFeatureCodec,
    bytes: feature(2, 8),
    before: -8,
    fields: { device_state: 'data.deviceState', data_fd: 'data.dataFd' },
  },
  {
    struct: 'vfio_device_low_power_entry_with_wakeup',
    codec: deviceFeatureCodec,
    bytes: feature(4, 8),
    before: -8,
    fields: { wakeup_eventfd: 'data.wakeupEventfd', reserved: 'data.reserved' },
  },
  {
    struct: 'vfio_device_feature_dma_logging_control',
    codec: deviceFeatureCodec,
    bytes: feature(6, 24),
    before: -8,
    fields: {
      page_size: 'data.pageSize',
      num_ranges: 'data.numRanges',
      __reserved: 'data.reserved',
      ranges: 'data.ranges',
    },
  },
  {
    struct: 'vfio_device_feature_dma_logging_report',
    codec: deviceFeatureCodec,
    bytes: feature(8, 32),
    before: -8,
    fields: { iova: 'data.iova', length: 'data.length', page_size: 'data.pageSize', bitmap: 'data.bitmap' },
  },
  {
    struct: 'vfio_device_feature_mig_data_size',
    codec: deviceFeatureCodec,
    bytes: feature(9, 8),
    before: -8,
    fields: { stop_copy_length: 'data.stopCopyLength' },
  },
  {
    struct: 'vfio_device_feature_bus_master',
    codec: deviceFeatureCodec,
    bytes: feature(10, 4),
    before: -8,
    fields: { op: 'data.op' },
  },
  {
    struct: 'vfio_device_feature_dma_buf',
    codec: deviceFeatureCodec,
    bytes: image(40, [
      [4, 4, 11],
      [20, 4, 1],
    ]),
    before: -8,
    size: 16,
    fields: {
      region_index: 'data.regionIndex',
      open_flags: 'data.openFlags',
      flags: 'data.flags',
      nr_ranges: 'data.nrRanges',
      'dma_ranges[0]': 'data.ranges.0',
    },
  },
  {
    struct: 'vfio_precopy_info',
    codec: precopyInfoCodec,
    bytes: zeros(24),
    fields: { argsz: 'argsz', flags: 'flags', initial_bytes: 'initialBytes', dirty_bytes: 'dirtyBytes' },
  },
  {
    struct: 'vfio_iommu_type1_info',
    codec: iommuInfoHeadCodec,
    bytes: zeros(24),
    fields: { argsz: 'argsz', flags: 'flags', iova_pgsizes: 'iovaPgsizes', cap_offset: 'capOffset' },
  },
  {
    struct: 'vfio_iommu_type1_info_cap_iova_range',
    codec: iovaRangesCodec,
    bytes: image(24, [[0, 4, 1]]),
    ...INFO,
    size: 16,
    fields: {
      nr_iovas: 'nrIovas',
      reserved: 'reserved',
      'iova_ranges[0]': 'iovaRanges.0',
      'iova_ranges[0].end': 'iovaRanges.0.end',
    },
  },
  {
    struct: 'vfio_iommu_type1_info_cap_migration',
    codec: iommuMigrationCodec,
    bytes: zeros(24),
    ...INFO,
    fields: { flags: 'flags', pgsize_bitmap: 'pgsizeBitmap', max_dirty_bitmap_size: 'maxDirtyBitmapSize' },
  },
  {
    struct: 'vfio_iommu_type1_info_dma_avail',
    codec: dmaAvailableCodec,
    bytes: zeros(4),
    ...INFO,
    fields: { avail: 'avail' },
  },
  {
    struct: 'vfio_iommu_type1_dma_map',
    codec: dmaMapCodec,
    bytes: zeros(32),
    fields: { argsz: 'argsz', flags: 'flags', vaddr: 'vaddr', iova: 'iova', size: 'size' },
  },
  {
    struct: 'vfio_iommu_type1_dma_unmap',
    codec: dmaUnmapCodec,
    bytes: zeros(24),
    fields: { argsz: 'argsz', flags: 'flags', iova: 'iova', size: 'size' },
  },
  {
    struct: 'vfio_iommu_type1_dirty_bitmap',
    codec: dirtyBitmapCodec,
    bytes: zeros(8),
    fields: { argsz: 'argsz', flags: 'flags' },
  },
  {
    struct: 'vfio_iommu_type1_dirty_bitmap_get',
    codec: dirtyBitmapCodec,
    bytes: GET_BITMAP,
    before: -8,
    fields: {
      iova: 'range.iova',
      size: 'range.size',
      'bitmap.pgsize': 'range.bitmap.pgsize',
      'bitmap.size': 'range.bitmap.size',
      'bitmap.data': 'range.bitmap.data',
    },
  },
  {
    struct: 'vfio_device_bind_iommufd',
    codec: bindIommufdCodec,
    bytes: zeros(24),
    fields: {
      argsz: 'argsz',
      flags: 'flags',
      iommufd: 'iommufd',
      out_devid: 'outDevid',
      token_uuid_ptr: 'tokenUuidPtr',
    },
  },
  {
    struct: 'vfio_device_attach_iommufd_pt',
    codec: attachIommufdPtCodec,
    bytes: zeros(16),
    fields: { argsz: 'argsz', flags: 'flags', pt_id: 'ptId', pasid: 'pasid' },
  },
  {
    struct: 'vfio_device_detach_iommufd_pt',
    codec: detachIommufdPtCodec,
    bytes: zeros(12),
    fields: { argsz: 'argsz', flags: 'flags', pasid: 'pasid' },
  },
  {
    struct: 'iommu_hwpt_set_dirty_tracking',
    codec: hwptSetDirtyTrackingCodec,
    bytes: zeros(16),
    fields: { size: 'size', flags: 'flags', hwpt_id: 'hwptId', __reserved: 'reserved' },
  },
  {
    struct: 'iommu_hwpt_get_dirty_bitmap',
    codec: hwptGetDirtyBitmapCodec,
    bytes: zeros(48),
    fields: {
      size: 'size',
      hwpt_id: 'hwptId',
      flags: 'flags',
      iova: 'iova',
      length: 'length',
      page_size: 'pageSize',
      data: 'data',
    },
  },
]

const masks: readonly (readonly [macro: string, codec: unknown, bytes: Uint8Array, path: string])[] = [
  ['VFIO_GROUP_FLAGS_VIABLE', groupStatusCodec, zeros(8), 'flags.viable'],
  ['VFIO_GROUP_FLAGS_CONTAINER_SET', groupStatusCodec, zeros(8), 'flags.containerSet'],
  ['VFIO_DEVICE_FLAGS_CDX', deviceInfoHeadCodec, zeros(24), 'flags.cdx'],
  ['VFIO_PCI_ATOMIC_COMP32', pciAtomicCompleterCodec, zeros(8), 'flags.comp32'],
  ['VFIO_PCI_ATOMIC_COMP128', pciAtomicCompleterCodec, zeros(8), 'flags.comp128'],
  ['VFIO_IRQ_SET_DATA_NONE', irqSetCodec, zeros(20), 'flags.dataNone'],
  ['VFIO_IRQ_SET_DATA_BOOL', irqSetCodec, zeros(20), 'flags.dataBool'],
  ['VFIO_IRQ_SET_DATA_EVENTFD', irqSetCodec, zeros(20), 'flags.dataEventfd'],
  ['VFIO_IRQ_SET_ACTION_MASK', irqSetCodec, zeros(20), 'flags.actionMask'],
  ['VFIO_IRQ_SET_ACTION_UNMASK', irqSetCodec, zeros(20), 'flags.actionUnmask'],
  ['VFIO_IRQ_SET_ACTION_TRIGGER', irqSetCodec, zeros(20), 'flags.actionTrigger'],
  ['VFIO_PCI_HOT_RESET_FLAG_DEV_ID', pciHotResetInfoCodec, zeros(12), 'flags.devId'],
  ['VFIO_PCI_HOT_RESET_FLAG_DEV_ID_OWNED', pciHotResetInfoCodec, zeros(12), 'flags.devIdOwned'],
  ['VFIO_GFX_PLANE_TYPE_PROBE', gfxPlaneCodec, zeros(64), 'flags.probe'],
  ['VFIO_GFX_PLANE_TYPE_DMABUF', gfxPlaneCodec, zeros(64), 'flags.dmabuf'],
  ['VFIO_GFX_PLANE_TYPE_REGION', gfxPlaneCodec, zeros(64), 'flags.region'],
  ['VFIO_DEVICE_IOEVENTFD_8', ioeventfdCodec, zeros(32), 'flags.size8'],
  ['VFIO_DEVICE_IOEVENTFD_64', ioeventfdCodec, zeros(32), 'flags.size64'],
  ['VFIO_DEVICE_FEATURE_MASK', deviceFeatureCodec, zeros(8), 'flags.feature'],
  ['VFIO_DEVICE_FEATURE_GET', deviceFeatureCodec, zeros(8), 'flags.get'],
  ['VFIO_DEVICE_FEATURE_SET', deviceFeatureCodec, zeros(8), 'flags.set'],
  ['VFIO_DEVICE_FEATURE_PROBE', deviceFeatureCodec, zeros(8), 'flags.probe'],
  ['VFIO_MIGRATION_STOP_COPY', deviceFeatureCodec, feature(1, 8), 'data.flags.stopCopy'],
  ['VFIO_MIGRATION_P2P', deviceFeatureCodec, feature(1, 8), 'data.flags.p2p'],
  ['VFIO_MIGRATION_PRE_COPY', deviceFeatureCodec, feature(1, 8), 'data.flags.preCopy'],
  ['VFIO_IOMMU_INFO_PGSIZES', iommuInfoHeadCodec, zeros(24), 'flags.pgsizes'],
  ['VFIO_IOMMU_INFO_CAPS', iommuInfoHeadCodec, zeros(24), 'flags.caps'],
  ['VFIO_DMA_MAP_FLAG_READ', dmaMapCodec, zeros(32), 'flags.read'],
  ['VFIO_DMA_MAP_FLAG_WRITE', dmaMapCodec, zeros(32), 'flags.write'],
  ['VFIO_DMA_MAP_FLAG_VADDR', dmaMapCodec, zeros(32), 'flags.vaddr'],
  ['VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP', dmaUnmapCodec, zeros(24), 'flags.getDirtyBitmap'],
  ['VFIO_DMA_UNMAP_FLAG_ALL', dmaUnmapCodec, zeros(24), 'flags.all'],
  ['VFIO_DMA_UNMAP_FLAG_VADDR', dmaUnmapCodec, zeros(24), 'flags.vaddr'],
  ['VFIO_IOMMU_DIRTY_PAGES_FLAG_START', dirtyBitmapCodec, zeros(8), 'flags.start'],
  ['VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP', dirtyBitmapCodec, zeros(8), 'flags.stop'],
  ['VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP', dirtyBitmapCodec, zeros(8), 'flags.getBitmap'],
  ['VFIO_DEVICE_BIND_FLAG_TOKEN', bindIommufdCodec, zeros(16), 'flags.token'],
  ['VFIO_DEVICE_ATTACH_PASID', attachIommufdPtCodec, zeros(12), 'flags.pasid'],
  ['VFIO_DEVICE_DETACH_PASID', detachIommufdPtCodec, zeros(8), 'flags.pasid'],
  ['IOMMU_HWPT_DIRTY_TRACKING_ENABLE', hwptSetDirtyTrackingCodec, zeros(16), 'flags.enable'],
  ['IOMMU_HWPT_GET_DIRTY_BITMAP_NO_CLEAR', hwptGetDirtyBitmapCodec, zeros(48), 'flags.noClear'],
]

/** Numbers with names in the header. */
const numbers: readonly (readonly [macro: string, value: number])[] = [
  ...Object.entries(V2_STATES).map(([number, name]) => [`VFIO_DEVICE_STATE_${name}`, Number(number)] as const),
  ...Object.entries(FEATURES).map(([number, name]) => {
    const constant = name === 'mig-precopy-info-v2' ? 'MIG_PRECOPY_INFOv2' : name.toUpperCase().replaceAll('-', '_')
    return [`VFIO_DEVICE_FEATURE_${constant}`, Number(number)] as const
  }),
  ...['ZPCI_BASE', 'ZPCI_GROUP', 'ZPCI_UTIL', 'ZPCI_PFIP', 'PCI_ATOMIC_COMP'].map(
    (name, at) => [`VFIO_DEVICE_INFO_CAP_${name}`, at + 1] as const,
  ),
  ['VFIO_REGION_INFO_CAP_NVLINK2_SSATGT', 4],
  ['VFIO_REGION_INFO_CAP_NVLINK2_LNKSPD', 5],
  ['VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE', 1],
  ['VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION', 2],
  ['VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL', 3],
  ['VFIO_DEVICE_GFX_LINK_STATE_UP', 1],
  ['VFIO_DEVICE_GFX_LINK_STATE_DOWN', 2],
]

/** The field of a path and all below it. */
function placeOf(codec: unknown, bytes: Uint8Array, path: string) {
  const below = (field: Located) => `${field.path.join('.')}.`.startsWith(`${path}.`)
  const fields = (codec as Codec).fields(bytes).filter(below)
  const [first, last] = [fields[0], fields.at(-1)]
  if (first === undefined || last === undefined) throw new Error(`There is no field ${path}.`)
  const [low, high] = first.bits ?? [0, 0]
  return { offset: first.offset, length: last.offset + last.length - first.offset, mask: 2 ** (high + 1) - 2 ** low }
}

const ALL = ['sys/ioctl.h', 'linux/vfio.h', 'linux/vfio_zdev.h', 'linux/iommufd.h']
const headers = ALL.filter((header) => hasCompiler(header))

/** Structures that only newer headers have, as the reference has their members. */
const NEWER: Readonly<Record<string, string>> = {
  vfio_device_info: 'u32 argsz, flags, num_regions, num_irqs, cap_offset, pad;',
  vfio_device_info_cap_pci_atomic_comp: 'u64 header; u32 flags, reserved;',
  vfio_device_feature_mig_data_size: 'u64 stop_copy_length;',
  vfio_device_feature_bus_master: 'u32 op;',
  vfio_device_feature_dma_buf:
    'u32 region_index, open_flags, flags, nr_ranges; struct { u64 offset, length; } dma_ranges[];',
  vfio_device_bind_iommufd: 'u32 argsz, flags; int32_t iommufd; u32 out_devid; u64 token_uuid_ptr;',
  vfio_device_attach_iommufd_pt: 'u32 argsz, flags, pt_id, pasid;',
  vfio_device_detach_iommufd_pt: 'u32 argsz, flags, pasid;',
  iommu_hwpt_set_dirty_tracking: 'u32 size, flags, hwpt_id, __reserved;',
  iommu_hwpt_get_dirty_bitmap: 'u32 size, hwpt_id, flags, __reserved; u64 iova, length, page_size, data;',
}

describe.skipIf(!hasCompiler())('against a C compiler', () => {
  test.each(structs.filter(({ struct }) => struct in NEWER))(
    '$struct',
    ({ struct, codec, bytes, fields, before = 0, size }) => {
      const types = 'typedef uint32_t u32; typedef uint64_t u64;'
      const names = Object.keys(fields)
      const offsets = names.map((name) => `offsetof(struct ${struct}, ${name})`)
      const whole = `sizeof(struct ${struct})`
      const values = evaluateInC([...offsets, whole], `${types} struct ${struct} { ${NEWER[struct]} };`)
      const ours = Object.values(fields).map((path) => placeOf(codec, bytes, path).offset + before)
      expect([...ours, size ?? bytes.length + before]).toEqual([...values.values()])
    },
  )
})

describe.skipIf(!headers.includes('linux/vfio.h'))('against linux/vfio.h and linux/iommufd.h', () => {
  const sizes = structs.map(({ struct }) => `sizeof(struct ${struct})`)
  const offsetsOf = ({ struct, fields }: Struct) =>
    Object.keys(fields).flatMap((name) => [
      `offsetof(struct ${struct}, ${name})`,
      `sizeof(((struct ${struct} *)0)->${name})`,
    ])
  const known = evaluateInC(knownInC([...sizes, ...structs.flatMap(offsetsOf)], headers), '', headers)

  test('the header has most of them', () => {
    expect(structs.filter(({ struct }) => known.has(`sizeof(struct ${struct})`)).length).toBeGreaterThan(20)
  })

  test.each(structs)('$struct', ({ struct, codec, bytes, fields, before = 0, size }) => {
    const theirs = known.get(`sizeof(struct ${struct})`)
    if (theirs === undefined) return
    for (const [name, path] of Object.entries(fields)) {
      const offset = known.get(`offsetof(struct ${struct}, ${name})`)
      // A later member of the structure.
      if (offset === undefined) continue
      const ours = placeOf(codec, bytes, path)
      expect(`${path} ${ours.offset + before}`).toBe(`${path} ${offset}`)
      expect(`${path} ${ours.length}`).toBe(`${path} ${known.get(`sizeof(((struct ${struct} *)0)->${name})`)}`)
    }
    // The headers of this machine may be older than the last members, never newer.
    expect(theirs).toBeLessThanOrEqual(size ?? bytes.length + before)
    expect((codec as Codec).encode((codec as Codec).decode(bytes))).toEqual(bytes)
  })

  test('flags', () => {
    const values = evaluateInC(
      knownInC(
        masks.map(([macro]) => macro),
        headers,
      ),
      '',
      headers,
    )
    const there = masks.filter(([macro]) => values.has(macro))
    expect(there.length).toBeGreaterThan(25)
    const found = there.map(([macro, codec, bytes, path]) => `${macro} ${placeOf(codec, bytes, path).mask}`)
    expect(found).toEqual(there.map(([macro]) => `${macro} ${values.get(macro)}`))
  })

  test('states, features and capability IDs', () => {
    const values = evaluateInC(
      knownInC(
        numbers.map(([macro]) => macro),
        headers,
      ),
      '',
      headers,
    )
    const there = numbers.filter(([macro]) => values.has(macro))
    expect(there.length).toBeGreaterThan(20)
    expect(there.map(([macro, value]) => `${macro} ${value}`)).toEqual(
      there.map(([macro]) => `${macro} ${values.get(macro)}`),
    )
  })

  test.skipIf(!headers.includes('linux/iommufd.h'))('requests of the iommufd', () => {
    const names = vfioIoctls.filter(({ file }) => file === 'iommufd').map(({ name }) => name)
    const values = evaluateInC(knownInC(names, headers), '', headers)
    for (const [name, number] of values) expect(vfioIoctls.find((known) => known.name === name)?.number).toBe(number)
  })
})

/** Whole sizes of the reference, for machines without a compiler. */
test.each([
  ['irq_set', irqSetCodec, 20],
  ['iommu_type1_info', iommuInfoHeadCodec, 16],
  ['dma_map', dmaMapCodec, 32],
  ['dma_unmap', dmaUnmapCodec, 24],
  ['bind_iommufd', bindIommufdCodec, 16],
  ['precopy_info', precopyInfoCodec, 24],
  ['device_feature', deviceFeatureCodec, 8],
  ['dirty_bitmap', dirtyBitmapCodec, 8],
] as const)('%s has at least the bytes that the reference says', (_, { type }, size) => {
  expect(leastSize(type)).toBe(size)
})
