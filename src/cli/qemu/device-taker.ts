import type { Finding } from '../../findings/index.ts'
import type { QemuListener, QemuSection } from '../../qemu/index.ts'
import type { Spool } from '../big/spool.ts'
import { Complaint } from '../complaint.ts'
import { fullName, isNamed, listed, onlyName } from './part.ts'
import { checkWhole, type QemuTaker } from './taker.ts'

/** Takes the body of the FULL section of a device. */
export class DeviceTaker implements QemuTaker {
  readonly #names = new Set<string>()
  readonly #matching = new Set<string>()
  #open: QemuSection | undefined
  #last: QemuSection | undefined

  constructor(
    private readonly spool: Spool,
    private readonly name: string,
  ) {}

  readonly listener: QemuListener = {
    section: (section) => {
      this.#last = section
      if (section.kind !== 'FULL') return
      this.#names.add(fullName(section))
      if (!isNamed(section, this.name)) return
      this.#matching.add(fullName(section))
      this.#open = section
      this.spool.restart()
    },
    body: (section, bytes) => {
      if (section === this.#open) this.spool.add(bytes)
    },
  }

  async finish(stop: Finding | undefined): Promise<void> {
    const { name } = this
    if (this.#open === undefined) {
      checkWhole('The stream', stop)
      throw new Complaint(`No device is called ${name}; there are ${listed(this.#names)}.`)
    }
    onlyName(this.#matching, `Several devices are called ${name}`, 'pick one')
    if (this.#open === this.#last) checkWhole(name, stop)
    await this.spool.finish()
  }
}
