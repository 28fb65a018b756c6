import type { Finding } from '../../findings/index.ts'
import type { QemuListener, RamListener } from '../../qemu/index.ts'
import { Complaint } from '../complaint.ts'

/** Takes one part out of a stream while it is read. */
export interface QemuTaker {
  readonly listener?: QemuListener
  readonly ram?: RamListener
  /** Hears of each finding. */
  finding?(finding: Finding): void
  /** Is waited for behind each piece of the stream. */
  after?(): Promise<void>
  /**
   * Gives the part out when the stream is over.
   *
   * @param stop why the stream was not read to its end, where it was not
   * @throws Complaint where the part is not there, or not whole
   */
  finish(stop: Finding | undefined): Promise<void>
}

/** @throws Complaint where reading stopped before a part was whole */
export function checkWhole(what: string, stop: Finding | undefined): void {
  if (stop !== undefined) throw new Complaint(`${what} is not whole: ${stop.message}`)
}
