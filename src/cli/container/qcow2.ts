import { constants, inflateRawSync } from 'node:zlib'
import { CaptureError, openQcow2, pickSnapshot, vmStateChunks } from '../../capture/index.ts'
import { lookAhead, type Source } from '../source.ts'

/** The VM state of a snapshot in a qcow2 image. @throws CaptureError */
export async function* snapshotChunks(source: Source, snapshot: string | undefined): AsyncGenerator<Uint8Array> {
  const file = lookAhead(source)
  if (file === undefined) {
    throw new CaptureError({
      code: 'capture/not-seekable',
      expected: 'a qcow2 image in a plain file',
      found: 'a stream',
    })
  }
  const image = await openQcow2(file)
  yield* vmStateChunks(image, pickSnapshot(image, snapshot), inflateCluster)
}

/** Behind the data of a cluster others follow, so no end is asked for. */
function inflateCluster(bytes: Uint8Array, size: number): Uint8Array {
  return inflateRawSync(bytes, { maxOutputLength: size, finishFlush: constants.Z_SYNC_FLUSH })
}
