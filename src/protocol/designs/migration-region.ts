import { defineMachine, type Machine } from '../machine.ts'

/** Register of the migration region that holds the device state. */
export const DEVICE_STATE = 'deviceState'

/** Bits of the device state. */
export const RUNNING = 1
export const SAVING = 2
export const RESUMING = 4
/** What a driver that has failed shows; nobody may ask for it. */
export const MIGRATION_ERROR = SAVING | RESUMING

/** Values of the device state. */
export const MIGRATION_STATES = {
  stop: 0,
  running: RUNNING,
  'stop-and-copy': SAVING,
  'pre-copy': RUNNING | SAVING,
  resuming: RESUMING,
} as const

/** A write of the device state. */
export function stateWritten(value: number) {
  return [{ kind: 'status-write', register: DEVICE_STATE, value }] as const
}

function field(name: string, write: boolean) {
  return [{ kind: 'region-access', region: 'migration', field: name, write }] as const
}

/** Staging of the data: where it is, how much, the bytes, and again. One for each device of each side. */
export function dataMachine(source: string): Machine {
  return defineMachine({
    name: 'data',
    title: 'Data area of the migration region',
    source,
    states: {
      idle: 'nothing is staged',
      placed: 'data_offset was read',
      sized: 'data_offset and data_size were read',
      written: 'data was written and its size was not',
    },
    initial: { source: 'idle', destination: 'idle' },
    final: ['idle', 'placed', 'sized'],
    inputs: {
      'read-pending': field('pending_bytes', false),
      'read-offset': field('data_offset', false),
      'read-size': field('data_size', false),
      'read-data': field('data', false),
      'write-data': field('data', true),
      'write-size': field('data_size', true),
    },
    transitions: {
      idle: { 'read-pending': 'idle', 'read-offset': 'placed', 'read-size': 'idle' },
      placed: { 'read-pending': 'idle', 'read-offset': 'placed', 'read-size': 'sized', 'write-data': 'written' },
      sized: { 'read-pending': 'idle', 'read-offset': 'placed', 'read-size': 'sized', 'read-data': 'sized' },
      written: { 'write-data': 'written', 'write-size': 'idle' },
    },
    illegal: [
      {
        from: ['idle', 'placed'],
        on: 'read-data',
        code: 'protocol/data-before-offset',
        message: 'Data is read and data_offset and data_size were not read for it.',
      },
      {
        from: ['idle', 'sized'],
        on: 'write-data',
        code: 'protocol/data-before-offset',
        message: 'Data is written and data_offset was not read for it.',
      },
    ],
    unfinished: [
      {
        state: 'written',
        code: 'protocol/data-not-committed',
        message: 'The migration ends and data_size was not written after the last data.',
      },
    ],
    per: ['side', 'device'],
  })
}
