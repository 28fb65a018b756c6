/** EINVAL of Linux. */
export const EINVAL = 22

/** A registered driver of the mediate (`open`) or vendor (`probe`) series. */
export interface VendorDriver<D> {
  readonly name: string
  /** Identity of its operations: one entry each. */
  readonly ops: object | null
  /** Whether it takes the device: `open` returned 0, or `probe` gave no error pointer. */
  readonly takes: (device: D) => boolean
}

/** Adds a driver at the end; a negative error number for operations that are missing or registered already. */
export function registerDriver<D>(
  drivers: readonly VendorDriver<D>[],
  driver: VendorDriver<D>,
): readonly VendorDriver<D>[] | number {
  if (driver.ops === null || drivers.some(({ ops }) => ops === driver.ops)) return -EINVAL
  return [...drivers, driver]
}

/** The driver of a device: the first registered one that takes it; undefined: vfio-pci's default operations. */
export function selectDriver<D>(drivers: readonly VendorDriver<D>[], device: D): VendorDriver<D> | undefined {
  return drivers.find(({ takes }) => takes(device))
}

/** Names of all handlers that want one device: chained handlers of 2019 allow one, more are a fault of the set-up. */
export function contenders<D>(drivers: readonly VendorDriver<D>[], device: D): string[] {
  return drivers.filter(({ takes }) => takes(device)).map(({ name }) => name)
}
