import { joined, type OptionValues } from '../../../layout/index.ts'
import type { Log } from '../log.ts'
import { ioctlEvents } from './events.ts'
import type { IoctlLogRecord } from './record.ts'
import { fileKind } from './requests.ts'

/** Device state that went through one data descriptor. */
export interface CollectedState {
  /** Number of the device in the log. */
  readonly device: number
  /** saved: read from the device; loaded: written to it. */
  readonly direction: 'saved' | 'loaded'
  /** All bytes in order, as a decoder of device state takes them. */
  readonly bytes: Uint8Array
  /** The records that it came from, and how many bytes each gave. */
  readonly pieces: readonly { readonly record: number; readonly length: number }[]
}

/**
 * The device states that a log holds, one for each data descriptor that the kernel gave, in order. Reads before the first
 * known descriptor make one, too.
 */
export function collectedState(log: Log<IoctlLogRecord>, options: OptionValues = {}): CollectedState[] {
  const sessions: {
    device: number
    direction: 'saved' | 'loaded'
    runs: Uint8Array[]
    pieces: { record: number; length: number }[]
  }[] = []
  const open = new Map<string, (typeof sessions)[number]>()
  for (const { record, event } of ioctlEvents(log.records, { side: 'source', ...options })) {
    const device = 'device' in event && typeof event.device === 'number' ? event.device : 0
    const source = log.records[record]
    if (event.kind === 'state-set' && (event.dataFd ?? -1) >= 0) {
      open.delete(`saved ${device}`)
      open.delete(`loaded ${device}`)
    }
    if (source === undefined || (source.kind !== 'read' && source.kind !== 'write')) continue
    if (fileKind(source.fd) !== 'migration-data' || source.data.length === 0) continue
    const direction = source.kind === 'read' ? 'saved' : 'loaded'
    const key = `${direction} ${device}`
    let session = open.get(key)
    if (session === undefined) {
      session = { device, direction, runs: [], pieces: [] }
      open.set(key, session)
      sessions.push(session)
    }
    session.runs.push(source.data)
    session.pieces.push({ record, length: source.data.length })
  }
  return sessions.map(({ runs, ...session }) => ({ ...session, bytes: joined(runs) }))
}
