import { atLeast, bit, bits, bytes, type Evidence, optional, remaining, rest, struct, u32 } from '../layout/index.ts'

/**
 * "Can migrate" of the mdev proposal's first version: the flag's name is known, its bit is remembered. Linux gave the
 * bit to CCW devices.
 */
export const MIGRATABLE: { readonly bit: number; readonly evidence: Evidence } = { bit: 4, evidence: 'recalled' }

/** What VFIO_DEVICE_GET_INFO answers: 16 bytes in kernels before capabilities, more after. */
export const deviceInfo = struct(
  'vfio-device-info',
  {
    argsz: u32.doc('bytes of the whole'),
    flags: bits(u32, {
      reset: bit(0).doc('the device can be reset'),
      pci: bit(1),
      platform: bit(2),
      amba: bit(3),
      ccw: bit(MIGRATABLE.bit).doc('CCW device; in the mdev proposal of June 2017 "can migrate", as recalled'),
      ap: bit(5),
      fslMc: bit(6),
      caps: bit(7).doc('there are capabilities'),
      reserved: rest(),
    }),
    numRegions: u32.doc('highest region index plus one'),
    numIrqs: u32.doc('highest interrupt index plus one'),
    capOffset: optional(atLeast(remaining, 4), u32.asHex().doc('first capability, in bytes from the start')),
    following: bytes(remaining).doc('padding and capabilities of later kernels'),
  },
  { title: 'VFIO device information', source: 'linux/vfio.h struct vfio_device_info', byteOrder: 'parameter' },
)
