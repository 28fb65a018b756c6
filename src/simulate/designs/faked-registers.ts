import { type Migration2015, migration2015Codec } from '../../pci/index.ts'
import type { Side } from '../../protocol/index.ts'
import type { Trace } from '../trace.ts'
import { CAPABILITIES_POINTER } from '../vf/config.ts'
import type { Vf } from '../vf/vf.ts'
import { rawRegister } from './raw-register.ts'

/** ID of the faked capability; its registers stand behind ID and next pointer. */
const ID = 0x14
const REGISTERS = 2
export const FAKED_LENGTH = 8
const TYPE = migration2015Codec.type

type Registers = Migration2015
type Named = 'enable' | 'vmmStatus' | 'vfStatus'

/** The capability that QEMU fakes in the configuration space of the VF. */
export class FakedRegisters {
  constructor(
    private readonly side: Side,
    private readonly vf: Vf,
    readonly offset: number,
    private readonly trace: Trace,
  ) {}

  /** Puts the capability at the head of the chain. */
  insert(): void {
    const { config } = this.vf
    const next = config[CAPABILITIES_POINTER] as number
    config.set([ID, next, 0, 0, 0, 0, 0, 0], this.offset)
    config[CAPABILITIES_POINTER] = this.offset
  }

  get enabled(): boolean {
    return this.read().enable === 'enable'
  }

  /** The entry of the MSI-X table that the guest has named for the mailbox. */
  get mailboxVector(): number {
    return this.read().mailboxVector
  }

  write<R extends Named>(register: R, value: Exclude<Registers[R], number>, by: 'guest' | 'vmm'): void {
    this.put({ [register]: value })
    this.trace.add(this.side, 'status-write', { register, value: rawRegister(this.bytes, TYPE, register), by })
  }

  nameVector(vector: number): void {
    this.put({ mailboxVector: vector })
    this.trace.add(this.side, 'status-write', { register: 'mailboxVector', value: vector, by: 'guest' })
  }

  private get bytes(): Uint8Array {
    return this.vf.config.subarray(this.offset + REGISTERS, this.offset + FAKED_LENGTH)
  }

  private read(): Registers {
    return migration2015Codec.decode(this.bytes)
  }

  private put(changes: object): void {
    this.vf.config.set(migration2015Codec.encode({ ...this.read(), ...changes }), this.offset + REGISTERS)
  }
}
