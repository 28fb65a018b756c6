import type { Value } from '../../layout/index.ts'
import { bridgeMigrationCodec } from '../../pci/index.ts'
import type { Side } from '../../protocol/index.ts'
import type { Trace } from '../trace.ts'
import { rawRegister } from './raw-register.ts'

type Registers = Value<(typeof bridgeMigrationCodec)['type']>
export type Phase = Exclude<Registers['phase'], number>

/** ID and next pointer stand before the registers. */
const BEFORE = 2
export const BRIDGE_CAPABILITY = 24

/** The capability of the emulated bridge, with one device behind it. */
export class BridgeRegisters {
  readonly #bytes = new Uint8Array(BRIDGE_CAPABILITY - BEFORE)

  constructor(
    private readonly side: Side,
    private readonly trace: Trace,
  ) {
    const features = { dmaDirtyRequired: true, pauseResume: true, groupReset: true }
    const before = this.read()
    this.load(
      bridgeMigrationCodec.encode({
        ...before,
        length: BRIDGE_CAPABILITY,
        subtype: 0x4d,
        revision: 1,
        features: { ...before.features, ...features },
        slotMask: 1,
      }),
    )
  }

  get bytes(): Uint8Array {
    return this.#bytes.slice()
  }

  load(bytes: Uint8Array): void {
    this.#bytes.set(bytes)
  }

  read(): Registers {
    return bridgeMigrationCodec.decode(this.#bytes)
  }

  announceSlots(): void {
    this.#tell('slotMask', 'vmm')
  }

  setPhase(phase: Phase): void {
    this.#put({ phase })
    this.#tell('phase', 'vmm')
  }

  acknowledge(phase: Phase): void {
    const { acknowledge } = this.read()
    this.#put({ acknowledge: { ...acknowledge, phase, dirtiesDma: true } })
    this.#tell('acknowledge', 'guest')
  }

  setMask(register: 'pausedMask' | 'missedMask', value: number): void {
    this.#put({ [register]: value })
    this.#tell(register, 'guest')
  }

  /** The trace has a register as the number that it holds. */
  #tell(register: keyof Registers & string, by: 'guest' | 'vmm'): void {
    const value = rawRegister(this.#bytes, bridgeMigrationCodec.type, register)
    this.trace.add(this.side, 'status-write', { register, value, by })
  }

  #put(changes: Partial<Registers>): void {
    this.load(bridgeMigrationCodec.encode({ ...this.read(), ...changes }))
  }
}
