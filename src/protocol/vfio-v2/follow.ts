import { deviceOf, type EventKind, type Side, type TraceEvent } from '../event.ts'
import type { RuleRun } from '../rule.ts'
import { V2Device } from './device.ts'

/** Events that say something of a device of migration v2. */
const KINDS: readonly EventKind[] = [
  'migration-features',
  'state-set',
  'state-read',
  'data-read',
  'data-written',
  'data-closed',
  'precopy-info',
  'precopy-info-v2',
  'device',
  'ioctl',
]

/** Devices of both sides, as a trace tells of them. */
export class V2Devices {
  private readonly devices = new Map<string, V2Device>()

  of(side: Side, device: number): V2Device {
    const key = `${side} ${device}`
    const known = this.devices.get(key) ?? new V2Device()
    this.devices.set(key, known)
    return known
  }

  see(event: TraceEvent, index: number): void {
    if (KINDS.includes(event.kind)) this.of(event.side, deviceOf(event)).see(event, index)
  }
}

/** Gives each event that concerns a device together with how that device stood before it. */
export function follow(look: (event: TraceEvent, device: V2Device, index: number) => void): RuleRun {
  const devices = new V2Devices()
  return {
    see(event, index) {
      if (!KINDS.includes(event.kind)) return
      const device = devices.of(event.side, deviceOf(event))
      look(event, device, index)
      device.see(event, index)
    },
  }
}
