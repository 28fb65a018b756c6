import { bit, bits, rest, struct, u32 } from '../layout/index.ts'

/** Run control of the mdev proposal's first version; its bits are remembered, not read. */
export const pciStatusSet = struct(
  'vfio-pci-status-set',
  {
    argsz: u32.doc('bytes of the whole: 8'),
    flags: bits(u32, {
      stop: bit(0).doc('stop the device'),
      start: bit(1).doc('start the device'),
      reserved: rest(),
    }),
  },
  {
    title: 'Argument of VFIO_DEVICE_PCI_STATUS_SET',
    source: 'Yulei Zhang, "Introduce Live migration capability to vfio_mdev device", June 2017',
    byteOrder: 'parameter',
    evidence: 'recalled',
  },
)
