import { deviceOf, type EventOf, type Side, type TraceEvent } from './event.ts'

type DeviceState = EventOf<'device'>['state']

/** What several rules need to know of a run: how things stand before the event that is being judged. */
export class Situation {
  /** Whether the virtual CPUs stand still. */
  readonly stopped: Record<Side, boolean> = { source: false, destination: true }
  /** How the migration ended so far. */
  outcome: 'open' | 'completed' | 'cancelled' | 'refused' = 'open'
  /** Whether a wait for the guest ran out of time. */
  timedOut = false
  private readonly registers = new Map<string, number>()
  private readonly states: Record<Side, Map<number, DeviceState>> = { source: new Map(), destination: new Map() }

  /** Last value written to a register; undefined where the trace has none. */
  register(side: Side, name: string, device = 0): number | undefined {
    return this.registers.get(`${side} ${device} ${name}`)
  }

  deviceState(side: Side, device = 0): DeviceState | undefined {
    return this.states[side].get(device)
  }

  /** Devices of a side whose state was told. */
  devices(side: Side): Iterable<number> {
    return this.states[side].keys()
  }

  /** Whether the guest has no working driver for a device of the source. */
  cannotAnswer(device = 0): boolean {
    const state = this.deviceState('source', device)
    return state === 'down' || state === 'absent'
  }

  see(event: TraceEvent): void {
    const { side } = event
    switch (event.kind) {
      case 'vcpus-stopped':
        this.stopped[side] = true
        break
      case 'vcpus-started':
        this.stopped[side] = false
        break
      case 'migration-start':
        this.outcome = 'open'
        this.timedOut = false
        break
      case 'migration-end':
        this.outcome = 'completed'
        break
      case 'migration-cancelled':
        this.outcome = 'cancelled'
        break
      case 'state-refused':
        this.outcome = 'refused'
        break
      case 'wait-ended':
        if (event.outcome === 'timed-out') this.timedOut = true
        break
      case 'status-write':
        this.registers.set(`${side} ${deviceOf(event)} ${event.register}`, event.value)
        break
      case 'device':
        this.states[side].set(deviceOf(event), event.state)
        break
    }
  }
}
