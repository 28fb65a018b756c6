import { Complaint } from '../complaint.ts'
import type { InputOptions } from '../open.ts'
import { openSource, type Source } from '../source.ts'
import { openStream, type Stream } from './stream.ts'

/** Does something with an input that is a migration stream of vfmig. @throws Complaint where it is something else */
export async function withMigrationStream(path: string, step: (stream: Stream) => Promise<void>): Promise<void> {
  await withStream(path, ['migration-stream'], step)
}

/** Does something with an input that is a stream of one of these formats. @throws Complaint where it is something else */
export async function withStream(
  path: string,
  formats: readonly string[],
  step: (stream: Stream) => Promise<void>,
  options: InputOptions = {},
): Promise<void> {
  const source: Source = await openSource(path)
  try {
    const stream = await openStream(source, options)
    if (stream === undefined || !formats.includes(stream.format.name)) {
      const isChannel = stream?.format.name === 'qemu-multifd-channel' && formats.includes('qemu-migration')
      throw new Complaint(
        isChannel
          ? `${path} is a multifd channel; name the main stream of its migration, and this file with --channel.`
          : `${path} is no migration stream; vfmig pack makes one.`,
      )
    }
    await step(stream)
  } finally {
    source.close()
  }
}
