import type { AccessLayer } from '../machine.ts'
import type { Stage, Steps } from '../stage.ts'

/** How the simulator runs a design. */
export interface Recipe {
  /** Name and version of the device's section in QEMU's stream. */
  readonly section: { readonly name: string; readonly version: number }
  /** What stands between driver and device, where the design puts something there. */
  readonly layer?: AccessLayer
  /** Whose driver is missing where the fault `driver-absent` is planted. */
  readonly absentDriver: 'guest' | 'host'
  steps(stage: Stage): Steps
}
