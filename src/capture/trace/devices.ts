import { LAST_DEVICE } from '../../protocol/index.ts'

/** Numbers for devices by their names, in order of appearance. */
export class DeviceNumbers {
  private readonly numbers = new Map<string, number>()

  /** Whether the device gets its number now. */
  isNew(name: string): boolean {
    return !this.numbers.has(name) && this.numbers.size <= LAST_DEVICE
  }

  /** Member of an event that names the device; nothing for the first one, or where no device is named. */
  of(name: string | undefined): { readonly device?: number } {
    if (name === undefined) return {}
    let number = this.numbers.get(name)
    if (number === undefined) {
      number = Math.min(this.numbers.size, LAST_DEVICE)
      this.numbers.set(name, number)
    }
    return number === 0 ? {} : { device: number }
  }

  /** Devices that have a number. */
  get size(): number {
    return this.numbers.size
  }
}
