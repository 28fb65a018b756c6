import { Complaint } from '../complaint.ts'
import { openSource, type Source } from '../source.ts'
import { openStream, type Stream } from './stream.ts'

/** Does something with an input that is a migration stream. @throws Complaint where it is something else */
export async function withMigrationStream(path: string, step: (stream: Stream) => Promise<void>): Promise<void> {
  const source: Source = await openSource(path)
  try {
    const stream = await openStream(source, {})
    if (stream === undefined || stream.format.name !== 'migration-stream') {
      throw new Complaint(`${path} is no migration stream; vfmig pack makes one.`)
    }
    await step(stream)
  } finally {
    source.close()
  }
}
