import { type Probe, toView } from '../../layout/index.ts'
import { XE_PACKET_HEADER, XE_VERSION } from './state.layout.ts'

/** The descriptor comes first: no flags, no offset, and either no payload or keys, of which one is known. */
export function detectXe({ head }: Probe): number {
  if (head.length < XE_PACKET_HEADER + 4) return 0
  const view = toView(head)
  const begins = view.getUint32(0, true) === 0x0100 + XE_VERSION && view.getUint32(4, true) === 0
  if (!begins || view.getBigUint64(8, true) !== 0n) return 0
  const size = view.getBigUint64(16, true)
  // The first driver wrote an empty descriptor; another packet follows.
  if (size === 0n) return view.getUint8(XE_PACKET_HEADER) === XE_VERSION ? 0.8 : 0
  if (size > MOST_DESCRIPTOR) return 0
  const end = Math.min(head.length, XE_PACKET_HEADER + Number(size))
  for (let at = XE_PACKET_HEADER; at + 8 <= end; ) {
    const key = view.getUint32(at, true)
    if (KNOWN_KEYS.has(key)) return 0.95
    at += 4 + 4 * (key & 0xffff)
  }
  return 0
}

/** Far more than any driver writes. */
const MOST_DESCRIPTOR = 4096n
/** Device ID and revision, each with a value of one word. */
const KNOWN_KEYS: ReadonlySet<number> = new Set([0xf0010001, 0xf0020001])
