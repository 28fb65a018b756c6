import type { Json } from '../../../layout/index.ts'
import type { Side } from '../../../protocol/index.ts'
import { type Body, stepOf } from '../body.ts'
import { Clock } from '../clock.ts'
import { DeviceNumbers } from '../devices.ts'
import type { Step, TextRecord } from '../log.ts'
import { stateNumber, stateReported } from '../states.ts'
import { Phases } from '../statuses.ts'
import type { QmpRecord } from './language.ts'

type Members = { readonly [name: string]: Json | undefined }

/** How far a migration is, by one answer to query-migrate. */
export interface MigrateAnswer {
  /** Index of the record. */
  readonly record: number
  readonly status?: string
  /** Bytes of memory sent, and still to be sent. */
  readonly transferred?: number
  readonly remaining?: number
  /** Pages that become dirty in a second, as QEMU last counted. */
  readonly dirtyPagesRate?: number
  /** Megabits a second. */
  readonly mbps?: number
  /** Rounds of dirty pages. */
  readonly dirtySyncCount?: number
  /** Bytes of VFIO devices sent. */
  readonly vfioTransferred?: number
  /** Milliseconds. */
  readonly totalTime?: number
  readonly downtime?: number
  readonly expectedDowntime?: number
  readonly errorText?: string
}

type Records = readonly (QmpRecord | TextRecord)[]

/** The answers to query-migrate, in order. */
export function migrateSeries({ records }: { readonly records: Records }): MigrateAnswer[] {
  return records.flatMap((record, index) => {
    const answer = record.kind === 'message' ? migrateAnswer(record.message.return, index) : undefined
    return answer === undefined ? [] : [answer]
  })
}

/** An answer with a status, and what only query-migrate gives; undefined for other answers. */
function migrateAnswer(json: Json | undefined, record: number): MigrateAnswer | undefined {
  const answer = object(json)
  const status = text(answer?.status)
  // query-status has a status, too, of the guest.
  if (answer === undefined || status === undefined || answer.running !== undefined) return undefined
  const ram = object(answer.ram)
  const facts = {
    transferred: number(ram?.transferred),
    remaining: number(ram?.remaining),
    dirtyPagesRate: number(ram?.['dirty-pages-rate']),
    mbps: number(ram?.mbps),
    dirtySyncCount: number(ram?.['dirty-sync-count']),
    vfioTransferred: number(object(answer.vfio)?.transferred),
    totalTime: number(answer['total-time']),
    downtime: number(answer.downtime),
    expectedDowntime: number(answer['expected-downtime']),
    errorText: text(answer['error-desc']),
  }
  const known = Object.entries(facts).filter(([, value]) => value !== undefined)
  return { record, status, ...Object.fromEntries(known) }
}

/** What happened, in the order of the log. */
export function qmpEvents(records: Records, side: Side): Step[] {
  const clock = new Clock()
  const devices = new DeviceNumbers()
  const steps: Step[] = []
  const phases = new Phases()
  for (const [index, record] of records.entries()) {
    if (record.kind !== 'message') continue
    const { message } = record
    const at = clock.at(timeOf(message), index)
    const answer = migrateAnswer(message.return, index)
    const bodies =
      answer !== undefined
        ? [...phases.enter(answer.status ?? '', answer.errorText), ...transfer(answer)]
        : eventBodies(text(message.event), object(message.data) ?? {}, devices, phases)
    for (const body of bodies) steps.push(stepOf(index, at, side, body))
  }
  return steps
}

/** Microseconds of the time that events carry. */
function timeOf({ timestamp }: Members): number | undefined {
  const time = object(timestamp)
  const [seconds, micros] = [number(time?.seconds), number(time?.microseconds)]
  return seconds === undefined || micros === undefined || seconds < 0 ? undefined : seconds * 1e6 + micros
}

function eventBodies(event: string | undefined, data: Members, devices: DeviceNumbers, phases: Phases): Body[] {
  switch (event) {
    case 'STOP':
      return [{ kind: 'vcpus-stopped' }]
    case 'RESUME':
      return [{ kind: 'vcpus-started' }]
    case 'MIGRATION': {
      const status = text(data.status)
      return status === undefined ? [] : phases.enter(status)
    }
    case 'VFIO_MIGRATION':
      return stateBodies(data, devices)
    default:
      return []
  }
}

/** A state that a device has come to; one that it is about to leave for is not one yet. */
function stateBodies(data: Members, devices: DeviceNumbers): Body[] {
  const name = text(data['device-id']) || text(data['qom-path'])
  const state = stateNumber((text(data['device-state']) ?? '').toUpperCase().replaceAll('-', '_'))
  if (name === undefined || state === undefined) return []
  const isNew = devices.isNew(name)
  const device = devices.of(name)
  const taken: Body = { ...stateReported(state), ...device }
  return isNew ? [{ kind: 'device-named', name, ...device }, taken] : [taken]
}

function transfer({ transferred, remaining, dirtyPagesRate, mbps, vfioTransferred }: MigrateAnswer): Body[] {
  const facts = {
    transferred: whole(transferred),
    remaining: whole(remaining),
    dirtyPagesRate: whole(dirtyPagesRate),
    bandwidth: mbps === undefined ? undefined : whole(mbps * 1e6),
    vfioTransferred: whole(vfioTransferred),
  }
  const known = Object.entries(facts).filter(([, value]) => value !== undefined)
  return known.length === 0 ? [] : [{ kind: 'transfer-status', ...Object.fromEntries(known) }]
}

function object(json: Json | undefined): Members | undefined {
  return json !== null && typeof json === 'object' && !Array.isArray(json) ? json : undefined
}

function text(json: Json | undefined): string | undefined {
  return typeof json === 'string' ? json : undefined
}

function number(json: Json | undefined): number | undefined {
  return typeof json === 'number' ? json : undefined
}

/** An integer as events have it. */
function whole(value: number | undefined): number | undefined {
  const rounded = Math.round(value ?? Number.NaN)
  return Number.isSafeInteger(rounded) ? rounded : undefined
}
