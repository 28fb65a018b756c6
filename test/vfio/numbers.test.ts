import { describe, expect, test } from 'vitest'
import {
  fileKindOf,
  ioctlArguments,
  migrationDriverOf,
  readArgument,
  regionTypesOf,
  regionVendor,
  resolveRequest,
  vfioIoctls,
  vfioIoctlsOf,
  vfioRequest,
} from '../../src/vfio/index.ts'
import { hex } from './support.ts'

test.each([
  [14, 0x3b72],
  [15, 0x3b73],
  [17, 0x3b75],
  [22, 0x3b7a],
])('_IO(VFIO_TYPE, VFIO_BASE + %i)', (index, number) => {
  expect(vfioRequest(index)).toBe(number)
})

test('request numbers of the proposals, and what Linux uses them for now', () => {
  const named = (number: number) => vfioIoctlsOf(number).map(({ name }) => name)
  expect(named(0x3b72)).toContain('VFIO_DEVICE_PCI_STATUS_SET')
  expect(named(0x3b72)).toContain('VFIO_DEVICE_QUERY_GFX_PLANE')
  expect(named(0x3b73)).toContain('VFIO_DEVICE_PCI_GET_DIRTY_BITMAP')
  expect(named(0x3b73)).toContain('VFIO_DEVICE_GET_GFX_DMABUF')
  expect(named(0x3b75)).toContain('VFIO_IOMMU_GET_DIRTY_BITMAP')
  expect(vfioIoctlsOf(0x3b7a)).toEqual([
    {
      name: 'VFIO_GET_PCI_CAP_INFO',
      design: 'faked capability 2015',
      index: 22,
      number: 0x3b7a,
      file: 'device',
      evidence: 'recalled',
    },
  ])
  expect(new Set(vfioIoctls.map(({ name }) => name)).size).toBe(vfioIoctls.length)
})

test('region types', () => {
  expect(regionVendor(0x80008086)).toBe(0x8086)
  expect(regionVendor(0x40000000)).toBeUndefined()
  expect(regionTypesOf(0x80008086, 4).map(({ name }) => name)).toEqual(['mdev device state, V3'])
  expect(regionTypesOf(0x40000000, 1).map(({ name }) => name)).toEqual(['mdev device state, V4'])
  // The proposal of 2019 took the number that CCW devices got.
  expect(regionTypesOf(2, 1).map(({ name }) => name)).toEqual(['device state control', 'CCW asynchronous command'])
  expect(regionTypesOf(99, 1)).toEqual([])
})

test.each([
  [0x3b70, 'container', 'VFIO_IOMMU_GET_INFO'],
  [0x3b70, 'device', 'VFIO_DEVICE_GET_PCI_HOT_RESET_INFO'],
  [0x3b71, 'container', 'VFIO_IOMMU_MAP_DMA'],
  [0x3b71, 'device', 'VFIO_DEVICE_PCI_HOT_RESET'],
  [0x3b72, 'container', 'VFIO_IOMMU_UNMAP_DMA'],
  [0x3b72, 'device', 'VFIO_DEVICE_QUERY_GFX_PLANE'],
  [0x3b75, 'container', 'VFIO_IOMMU_DIRTY_PAGES'],
  [0x3b75, 'device', 'VFIO_DEVICE_FEATURE'],
  [0x3b76, 'device', 'VFIO_DEVICE_BIND_IOMMUFD'],
  [0x3b77, 'device', 'VFIO_DEVICE_ATTACH_IOMMUFD_PT'],
  [0x3b77, 'container', 'VFIO_IOMMU_SPAPR_TCE_CREATE'],
  [0x3b78, 'device', 'VFIO_DEVICE_DETACH_IOMMUFD_PT'],
  [0x3b79, 'migration-data', 'VFIO_MIG_GET_PRECOPY_INFO'],
  [0x3b79, 'container', 'VFIO_EEH_PE_OP'],
  [0x3b68, 'group', 'VFIO_GROUP_SET_CONTAINER'],
  [0x3b80, 'iommufd', 'IOMMU_DESTROY'],
  [0x3b8b, 'iommufd', 'IOMMU_HWPT_SET_DIRTY_TRACKING'],
  [0x3b8c, 'iommufd', 'IOMMU_HWPT_GET_DIRTY_BITMAP'],
  // An iommufd can stand in for a container.
  [0x3b71, 'iommufd', 'VFIO_IOMMU_MAP_DMA'],
  [0x3b75, 'group', undefined],
  [0x3b7a, 'device', undefined],
  [0x5401, 'device', undefined],
] as const)('%i on a %s file', (number, kind, name) => {
  expect(resolveRequest(number, kind)?.name).toBe(name)
})

test.each([
  ['/dev/vfio/vfio', 'container'],
  ['/dev/vfio/13', 'group'],
  ['/dev/vfio/noiommu-0', 'group'],
  ['/dev/vfio/devices/vfio0', 'device'],
  ['/dev/iommu', 'iommufd'],
  ['anon_inode:[vfio-device]', 'device'],
  ['anon_inode:mlx5vf_mig', 'migration-data'],
  ['anon_inode:hisi_acc_vf_mig', 'migration-data'],
  ['anon_inode:virtiovf_mig', 'migration-data'],
  ['anon_inode:pds_vfio_lm', 'migration-data'],
  ['anon_inode:qat_vf_mig', 'migration-data'],
  ['anon_inode:xe_vfio_mig', 'migration-data'],
  ['anon_inode:mtty_mig', 'migration-data'],
  ['anon_inode:[eventfd]', undefined],
  ['anon_inode:kvm-vm', undefined],
  ['anon_inode:toString', undefined],
  ['/dev/vfio/', undefined],
  ['/dev/vfio/vfio2', undefined],
  ['', undefined],
])('%j', (name, kind) => {
  expect(fileKindOf(name)).toBe(kind)
})

test('the driver of migration data', () => {
  expect(migrationDriverOf('anon_inode:mlx5vf_mig')).toBe('mlx5')
  expect(migrationDriverOf('/dev/vfio/vfio')).toBeUndefined()
})

describe('arguments', () => {
  const read = (request: string, text: string) => {
    const { format, value, findings } = readArgument(request, hex(text))
    return { format: format?.name, value, found: findings.map(({ severity, code }) => `${severity} ${code}`) }
  }

  test('a whole one', () => {
    expect(read('VFIO_GROUP_SET_CONTAINER', '04000000')).toEqual({
      format: 'vfio-descriptor',
      value: { fd: 4 },
      found: [],
    })
    expect(read('VFIO_DEVICE_RESET', '')).toEqual({ format: undefined, value: undefined, found: [] })
    expect(read('VFIO_SET_IOMMU', '')).toEqual({ format: undefined, value: undefined, found: [] })
  })

  test.each([
    ['none was recorded', 'VFIO_DEVICE_FEATURE', '', 'info vfio/argument-absent'],
    ['none was recorded of one without description', 'VFIO_EEH_PE_OP', '', 'info vfio/argument-absent'],
    ['one that is not taken', 'VFIO_DEVICE_RESET', '00', 'info vfio/argument-unexpected'],
    ['one without description', 'VFIO_EEH_PE_OP', '0c000000', 'info vfio/argument-undescribed'],
    ['one that is cut', 'VFIO_DEVICE_FEATURE', '08000000 00', 'error layout/ended-early'],
    ['one that is too long', 'VFIO_GROUP_SET_CONTAINER', '04000000 00', 'error layout/trailing-bytes'],
  ])('%s', (_, request, text, found) => {
    const reading = read(request, text)
    expect(reading.found).toEqual([found])
    expect(reading.value).toEqual(text === '' ? undefined : { opaque: hex(text) })
  })

  test('only requests that there are', () => {
    const names = new Set(vfioIoctls.map(({ name }) => name))
    expect([...ioctlArguments.keys()].filter((name) => !names.has(name))).toEqual([])
  })
})
