import { array, optional, parameter, u32be } from '../layout/index.ts'

// Registers of a VFIO device as QEMU wrote them to its streams of 2017 to 2019, in this order.

/** Whether the MSI address has a high half, which no byte says: the device of the reader decides. */
export const MSI64 = {
  msi64: {
    meaning: '1 where the MSI capability of the device has a 64-bit address, which the bytes do not say',
    default: 1,
  },
} as const
export const msi64 = parameter('msi64')

export const bars = array(u32be.asHex(), 6).doc('BAR0 to BAR5 as the guest reads them')
export const msiAddressLow = u32be.asHex().doc('low half of the MSI address')
export const msiAddressHigh = u32be.asHex().doc('high half; only where the MSI capability has a 64-bit address')
export const msiData = u32be.asHex().doc('MSI data, 16 bits of it')

/** All of them; a structure with these has the parameters `MSI64`. */
export const pciRegisters = {
  bars,
  msiAddressLow,
  msiAddressHigh: optional(msi64, msiAddressHigh),
  msiData,
} as const
