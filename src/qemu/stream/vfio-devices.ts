import type { Report } from '../../findings/index.ts'
import type { DerivedSpace } from '../../layout/index.ts'
import type { Teller } from '../teller.ts'
import type { QemuSection } from './section.ts'
import { VfioDevice } from './vfio-device.ts'

/** The VFIO devices that a stream has sections of. */
export class VfioDevices {
  readonly #devices = new Map<number, VfioDevice>()

  constructor(private readonly report: Report) {}

  /** The device that a section is of. @param end where the header of the section ends */
  of({ sectionId, name, kind, offset }: QemuSection, end: number): VfioDevice {
    let device = this.#devices.get(sectionId)
    if (device === undefined) {
      device = new VfioDevice(name, sectionId, this.#devices.size, this.report)
      this.#devices.set(sectionId, device)
    }
    device.rules.begin(kind, { offset, length: end - offset })
    return device
  }

  /** Tells of all when the stream is over; the spaces in them. */
  tell(teller: Teller, isWhole: boolean): DerivedSpace[] {
    const spaces: DerivedSpace[] = []
    if (this.#devices.size === 0) return spaces
    const devices = [...this.#devices.values()]
    const usesSwitchoverAck = devices.some(({ rules }) => rules.announcedInitialData)
    teller.begin('vfio', 'list')
    for (const device of devices) device.tell(teller, { isWhole, usesSwitchoverAck }, spaces)
    teller.end()
    return spaces
  }
}
