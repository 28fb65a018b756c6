import type { Report } from '../../findings/index.ts'
import type { DerivedSpace } from '../../layout/index.ts'
import type { QemuSection } from '../section.ts'
import type { Teller } from '../teller.ts'
import { DeviceStateRoom } from '../vfio/index.ts'
import { MOST_LISTED } from './section-list.ts'
import { VfioDevice, type VfioRoom } from './vfio-device.ts'

/** Devices that are kept; a machine has room for a tenth of them. */
const MOST_DEVICES = 4096

/** The VFIO devices that a stream has sections of. */
export class VfioDevices {
  readonly #devices = new Map<number, VfioDevice>()

  readonly #room: VfioRoom

  /** @param tellsAll whether records are listed, or devices judged alone */
  constructor(
    private readonly report: Report,
    tellsAll: boolean,
  ) {
    this.#room = { records: tellsAll ? MOST_LISTED : 0, states: new DeviceStateRoom() }
  }

  /**
   * The device that a section is of; undefined where there are more than any machine has.
   *
   * @param end where the header of the section ends
   */
  of({ sectionId, name, kind, offset }: QemuSection, end: number): VfioDevice | undefined {
    let device = this.#devices.get(sectionId)
    if (device === undefined) {
      if (this.#devices.size === MOST_DEVICES) return undefined
      device = new VfioDevice(name, sectionId, this.#devices.size, this.report, this.#room)
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
