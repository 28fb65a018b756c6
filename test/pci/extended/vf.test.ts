import { describe, expect, test } from 'vitest'
import { vfMigrationStatesFormat, vfRoutingIds } from '../../../src/pci/extended/index.ts'

describe('routing IDs of VFs', () => {
  // The guests that the captures come from: the PF at 01:00.0, and the VFs that lspci showed there.
  test.each([
    { name: 'igb', numVfs: 3, firstVfOffset: 128, vfStride: 2, ids: [0x0180, 0x0182, 0x0184] },
    { name: 'nvme', numVfs: 4, firstVfOffset: 1, vfStride: 1, ids: [0x0101, 0x0102, 0x0103, 0x0104] },
    { name: 'none', numVfs: 0, firstVfOffset: 1, vfStride: 1, ids: [] },
    { name: 'wrapped', numVfs: 2, firstVfOffset: 0xfeff, vfStride: 3, ids: [0xffff, 0x0002] },
  ])('$name', ({ ids, ...sriov }) => {
    expect(vfRoutingIds(sriov, 0x0100)).toEqual(ids)
  })
})

describe('VF Migration State Array', () => {
  const bytes = Uint8Array.from([0, 1, 2, 3, 0xff])

  test('decodes to the states of the specification', () => {
    expect(vfMigrationStatesFormat.decode(bytes).states).toEqual([
      { state: 'inactive-unavailable', reserved: 0 },
      { state: 'dormant-migrate-in', reserved: 0 },
      { state: 'active-migrate-out', reserved: 0 },
      { state: 'active-available', reserved: 0 },
      { state: 'active-available', reserved: 0xfc },
    ])
  })

  test('comes back unchanged', () => {
    expect(vfMigrationStatesFormat.encode(vfMigrationStatesFormat.decode(bytes))).toEqual(bytes)
    expect(vfMigrationStatesFormat.decode(new Uint8Array()).states).toEqual([])
  })

  test('reports reserved bits and nothing else', () => {
    const { findings } = vfMigrationStatesFormat.inspect(bytes)
    expect(findings.map(({ code, offset }) => [code, offset])).toEqual([['layout/reserved-not-zero', 4]])
  })

  test('is never detected', () => {
    expect(vfMigrationStatesFormat.name).toBe('vf-migration-states')
    expect(vfMigrationStatesFormat.detect({ head: bytes, size: 5, name: 'vf-migration-states.bin' })).toBe(0)
  })
})
