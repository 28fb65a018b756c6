import type { Journal } from './journal.ts'
import type { Machine } from './machine.ts'
import type { Copying } from './migration.ts'
import type { Random } from './random.ts'
import type { SectionType, StreamWriter } from './stream/writer.ts'
import type { Trace } from './trace.ts'

/** Everything that a design acts on in one run. */
export interface Stage {
  readonly trace: Trace
  readonly random: Random
  readonly source: Machine
  readonly copying: Copying
  readonly stream: StreamWriter
  /** Keeps what is recorded of the run. */
  readonly journal: Journal
  /** Whether this fault is planted. */
  has(fault: string): boolean
}

/** The destination does not take what it is sent, or the source cannot send it; the run ends there. */
export class Refused extends Error {}

/** What a design does in a migration, step by step. A step that a design does not have is left out. */
export interface Steps {
  /** Before the first round, the guest running. */
  begin?(): void
  /** After each round, the guest running. */
  afterRound?(): void
  /** Just before the virtual CPUs stop. */
  beforeStop?(): void
  /** The virtual CPUs stand still, the last round of memory is to come. */
  afterStop?(): void
  /** The last round is sent: the device's own sections. */
  save(): void
  /** A body of the device at the destination; returns its length. @throws Refused */
  load(type: SectionType, bytes: Uint8Array, target: Machine): number
  /** Everything is loaded, the virtual CPUs are about to run. */
  beforeStart?(target: Machine): void
  /** Compared while nothing runs: what differs, in words. */
  compare(target: Machine): string[]
  /** The virtual CPUs run on the destination; gives what differs afterwards. */
  afterStart?(target: Machine): string[]
}
