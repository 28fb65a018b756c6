import type { DerivedSpace, Wanted } from '../../layout/index.ts'
import type { RamListener } from '../ram/blocks.ts'
import type { DescriptionAhead } from './description-ahead.ts'
import type { HeldDevice } from './held-devices.ts'
import type { QemuListener } from './listener.ts'

/** What reading a stream depends on. */
export interface QemuReadOptions {
  /** What is told: everything, or findings alone. */
  readonly wanted?: Wanted
  /** Where the stream begins; bytes before are kept as they are. Without it, behind zero bytes. */
  readonly offset?: number
  /** The description at the end of the stream, where the whole is at hand before it is read. */
  readonly description?: DescriptionAhead | undefined
  readonly ram?: RamListener
  /** Hears at the end, when the description is known, of each device that has a state of its own. */
  readonly onDevice?: (device: HeldDevice) => void
  readonly listener?: QemuListener
  /** Hears at the end of the spaces in which findings count. */
  readonly onSpaces?: (spaces: readonly DerivedSpace[]) => void
}
