import { array, both, optional, parameter, struct, u8, u32be } from '../../layout/index.ts'

const SERIES = 'Yulei Zhang, "Introduce Live migration capability to vfio_mdev device"'

const msi64 = parameter('msi64')
const parameters = {
  msi64: { meaning: '1 where the MSI capability has a 64-bit address, which the bytes do not say', default: 1 },
} as const

const bars = array(u32be.asHex(), 6).doc('BAR0 to BAR5 as the guest reads them')
const msiAddressLow = u32be.asHex().doc('low half of the MSI address')
const msiAddressHigh = u32be.asHex().doc("high half; written where the source's MSI capability has a 64-bit address")
const msiData = u32be.asHex().doc('MSI data, 16 bits of it')

const items = { bars, msiAddressLow, msiAddressHigh: optional(msi64, msiAddressHigh), msiData } as const

/** Body of a FULL section of V2 and V3, up to the image. */
export const mdevFullHead = struct('mdev-2017-full-head', items, {
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
export const mdevFirstHead = struct('mdev-2017-first-head', items, {
  title: 'mdev stream body of V1, up to the region',
  source: `proposed after ${SERIES}, V2`,
  evidence: 'proposed',
  parameters,
})
