import { COMMAND, ELEMENT } from '../elements.layout.ts'

/** Bytes of the first command, and one more: its head, the length of the name of a block, the name. */
export const LONGEST = 6 + 255 + 1

/**
 * Whether a stream begins that goes on after a failure of postcopy: with the command RECV_BITMAP, and no header.
 *
 * @param head the first bytes, 8 at least
 */
export function isRecovery(head: Uint8Array): boolean {
  const [kind, high, low, longHigh, longLow, name] = head
  if (head.length < 8 || kind !== ELEMENT.COMMAND || high !== 0 || low !== COMMAND.RECV_BITMAP || name === undefined)
    return false
  if (name === 0 || (longHigh as number) * 256 + (longLow as number) !== 1 + name) return false
  const next = head[6 + name]
  return head.subarray(6, 6 + name).every(isPrintable) && (next === undefined || next === ELEMENT.COMMAND)
}

const isPrintable = (byte: number) => byte > 0x20 && byte < 0x7f
