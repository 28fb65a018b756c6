import { type ByteOrder, type Probe, toView } from '../../layout/index.ts'
import { COMMANDS, HEADER_SIZE } from './header.layout.ts'

const ORDER: ByteOrder = 'little'
/** Flags that a header may have. */
const FLAGS = 0x31

/** How far a chain of headers that could be messages leads. */
interface ChainOfHeaders {
  readonly count: number
  /** Whether it ends where the input does, or leads out of what may be looked at. */
  readonly ends: boolean
}

/** How sure the bytes are messages in the byte order that is decoded without a word. */
export function detectMessages({ head, size }: Probe): number {
  const { count, ends } = followHeaders(head, size)
  if (count > 0 && startsWithVersion(head)) return ends ? 0.97 : 0.9
  if (!ends) return count >= 3 ? 0.6 : 0
  return count >= 3 ? 0.9 : count === 2 ? 0.7 : count === 1 ? 0.35 : 0
}

function followHeaders(head: Uint8Array, size: number | undefined): ChainOfHeaders {
  const view = toView(head)
  const end = size ?? Number.POSITIVE_INFINITY
  let [offset, count] = [0, 0]
  while (offset + HEADER_SIZE <= head.length) {
    const length = messageSize(view, offset)
    if (length === undefined) return { count, ends: false }
    count += 1
    offset += length
  }
  // A header that is cut by the end of the input is one that is not there.
  return { count, ends: offset === end || (offset < end && head.length < end && offset + HEADER_SIZE > head.length) }
}

/** Bytes of the message that a plausible header states. */
function messageSize(view: DataView, offset: number): number | undefined {
  const isLittle = ORDER === 'little'
  const command = view.getUint16(offset + 2, isLittle)
  const length = view.getUint32(offset + 4, isLittle)
  const flags = view.getUint32(offset + 8, isLittle)
  const errno = view.getUint32(offset + 12, isLittle)
  const isReply = (flags & 0xf) === 1
  const isError = (flags & 0x20) !== 0
  if (!(command in COMMANDS) || length < HEADER_SIZE || (flags & ~FLAGS) !== 0) return undefined
  if (isError && (!isReply || length !== HEADER_SIZE)) return undefined
  return errno === 0 || isError ? length : undefined
}

/** Whether the first message is the one that every connection starts with: a small version, and JSON. */
function startsWithVersion(head: Uint8Array): boolean {
  if (head.length < HEADER_SIZE + 5) return false
  const view = toView(head)
  return view.getUint16(2, true) === 1 && view.getUint16(HEADER_SIZE, true) < 4 && head[HEADER_SIZE + 4] === 0x7b
}
