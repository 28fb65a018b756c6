import type fc from 'fast-check'
import { completeOptions, joined, type OptionValues } from '../layout/index.ts'
import { type QemuMigration, qemuMigrationFormat } from '../qemu/index.ts'
import { makeElements } from './qemu-elements.ts'
import { QemuWriter } from './qemu-writer.ts'
import { type Tape, tapes } from './tape.ts'

const CHOICES = 1200
/** What stands before a stream that begins at its first byte. */
const NO_BYTES = new Uint8Array(0)

/** Migration streams of QEMU: RAM, VFIO devices, bitmaps, described devices, commands; now and then damaged. */
export function arbitraryQemuMigration(given?: OptionValues): fc.Arbitrary<QemuMigration> {
  const { offset } = completeOptions(qemuMigrationFormat.options, given)
  return tapes(CHOICES).map((tape) => qemuMigrationFormat.decode(makeStream(tape, Number(offset)), given))
}

function makeStream(tape: Tape, offset: number): Uint8Array {
  const before = offset > 0 ? tape.bytes(offset) : tape.rarely(16) ? new Uint8Array(1 + tape.below(40)) : NO_BYTES
  const writer = new QemuWriter(tape, before.length)
  writer.header()
  if (!tape.rarely(6)) writer.configuration()
  makeElements(tape, writer)
  if (!tape.rarely(8)) writer.end()
  const trailing = tape.rarely(8) ? tape.bytes(1 + tape.below(20)) : NO_BYTES
  const stream = writer.bytes()
  // The first bytes stay: without them it is no stream.
  if (tape.rarely(4)) damage(stream.subarray(8), tape)
  return joined([before, stream, trailing])
}

/** Other bits, as they come from a broken disk. */
function damage(bytes: Uint8Array, tape: Tape): void {
  for (let left = bytes.length === 0 ? 0 : 1 + tape.below(3); left > 0; left--) {
    const at = tape.below(bytes.length)
    bytes[at] = (bytes[at] as number) ^ (1 << tape.below(8))
  }
}
