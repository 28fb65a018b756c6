import { atLeast, bit, bits, i32, optional, remaining, rest, struct, u32, u64 } from '../../layout/index.ts'
import { vfioFacts } from '../facts.layout.ts'
import { following } from '../following.layout.ts'

/** Argument of VFIO_DEVICE_IOEVENTFD: what is written to the device whenever a descriptor is signalled. */
export const ioeventfd = struct(
  'vfio-ioeventfd',
  {
    argsz: u32.doc('32'),
    flags: bits(u32, {
      size8: bit(0).doc('one byte is written'),
      size16: bit(1),
      size32: bit(2),
      size64: bit(3),
      reserved: rest(),
    }),
    offset: u64.asHex().doc('where, in the device file'),
    data: u64.asHex().doc('what'),
    fd: i32.doc('descriptor; -1 takes it away'),
    reserved: optional(atLeast(remaining, 4), u32.doc('0')),
    following,
  },
  vfioFacts('VFIO ioeventfd', 'vfio_device_ioeventfd'),
)
