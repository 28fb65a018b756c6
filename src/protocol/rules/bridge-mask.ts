import type { TraceEvent } from '../event.ts'

/** Device numbers of a mask with one bit for each of the 32 slots. */
export function devicesOf(mask: number): number[] {
  const devices: number[] = []
  for (let device = 0; device < 32; device++) if (((mask >>> device) & 1) === 1) devices.push(device)
  return devices
}

/** Devices that a write of the paused mask names; undefined where the event is none. */
export function pausedDevices(event: TraceEvent): number[] | undefined {
  return event.kind === 'status-write' && event.register === 'pausedMask' ? devicesOf(event.value) : undefined
}
