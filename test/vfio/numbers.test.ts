import { expect, test } from 'vitest'
import { regionTypesOf, regionVendor, vfioIoctls, vfioIoctlsOf, vfioRequest } from '../../src/vfio/index.ts'

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
