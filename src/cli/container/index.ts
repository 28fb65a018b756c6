import { isQcow2 } from '../../capture/index.ts'
import { type Source, sourceOf } from '../source.ts'
import { compressionOf } from './compression.ts'

/** What a migration stream stands in that is taken off before it is read, besides gzip. */
export type StreamContainer = 'qcow2' | `libvirt-save+${string}`

/** Tells the container by the first bytes of an input, gzip taken off. */
export function streamContainer(head: Uint8Array): StreamContainer | undefined {
  if (isQcow2(head)) return 'qcow2'
  const compression = compressionOf(head)
  return compression === undefined ? undefined : `libvirt-save+${compression}`
}

/** The same input without its container, in constant memory. @throws CaptureError */
export async function withoutContainer(source: Source, snapshot: string | undefined): Promise<Source> {
  if (isQcow2(source.head)) {
    const { snapshotChunks } = await import('./qcow2.ts')
    return sourceOf(source, snapshotChunks(source, snapshot))
  }
  const compression = compressionOf(source.head)
  if (compression === undefined) return source
  const { saveImageChunks } = await import('./save-image.ts')
  return sourceOf(source, saveImageChunks(source, compression))
}
