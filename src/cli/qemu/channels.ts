import { Decompress } from 'fzstd'
import { asDecodeError } from '../../capture/function-dump/index.ts'
import { CaptureError } from '../../capture/index.ts'
import type { QemuChannel } from '../../convert/index.ts'
import { type MultifdDeviceState, type MultifdPage, multifdDeviceState, multifdPages } from '../../qemu/index.ts'
import { naming } from '../open.ts'
import { withoutGzip } from '../plain-source.ts'
import { openSource } from '../source.ts'

/** The bytes of a channel. @throws DecodeError for damaged gzip */
export async function* channelChunks(path: string): AsyncGenerator<Uint8Array> {
  const source = await openSource(path)
  try {
    yield* (await withoutGzip(source)).chunks()
  } catch (error) {
    throw error instanceof CaptureError ? asDecodeError(error) : error
  } finally {
    source.close()
  }
}

/** The device state that a channel carries. @throws Complaint that names the channel */
export const channelStates = (path: string): AsyncGenerator<MultifdDeviceState> =>
  named(path, multifdDeviceState(channelChunks(path)))

/** The pages that a channel carries. @throws Complaint that names the channel */
export const channelPages = (path: string): AsyncGenerator<MultifdPage> =>
  named(path, multifdPages(channelChunks(path), { zstd: (take) => new Decompress(take) }))

/** Channels for those who read the whole migration. */
export const qemuChannels = (paths: readonly string[]): QemuChannel[] =>
  paths.map((path) => ({ pages: () => channelPages(path), deviceState: () => channelStates(path) }))

/** The same, where what does not decode becomes a complaint with the name of the channel. */
export async function* named<T>(path: string, all: AsyncGenerator<T>): AsyncGenerator<T> {
  for (let next = await naming(path, () => all.next()); !next.done; next = await naming(path, () => all.next())) {
    yield next.value
  }
}

/** Findings of a stream alone that its channels answer. */
export const ANSWERED: ReadonlySet<string> = new Set(['qemu/ram-elsewhere', 'qemu/vfio-state-elsewhere'])
