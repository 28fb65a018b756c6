import type { OptionMap } from '../layout/index.ts'

/** Vendor IDs of configuration space, of drivers whose states start alike. */
export const VENDOR = { mlx5: 0x15b3, virtio: 0x1af4 } as const

/** The option by which a user says which of them it is. */
export const vendorOption = {
  vendorId: {
    kind: 'number',
    default: 0,
    meaning: 'vendor ID of the device, which tells mlx5 (0x15b3) from virtio (0x1af4); 0 where it is not known',
  },
} as const satisfies OptionMap
