import type fc from 'fast-check'
import { joined } from '../layout/index.ts'
import { RECORD_TYPES } from '../stream/header.layout.ts'
import {
  type MigrationStream,
  MigrationStreamWriter,
  migrationStreamFormat,
  NO_DEVICE,
  type RecordInput,
} from '../stream/index.ts'
import { streamRecord } from '../stream/record.layout.ts'
import { makeValue } from './arbitrary.ts'
import { type Tape, tapes } from './tape.ts'

const CHOICES = 700
const format = migrationStreamFormat(() => undefined)

/** Records that a caller writes: an index and the end record come from the writer. */
const WRITTEN = Object.entries(RECORD_TYPES).filter(([, type]) => type !== 'index' && type !== 'end')

/** Migration streams of all records, now and then with damaged bytes, bytes that are no record, or bytes behind the end. */
export function arbitraryMigrationStream(): fc.Arbitrary<MigrationStream> {
  return tapes(CHOICES).map((tape) => format.decode(makeStream(tape)))
}

function makeStream(tape: Tape): Uint8Array {
  const writer = new MigrationStreamWriter({ uuid: tape.bytes(16), index: !tape.rarely(4) })
  const header = writer.begin()
  const records = Array.from({ length: tape.below(7) }, () => writer.record(makeRecord(tape)))
  const pieces = [...records.flat(), ...(tape.rarely(8) ? [] : writer.end())]
  if (tape.rarely(8)) pieces.splice(tape.below(pieces.length + 1), 0, tape.bytes(1 + tape.below(80)))
  const bytes = joined([header, ...pieces])
  // The signature stays: without it the bytes are no stream.
  if (tape.rarely(4)) damage(bytes.subarray(8), tape)
  return bytes
}

function makeRecord(tape: Tape): RecordInput {
  const [number, type] = tape.pick(WRITTEN) as (typeof WRITTEN)[number]
  const facts = {
    device: tape.pick([0, 1, NO_DEVICE, tape.below(NO_DEVICE)]),
    isOptional: tape.rarely(4),
    goesOn: tape.rarely(6),
  }
  if (tape.rarely(8)) return { ...facts, type: 21 + tape.below(100), payload: tape.bytes(tape.below(40)) }
  const described = streamRecord.fields.payload.inner.cases[Number(number)]
  if (described?.kind !== 'struct' || tape.rarely(8)) {
    return { ...facts, type, payload: tape.bytes(tape.below(80)), isDeflated: tape.rarely(4) }
  }
  return { ...facts, type, payload: makeValue(described, tape) as unknown as RecordInput['payload'] }
}

/** Other bits, as they come from a broken disk. */
function damage(bytes: Uint8Array, tape: Tape): void {
  for (let left = 1 + tape.below(4); left > 0; left--) {
    const at = tape.below(bytes.length)
    bytes[at] = (bytes[at] as number) ^ (1 << tape.below(8))
  }
}
