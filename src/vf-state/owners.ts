import type { Format } from '../layout/index.ts'
import { hisiAccStateFormat } from './hisi-acc/index.ts'
import { iceState2023Format, iceStateFormat } from './ice/index.ts'
import { gvtImageFormat } from './mdev-2017/index.ts'
import { mlx5StateFormat } from './mlx5/index.ts'
import { mttyStateFormat } from './mtty/index.ts'
import { pdsStateFormat } from './pds/index.ts'
import { qatStateFormat } from './qat/index.ts'
import {
  ixgbevfRegisterDumpFormat,
  ixgbevfRegistersFormat,
  recordedRegistersFormat,
  stateInPfFormat,
} from './self-emulation-2015/index.ts'
import { i40eVfStateFormat } from './vendor-ops-2020/index.ts'
import { devicePartsFormat, virtioStateFormat } from './virtio/index.ts'
import { xeStateFormat } from './xe/index.ts'

/** Vendor IDs, each with the formats of drivers that serve its devices alone. */
const OWNERS = [
  [0x15b3, [mlx5StateFormat]],
  [0x1af4, [virtioStateFormat, devicePartsFormat]],
  [0x19e5, [hisiAccStateFormat]],
  [0x1dd8, [pdsStateFormat]],
  [
    0x8086,
    [
      qatStateFormat,
      xeStateFormat,
      iceStateFormat,
      iceState2023Format,
      i40eVfStateFormat,
      gvtImageFormat,
      stateInPfFormat,
      recordedRegistersFormat,
      ixgbevfRegistersFormat,
      ixgbevfRegisterDumpFormat,
    ],
  ],
] as const

const BY_NAME: ReadonlyMap<string, number> = new Map(
  OWNERS.flatMap(([vendorId, formats]) => formats.map(({ name }) => [name, vendorId] as const)),
)

/** Vendor ID of the devices that a format is of; undefined where it may be any. */
export const vendorOfFormat = (name: string): number | undefined => BY_NAME.get(name)

/**
 * Formats of what the drivers of VFIO give when they are read: each tells its own bytes, or belongs to a vendor alone. A
 * function, as all here, because the bundled command loads this file when it is asked and not before.
 */
export const driverStateFormats = (): readonly Format[] => DRIVER_STATES

const DRIVER_STATES = [
  mttyStateFormat,
  mlx5StateFormat,
  virtioStateFormat,
  hisiAccStateFormat,
  qatStateFormat,
  xeStateFormat,
  iceStateFormat,
  iceState2023Format,
  pdsStateFormat,
] as readonly Format[]
