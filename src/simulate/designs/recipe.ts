import type { OptionValues } from '../../layout/index.ts'
import type { AccessLayer } from '../machine.ts'
import type { Stage, Steps } from '../stage.ts'
import type { SectionType } from '../stream/writer.ts'
import type { DeviceIds } from '../vf/config.ts'

/** In which format the state of the device is, and where in its sections. */
export interface StateForm {
  /** Name of the format; empty where the state has none. */
  readonly format: string
  /** bodies: each body of a section is in the format; data: what QEMU's records in all of them hold, put together, is. */
  readonly held: 'bodies' | 'data'
  /** Options with which the body of a section is read. */
  options?(type: SectionType): OptionValues
}

/** How the simulator runs a design. */
export interface Recipe {
  /** Name and version of the device's section in QEMU's stream. */
  readonly section: { readonly name: string; readonly version: number }
  readonly state: StateForm
  /** Who the device says it is; an 82599 VF where nobody says. */
  readonly identity?: DeviceIds
  /** What stands between driver and device, where the design puts something there. */
  readonly layer?: AccessLayer
  /** Whose driver is missing where the fault `driver-absent` is planted. */
  readonly absentDriver: 'guest' | 'host'
  steps(stage: Stage): Steps
}
