import { both, optional, struct, u8 } from '../../layout/index.ts'
import { bars, MSI64, msi64, msiAddressHigh, msiAddressLow, msiData, pciRegisters } from '../pci-registers.layout.ts'

const SERIES = 'Yulei Zhang, "Introduce Live migration capability to vfio_mdev device"'

const parameters = MSI64

/** Body of a FULL section of V2 and V3, up to the image. */
export const mdevFullHead = struct('mdev-2017-full-head', pciRegisters, {
  title: 'mdev stream body of V2 and V3, up to the image',
  source: `${SERIES}, V2 and V3; github intel/Igvtg-qemu da39ea3983 to 11ef400a9d`,
  parameters,
})

/** Body of a START or END section of May 2018, up to the image: START has the flag alone. */
export const mdevLiveHead = struct(
  'mdev-2018-live-head',
  {
    flag: u8.doc('0 in START (VFIO_SAVE_FLAG_SETUP), 1 in END (VFIO_SAVE_FLAG_DEV_STATE)'),
    bars: optional('flag', bars),
    msiAddressLow: optional('flag', msiAddressLow),
    msiAddressHigh: optional(both('flag', msi64), msiAddressHigh),
    msiData: optional('flag', msiData),
  },
  {
    title: 'mdev stream body of May 2018, up to the image',
    source: `${SERIES}, after V4; github intel/Igvtg-qemu 6bfe7259f3 to 800707e9e3`,
    parameters,
  },
)

/** The body of V1 was never found: the same items, then the region from its first byte, which was no run state yet. */
export const mdevFirstHead = struct('mdev-2017-first-head', pciRegisters, {
  title: 'mdev stream body of V1, up to the region',
  source: `proposed after ${SERIES}, V2`,
  evidence: 'proposed',
  parameters,
})
