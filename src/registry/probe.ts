import { detectQemuStream } from '../qemu/container/detect.ts'

/** How many bytes show what an input is. */
const PROBE = 4096
/** How far into it a migration stream may start. */
const FURTHEST = 1 << 16

/** The first bytes of an input, as detection wants them: more of them where a migration stream starts further on. */
export function probeOf(bytes: Uint8Array): Uint8Array {
  const start = detectQemuStream(bytes.subarray(0, FURTHEST)) ?? 0
  return bytes.subarray(0, Math.max(PROBE, start === 0 ? 0 : start + 8))
}
