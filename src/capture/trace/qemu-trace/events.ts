import type { Side } from '../../../protocol/index.ts'
import { vfioTagsByText } from '../../../qemu/index.ts'
import { migrationRegisters } from '../../../vfio/index.ts'
import { type Body, stepOf } from '../body.ts'
import { Clock } from '../clock.ts'
import { DeviceNumbers } from '../devices.ts'
import type { Step, TextRecord } from '../log.ts'
import { stateNumber, stateReported } from '../states.ts'
import { Phases } from '../statuses.ts'
import type { QemuTraceRecord, TraceRecord } from './language.ts'
import type { TraceArguments } from './patterns.ts'
import { stopsIn } from './stops.ts'
import { type Meaning, traceEvents } from './table.ts'

/** What happened, in the order of the log. */
export function traceLogEvents(records: readonly (QemuTraceRecord | TextRecord)[], first: Side): Step[] {
  const clock = new Clock()
  const machines = new Map<Side, Machine>()
  const steps: Step[] = []
  const stops = stopsIn(records)
  let side = first
  for (const [index, record] of records.entries()) {
    if (record.kind === 'side') side = record.side
    if (record.kind !== 'event') continue
    const at = clock.at(timeOf(record), index)
    let machine = machines.get(side)
    if (machine === undefined) {
      machine = new Machine()
      machines.set(side, machine)
    }
    const stop = stops.has(index) ? machine.stopped() : []
    for (const body of [...stop, ...machine.see(record)]) {
      steps.push(stepOf(index, at, side, body))
    }
  }
  return steps
}

/** Microseconds of the log backend's own clock. */
function timeOf({ prefix }: TraceRecord): number | undefined {
  const [, seconds, micros] = /(\d+)\.(\d{6}):$/.exec(prefix ?? '') ?? []
  return seconds === undefined || micros === undefined ? undefined : Number(seconds) * 1e6 + Number(micros)
}

/** Commands of the migration stream, by number. */
const COMMANDS = [
  'INVALID',
  'OPEN_RETURN_PATH',
  'PING',
  'POSTCOPY_ADVISE',
  'POSTCOPY_LISTEN',
  'POSTCOPY_RUN',
  'POSTCOPY_RAM_DISCARD',
  'POSTCOPY_RESUME',
  'PACKAGED',
  'RECV_BITMAP',
  'ENABLE_COLO',
  'SWITCHOVER_START',
]

/** Events of the migration that devices are told. */
const NOTIFIED = ['setup', 'completed', 'failed']

/** Device state follows a multifd packet with this flag. */
const DEVICE_STATE = 0x40
/** The trace does not have the number of an error. */
const FAILED = -1
const PRE_COPY = [stateNumber('PRE_COPY'), stateNumber('PRE_COPY_P2P')]

/** One machine of a migration: what its lines mean depends on those before. */
class Machine {
  private readonly devices = new DeviceNumbers()
  /** State that was asked for and is not yet answered, by device. */
  private readonly asked = new Map<string, { readonly state: number; readonly recover: number | undefined }>()
  private readonly states = new Map<string, number>()
  private readonly resumed = new Set<string>()
  private isStopped: boolean | undefined
  private readonly phases = new Phases()
  private sectionType: number | undefined

  see({ name, arguments: given }: TraceRecord): Body[] {
    const meaning = traceEvents.get(name)?.meaning
    if (given === undefined || meaning === undefined) {
      // Other lines of a device make it known, too.
      return given === undefined ? [] : this.named(given, [])
    }
    return this.named(given, this.bodies(meaning, given))
  }

  /** The same events with the number of the device, which is told when it is new. */
  private named(given: TraceArguments, bodies: readonly Body[]): Body[] {
    const { device } = given
    if (typeof device !== 'string') return [...bodies]
    const isNew = this.devices.isNew(device)
    const number = this.devices.of(device)
    const all: Body[] = isNew ? [{ kind: 'device-named', name: device }, ...bodies] : [...bodies]
    return all.map((body) => (WITHOUT_DEVICE.has(body.kind) ? body : { ...body, ...number }))
  }

  private bodies(meaning: Meaning, given: TraceArguments): Body[] {
    const device = String(given.device)
    switch (meaning) {
      case 'device':
        return []
      case 'state-asked':
        return this.stateAsked(device, given)
      case 'state-taken':
        return this.stateTaken(device, stateNumber(String(given.state)))
      case 'block-saved':
        return dataSaved(number(given.dataSize))
      case 'left-to-read':
        return given.initial === undefined ? [] : this.leftToRead(device, given)
      case 'sizes-exact':
        return [
          { kind: 'stop-copy-size', bytes: number(given.stopCopy) },
          ...(given.initial === undefined ? [] : this.leftToRead(device, given)),
        ]
      case 'tag-read':
        return [{ kind: 'stream-record', tag: vfioTagsByText.get(String(given.tag)) ?? String(given.tag) }]
      case 'data-loaded':
        if (given.offset !== undefined) return regionBodies(given, true)
        return [{ kind: 'data-written', bytes: number(given.size), result: Math.min(0, number(given.result ?? 0)) }]
      case 'notified':
        return this.phases.enter(NOTIFIED[number(given.event ?? -1)] ?? String(given.status ?? given.event))
      case 'status':
        return this.phases.enter(String(given.status))
      case 'vm-changed':
        return given.running === 0 ? [] : this.started(device)
      case 'pending-updated':
      case 'buffer-saved':
        return regionBodies(given, false)
      default:
        return this.streamBodies(meaning, given)
    }
  }

  private streamBodies(meaning: Meaning, given: TraceArguments): Body[] {
    const { section, name } = given
    switch (meaning) {
      case 'section-begun':
        return [{ kind: 'stream-section', action: 'begin', section: number(section), name }]
      case 'section-ended':
        // 0: to be gone on with, 1: all is sent.
        return [
          {
            kind: 'stream-section',
            action: 'end',
            section: number(section),
            name,
            result: Math.min(0, number(given.result)),
          },
        ]
      case 'section-type':
        this.sectionType = number(given.type)
        return []
      case 'section-full':
        return [{ kind: 'stream-section', action: 'begin', section: number(section), name, type: this.sectionType }]
      case 'section-part':
        return [{ kind: 'stream-section', action: 'begin', section: number(section), type: this.sectionType }]
      case 'command-sent': {
        const command = COMMANDS[number(given.command)] ?? String(given.command)
        return [{ kind: 'stream-command', command, bytes: number(given.length) }]
      }
      case 'command-read':
        return [{ kind: 'stream-command', command: given.command, bytes: number(given.length) }]
      case 'packet': {
        const { channel, packet } = given
        const [flags, bytes] = [number(given.flags), number(given.size)]
        const state = (flags & DEVICE_STATE) === 0 ? {} : { bytes }
        return [{ kind: 'stream-packet', channel: number(channel), packet: number(packet), flags, ...state }]
      }
      case 'ack':
        return [{ kind: 'switchover-ack', pending: number(given.pending) }]
      default:
        return []
    }
  }

  /** From QEMU 9.1 on the answer follows in a line of its own, unless the device is in that state already. */
  private stateAsked(device: string, { newState, recoverState, state, bits }: TraceArguments): Body[] {
    if (bits !== undefined) return [{ kind: 'status-write', register: 'deviceState', value: number(bits), by: 'vmm' }]
    const asked = stateNumber(String(newState ?? state))
    if (asked === undefined) return []
    if (newState === undefined) {
      this.states.set(device, asked)
      return [{ kind: 'state-set', state: asked, result: 0 }]
    }
    this.asked.set(device, { state: asked, recover: stateNumber(String(recoverState)) })
    return []
  }

  /** The state that a device has come to; from a refusal QEMU goes to the one that it named, or resets the device. */
  private stateTaken(device: string, state: number | undefined): Body[] {
    if (state === undefined) return []
    const asked = this.asked.get(device)
    this.asked.delete(device)
    this.states.set(device, state)
    const taken: Body = stateReported(state)
    if (asked === undefined || asked.state === state) return [taken]
    const refused: Body = { kind: 'state-set', state: asked.state, result: FAILED }
    return [refused, asked.recover === state ? taken : { kind: 'device', state: 'reset' }]
  }

  private leftToRead(device: string, { initial, dirty }: TraceArguments): Body[] {
    if (!PRE_COPY.includes(this.states.get(device))) return []
    return [{ kind: 'precopy-info', initialBytes: number(initial), dirtyBytes: number(dirty) }]
  }

  /** The virtual CPUs stand still: they do before the first device is told. */
  stopped(): Body[] {
    this.resumed.clear()
    if (this.isStopped === true) return []
    this.isStopped = true
    return [{ kind: 'vcpus-stopped' }]
  }

  /** The virtual CPUs run when all devices do. */
  private started(device: string): Body[] {
    this.resumed.add(device)
    if (this.isStopped === false || this.resumed.size < this.devices.size) return []
    this.isStopped = false
    return [{ kind: 'vcpus-started' }]
  }
}

/** Events that are about the machine, whichever device's line says them. */
const WITHOUT_DEVICE: ReadonlySet<string> = new Set([
  'vcpus-stopped',
  'vcpus-started',
  'migration-status',
  'migration-start',
  'migration-end',
  'migration-cancelled',
])

function dataSaved(bytes: number): Body[] {
  return [
    { kind: 'data-read', bytes },
    { kind: 'stream-record', tag: 'DEV_DATA_STATE', bytes },
  ]
}

/** Versions before 8.0: what is read of the migration region, and written to it, around a piece of data. */
function regionBodies({ offset, size, pending }: TraceArguments, write: boolean): Body[] {
  const register = (field: keyof typeof migrationRegisters, value: string | number, written: boolean): Body => ({
    kind: 'region-access',
    region: 'migration',
    offset: migrationRegisters[field].offset,
    count: migrationRegisters[field].length,
    write: written,
    field,
    value: number(value),
  })
  if (offset === undefined || size === undefined) return [register('pending_bytes', pending ?? 0, false)]
  const data: Body = {
    kind: 'region-access',
    region: 'migration',
    offset: number(offset),
    count: number(size),
    write,
    field: 'data',
  }
  const place = register('data_offset', offset, false)
  const length = register('data_size', size, write)
  if (write) return [place, data, length]
  return number(size) === 0 ? [place, length] : [place, length, data]
}

/** A number as events have it: no greater than is exact. */
function number(value: string | number | undefined): number {
  const result = Number(value)
  return Number.isSafeInteger(result) ? result : Number.MAX_SAFE_INTEGER
}
