import type { RegisterAccess } from '../guest/driver.ts'
import { MAP } from '../guest/memory-map.ts'
import { PAGE, type Ram } from '../guest/ram.ts'
import type { Vf } from '../vf/vf.ts'

const RECORD = MAP.record.page * PAGE
/** The array has an element of 32 bits for every byte offset. */
const ELEMENT = 4

/** The self emulation layer: whatever the driver reads or writes is also kept in guest memory. */
export class Recording implements RegisterAccess {
  constructor(
    private readonly vf: Vf,
    private readonly ram: Ram,
  ) {}

  read(offset: number): number {
    const value = this.vf.read(offset)
    this.record(offset, value)
    return value
  }

  write(offset: number, value: number): void {
    this.record(offset, value)
    this.vf.write(offset, value)
  }

  /** Keeps a value without an access. */
  record(offset: number, value: number): void {
    const bytes = new Uint8Array(ELEMENT)
    new DataView(bytes.buffer).setUint32(0, value, true)
    this.ram.write(RECORD + ELEMENT * offset, bytes)
  }
}

/** The value that was last read from or written to a register. */
export function recorded(ram: Ram, offset: number): number {
  return ram.view.getUint32(RECORD + ELEMENT * offset, true)
}
