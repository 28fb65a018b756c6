import type { Window } from '../../layout/index.ts'

const HEADER = 8

/** Whether a stream begins that goes on after a failure of postcopy: with the command RECV_BITMAP, and no header. */
export function isRecovery({ bytes, view, position, available }: Window): boolean {
  if (available < HEADER || bytes[position] !== 8 || view.getUint16(position + 1) !== 10) return false
  return view.getUint16(position + 3) === 1 + (bytes[position + 5] as number)
}
