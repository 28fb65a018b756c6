import type { Report } from '../../findings/index.ts'
import { deviceCodes } from './device-codes.ts'

/** States that a destination goes to from waiting for a migration. */
const TAKEN: ReadonlySet<string> = new Set([
  ...['internal-error', 'io-error', 'paused', 'running', 'shutdown', 'suspended', 'watchdog', 'guest-panicked'],
  ...['finish-migrate', 'prelaunch', 'postmigrate', 'colo'],
])

/** States that are known, and that it does not go to. It stays in `inmigrate` where it is. */
const REFUSED: ReadonlySet<string> = new Set(['debug', 'restore-vm', 'save-vm'])

/** Judges the name of the state that a guest was in, which is padded with zero bytes. */
export function judgeRunState(
  bytes: Uint8Array,
  place: { readonly offset: number; readonly path: readonly (string | number)[] },
  report: Report,
): void {
  const end = bytes.indexOf(0)
  const own = end < 0 ? bytes.length : end
  const name = String.fromCharCode(...bytes.subarray(0, Math.min(own, LONGEST)))
  const at = { ...place, length: bytes.length }
  const shown = JSON.stringify(name)
  if (REFUSED.has(name)) {
    report(deviceCodes.finding('qemu/runstate-refused', `The guest was in the state ${shown}.`, at))
  } else if (!TAKEN.has(name) && name !== 'inmigrate') {
    report(deviceCodes.finding('qemu/runstate-unknown', `No run state is called ${shown}.`, at))
  } else if (name !== 'running' && name !== 'suspended') {
    report(deviceCodes.finding('qemu/guest-not-running', `The guest was in the state ${shown}.`, at))
  }
}

/** Bytes that the field of QEMU has for the name; a damaged description may give it more. */
const LONGEST = 100
