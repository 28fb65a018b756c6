import { bit, bits, struct, u64, wideRest } from '../layout/index.ts'

/** What reading the eventfd of the remap irq gives. */
export const remapBarSignal = struct(
  'vfio-remap-bar-signal',
  {
    bars: bits(u64, {
      bar0: bit(0),
      bar1: bit(1),
      bar2: bit(2),
      bar3: bit(3),
      bar4: bit(4),
      bar5: bit(5),
      reserved: wideRest(),
    }).doc('BARs whose region information is to be asked for again'),
  },
  {
    title: 'Eventfd value that names BARs to be mapped anew',
    source: 'Yan Zhao, RFC v4, Introduce vendor ops in vfio-pci and QEMU RFC v4, remap bar region irq, 18 May 2020',
  },
)
