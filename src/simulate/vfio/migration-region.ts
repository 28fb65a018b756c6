import type { Side } from '../../protocol/index.ts'
import { migrationRegisters } from '../../vfio/index.ts'
import type { Trace } from '../trace.ts'

type Register = keyof typeof migrationRegisters

/** Accesses of user space to the migration region of one device, as a trace has them. */
export class MigrationRegion {
  constructor(
    private readonly side: Side,
    private readonly trace: Trace,
    /** Where the data starts. */
    private readonly dataOffset: number,
  ) {}

  /** Writes the device state; whoever does it waits for the answer in its thread. */
  setState(value: number, thread?: string): void {
    const facts = { register: 'deviceState', value, by: 'vmm' } as const
    this.trace.add(this.side, 'status-write', thread === undefined ? facts : { ...facts, thread })
  }

  readRegister(field: Register, value: number): void {
    this.#register(field, value, false)
  }

  /** Reads bytes that the driver has staged: where, how many, then the bytes. */
  readData(count: number, size = count): void {
    this.readRegister('data_offset', this.dataOffset)
    this.readRegister('data_size', size)
    this.data(count, false)
  }

  /** Writes bytes, and by their size tells the driver to take them. */
  writeData(count: number, commits = true): void {
    this.readRegister('data_offset', this.dataOffset)
    this.data(count, true)
    if (commits) this.#register('data_size', count, true)
  }

  /** The bytes alone. */
  data(count: number, write: boolean): void {
    const facts = { region: 'migration', offset: this.dataOffset, count, write, field: 'data' }
    this.trace.add(this.side, 'region-access', facts)
  }

  #register(field: Register, value: number, write: boolean): void {
    const { offset, length } = migrationRegisters[field]
    const facts = { region: 'migration', offset, count: length, write, field, value }
    this.trace.add(this.side, 'region-access', facts)
  }
}
