import { bit, bits, bytes, remaining, rest, struct, u32 } from '../../layout/index.ts'

/** What a multifd packet of device state carries for VFIO. */
export const vfioDevicePacket = struct(
  'qemu-vfio-device-packet',
  {
    version: u32.doc('0'),
    index: u32.doc('place among the packets of the device, from 0; packets come in any order'),
    flags: bits(u32, { configState: bit(0).doc('the data are the config state with its tags'), reserved: rest() }),
    data: bytes(remaining),
  },
  {
    title: 'Device state of VFIO in a multifd packet',
    source: 'QEMU 10.0 and later, hw/vfio/migration-multifd.c, VFIODeviceStatePacket',
    byteOrder: 'big',
  },
)
