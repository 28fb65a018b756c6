import { type Probe, toView } from '../../layout/index.ts'
import { MULTIFD_MAGIC } from './packet.layout.ts'

/** Bytes that tell a packet: magic and version. */
export const MARKER_BYTES = 8

/** Whether a packet begins at an index: its magic and version are right. */
export const isMarker = (view: DataView, at: number) =>
  view.getUint32(at) === MULTIFD_MAGIC && view.getUint32(at + 4) === 1

export function detectMultifd({ head }: Probe): number {
  return head.length >= MARKER_BYTES && isMarker(toView(head), 0) ? 1 : 0
}
