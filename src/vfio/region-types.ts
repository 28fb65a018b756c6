import type { Evidence } from '../layout/index.ts'

/** A type of device-specific region, as the TYPE capability states it. */
export interface RegionType {
  readonly name: string
  readonly type: number
  readonly subtype: number
  /** The design that the number belongs to. */
  readonly design: string
  readonly evidence: Evidence
}

/** Bit 31 of a type: the vendor's own, its PCI vendor ID in bits 15:0. */
const VENDOR = 0x80000000
const INTEL = VENDOR + 0x8086
const NVIDIA = VENDOR + 0x10de
const IBM = VENDOR + 0x1014

/** Of the vendor whose PCI ID stands in the type; undefined where the type is nobody's own. */
export function regionVendor(type: number): number | undefined {
  return type >= VENDOR ? type & 0xffff : undefined
}

/** Region types of Linux and of the designs that never got there. Numbers that were used twice stand here twice. */
export const regionTypes: readonly RegionType[] = [
  { name: 'Intel OpRegion', type: INTEL, subtype: 1, design: 'linux', evidence: 'verified' },
  { name: 'Intel host bridge configuration', type: INTEL, subtype: 2, design: 'linux', evidence: 'verified' },
  { name: 'Intel LPC bridge configuration', type: INTEL, subtype: 3, design: 'linux', evidence: 'verified' },
  { name: 'mdev device state, V3', type: INTEL, subtype: 4, design: 'mdev 2017-18', evidence: 'verified' },
  { name: 'mdev device state, V4', type: 0x40000000, subtype: 1, design: 'mdev 2017-18', evidence: 'verified' },
  { name: 'device state control', type: 2, subtype: 1, design: 'device-state regions 2019', evidence: 'verified' },
  { name: 'device configuration data', type: 2, subtype: 2, design: 'device-state regions 2019', evidence: 'verified' },
  { name: 'device memory data', type: 2, subtype: 3, design: 'device-state regions 2019', evidence: 'verified' },
  { name: 'dirty bitmap data', type: 2, subtype: 4, design: 'device-state regions 2019', evidence: 'verified' },
  { name: 'NVIDIA NVLink2 memory', type: NVIDIA, subtype: 1, design: 'linux, deprecated', evidence: 'verified' },
  { name: 'IBM NVLink2 address translation', type: IBM, subtype: 1, design: 'linux, deprecated', evidence: 'verified' },
  { name: 'graphics EDID', type: 1, subtype: 1, design: 'linux', evidence: 'verified' },
  { name: 'CCW asynchronous command', type: 2, subtype: 1, design: 'linux', evidence: 'verified' },
  { name: 'CCW subchannel information', type: 2, subtype: 2, design: 'linux', evidence: 'verified' },
  { name: 'CCW channel reports', type: 2, subtype: 3, design: 'linux', evidence: 'verified' },
  { name: 'migration, version 1', type: 3, subtype: 1, design: 'linux, deprecated', evidence: 'verified' },
]

/**
 * VFIO_PCI_DEVICE_STATE_REGION_INDEX of the mdev proposal's first version, which had a fixed index in place of a type: the
 * first one behind VGA, as remembered.
 */
export const DEVICE_STATE_REGION_INDEX: { readonly index: number; readonly evidence: Evidence } = {
  index: 9,
  evidence: 'recalled',
}

/** Everything that a type and subtype were used for. */
export function regionTypesOf(type: number, subtype: number): RegionType[] {
  return regionTypes.filter((known) => known.type === type && known.subtype === subtype)
}
