import type { Probe } from '../../layout/index.ts'
import { detectQemuStream, isSaveImage } from '../container/detect.ts'
import { isRecovery } from './recovery-detect.ts'

/** How sure the first bytes are those of a migration stream of QEMU, from 0 to 1. */
export function detectMigration({ head }: Probe): number {
  if (isSaveImage(head)) return 1
  if (isRecovery(head)) return 0.7
  const start = detectQemuStream(head)
  if (start === undefined) return 0
  // Further on, eight bytes could be a part of something else.
  return start === 0 ? 1 : 0.9
}
