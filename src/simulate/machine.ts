import type { Side } from '../protocol/index.ts'
import { Driver, type RegisterAccess } from './guest/driver.ts'
import { RAM_PAGES } from './guest/memory-map.ts'
import { Ram } from './guest/ram.ts'
import type { Trace } from './trace.ts'
import type { DeviceIds } from './vf/config.ts'
import { Vf } from './vf/vf.ts'

/** How the driver reaches its device, where a design puts something between. */
export type AccessLayer = (vf: Vf, ram: Ram, side: Side) => RegisterAccess

/** A host with the guest, its VF and the driver in the guest. */
export class Machine {
  readonly vf: Vf
  /** Reads what it knows from memory, so it is made once memory is there. */
  readonly driver: Driver

  constructor(
    readonly side: Side,
    trace: Trace,
    readonly ram: Ram = new Ram(RAM_PAGES),
    layer: AccessLayer = (vf) => vf,
    ids?: DeviceIds,
  ) {
    this.vf = new Vf(ram, ids)
    this.vf.observe = (dma) => trace.add(side, 'dma', { ...dma })
    this.driver = new Driver(ram, layer(this.vf, ram, side))
  }
}
