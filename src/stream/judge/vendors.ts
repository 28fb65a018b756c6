import {
  devicePartsFormat,
  gvtImageFormat,
  hisiAccStateFormat,
  i40eVfStateFormat,
  iceState2023Format,
  iceStateFormat,
  ixgbevfRegisterDumpFormat,
  ixgbevfRegistersFormat,
  mlx5StateFormat,
  pdsStateFormat,
  qatStateFormat,
  recordedRegistersFormat,
  stateInPfFormat,
  virtioStateFormat,
  xeStateFormat,
} from '../../vf-state/index.ts'

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
