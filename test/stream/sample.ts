import { joined } from '../../src/layout/index.ts'
import { MigrationStreamWriter, type RecordInput } from '../../src/stream/index.ts'

export const UUID = Uint8Array.from({ length: 16 }, (_, at) => 17 * at)

/** The bytes of a stream with these records. */
export function streamOf(records: readonly RecordInput[], index = true): Uint8Array {
  const writer = new MigrationStreamWriter({ uuid: UUID, index })
  return joined([writer.begin(), ...records.flatMap((record) => writer.record(record)), ...writer.end()])
}
