import type { Finding } from '../../findings/index.ts'
import type { QemuListener } from '../../qemu/index.ts'
import type { Spool } from '../big/spool.ts'
import { Complaint } from '../complaint.ts'
import { checkWhole, type QemuTaker } from './taker.ts'

/** Takes the JSON that describes the devices, as it stands. */
export class DescriptionTaker implements QemuTaker {
  #isFound = false

  constructor(private readonly spool: Spool) {}

  readonly listener: QemuListener = {
    description: (json) => {
      this.#isFound = true
      this.spool.restart()
      this.spool.add(json)
    },
  }

  async finish(stop: Finding | undefined): Promise<void> {
    if (this.#isFound) return this.spool.finish()
    checkWhole('The stream', stop)
    throw new Complaint('The stream has no description: it is of a migration without one, such as postcopy.')
  }
}
