import type { DesignFacts } from '../design.ts'
import { defineMachine } from '../machine.ts'
import { sources } from '../sources.ts'
import { platformMismatch } from './shared-faults.ts'
import { stopOrder, stoppedByHost } from './stop-order.ts'

const REGISTER = 'deviceState'
/** Bit 0 is STOP, bit 1 LOGGING. */
const STATES = { running: 0, stop: 1, logging: 2, 'stop-logging': 3 } as const
const GET = 1
const SET = 2

function written(value: number) {
  return [{ kind: 'status-write', register: REGISTER, value }] as const
}

const deviceState = defineMachine({
  name: 'device-state',
  title: 'Device state',
  source: sources.regionsSeries,
  states: {
    running: 'the device runs',
    stop: 'the device is stopped',
    logging: 'the device runs and logs dirty pages',
    'stop-logging': 'the device is stopped, what it dirtied can be asked for',
  },
  initial: { source: 'running', destination: 'running' },
  final: ['running', 'stop'],
  inputs: {
    'to-running': written(STATES.running),
    'to-stop': written(STATES.stop),
    'to-logging': written(STATES.logging),
    'to-stop-logging': written(STATES['stop-logging']),
  },
  // All twelve; writing the state again changes nothing.
  transitions: {
    running: {
      'to-running': 'running',
      'to-stop': 'stop',
      'to-logging': 'logging',
      'to-stop-logging': 'stop-logging',
    },
    stop: {
      'to-running': 'running',
      'to-stop': 'stop',
      'to-logging': 'logging',
      'to-stop-logging': 'stop-logging',
    },
    logging: {
      'to-running': 'running',
      'to-stop': 'stop',
      'to-logging': 'logging',
      'to-stop-logging': 'stop-logging',
    },
    'stop-logging': {
      'to-running': 'running',
      'to-stop': 'stop',
      'to-logging': 'logging',
      'to-stop-logging': 'stop-logging',
    },
  },
  per: ['side', 'device'],
})

const configBuffer = defineMachine({
  name: 'config-buffer',
  title: 'Region of the device config',
  source: sources.regionsSeries,
  states: {
    empty: 'nothing is in it',
    filled: 'the driver has put the state there',
    taken: 'the state was read',
    written: 'state was written there',
    'told-early': 'the driver was told to load before the data came',
  },
  initial: { source: 'empty', destination: 'empty' },
  final: ['empty', 'taken', 'told-early'],
  inputs: {
    get: [{ kind: 'status-write', register: 'configAction', value: GET }],
    set: [{ kind: 'status-write', register: 'configAction', value: SET }],
    read: [{ kind: 'region-access', region: 'config', write: false }],
    write: [{ kind: 'region-access', region: 'config', write: true }],
  },
  transitions: {
    empty: { get: 'filled', write: 'written' },
    filled: { read: 'taken' },
    taken: { read: 'taken', get: 'filled', write: 'written' },
    written: { write: 'written', set: 'empty', get: 'filled' },
    'told-early': { write: 'told-early', set: 'empty', get: 'filled' },
  },
  illegal: [
    {
      from: ['empty', 'filled', 'taken'],
      on: 'set',
      to: 'told-early',
      code: 'protocol/set-before-data',
      message: 'SET_BUFFER comes and the config region was not written.',
    },
    {
      from: ['empty'],
      on: 'read',
      code: 'protocol/read-before-get',
      message: 'The config region is read and GET_BUFFER was not written.',
    },
    {
      from: ['filled'],
      on: 'get',
      code: 'protocol/get-without-read',
      message: 'GET_BUFFER comes again and the config region was not read.',
    },
  ],
  unfinished: [
    {
      state: 'filled',
      code: 'protocol/get-without-read',
      message: 'The migration ends and the config region was not read after GET_BUFFER.',
    },
  ],
  per: ['side', 'device'],
})

const memoryBuffer = defineMachine({
  name: 'memory-buffer',
  title: 'Region of the device memory',
  source: sources.regionsSeries,
  states: {
    idle: 'no position',
    placed: 'the position is set',
    filled: 'the driver has put a piece there',
    written: 'a piece was written there',
    'told-early': 'the driver was told to load before the piece came',
  },
  initial: { source: 'idle', destination: 'idle' },
  final: ['idle', 'placed', 'told-early'],
  inputs: {
    position: [{ kind: 'status-write', register: 'memoryPosition' }],
    get: [{ kind: 'status-write', register: 'memoryAction', value: GET }],
    set: [{ kind: 'status-write', register: 'memoryAction', value: SET }],
    read: [{ kind: 'region-access', region: 'memory', write: false }],
    write: [{ kind: 'region-access', region: 'memory', write: true }],
  },
  transitions: {
    idle: { position: 'placed' },
    placed: { position: 'placed', get: 'filled', write: 'written' },
    filled: { read: 'idle' },
    written: { write: 'written', position: 'written', set: 'idle' },
    'told-early': { write: 'told-early', position: 'placed', set: 'idle' },
  },
  illegal: [
    {
      from: ['idle'],
      on: 'get',
      code: 'protocol/action-before-position',
      message: 'GET_BUFFER comes for device memory and no position was set for the piece.',
    },
    {
      from: ['placed', 'filled'],
      on: 'set',
      to: 'told-early',
      code: 'protocol/set-before-data',
      message: 'SET_BUFFER comes and the memory region was not written.',
    },
    {
      from: ['placed'],
      on: 'read',
      code: 'protocol/read-before-get',
      message: 'The memory region is read and GET_BUFFER was not written.',
    },
    {
      from: ['filled'],
      on: 'get',
      code: 'protocol/get-without-read',
      message: 'GET_BUFFER comes again and the memory region was not read.',
    },
  ],
  unfinished: [
    {
      state: 'filled',
      code: 'protocol/get-without-read',
      message: 'The migration ends and the memory region was not read after GET_BUFFER.',
    },
  ],
  per: ['side', 'device'],
})

/** February 2019: control, config, memory and bitmap regions. */
export const deviceStateRegions: DesignFacts = {
  name: 'device-state-regions',
  title: 'Four device-state regions (February 2019)',
  source: sources.regionsSeries,
  variants: ['v1'],
  registers: {
    [REGISTER]: STATES,
    configAction: { get: GET, set: SET },
    memoryAction: { get: GET, set: SET },
  },
  quiet: stoppedByHost(REGISTER, [STATES.stop, STATES['stop-logging']], [STATES.running, STATES.logging]),
  machines: [
    deviceState,
    configBuffer,
    memoryBuffer,
    stopOrder({
      source: `${sources.regionsSeries}; ${sources.mdevGilbert}`,
      register: REGISTER,
      stopped: [STATES.stop, STATES['stop-logging']],
      running: [STATES.running, STATES.logging],
      part: 'device-config',
      liveBitmap: true,
    }),
  ],
  faults: {
    'wrong-order': {
      meaning: 'the driver is told to load before the data is written',
      code: 'protocol/set-before-data',
    },
    'bitmap-after-state': {
      meaning: 'the last dirty bitmap is fetched after the state was taken',
      code: 'protocol/bitmap-after-state',
    },
    'read-state-before-stop': {
      meaning: 'the config is taken while the device runs',
      code: 'protocol/read-state-before-stop',
    },
    'bitmap-without-logging': {
      meaning: 'dirty pages are asked for and logging was never set',
      code: 'protocol/bitmap-without-logging',
    },
    'config-too-large': {
      meaning: 'the state does not fit into the region',
      code: 'protocol/config-too-large',
    },
    'platform-mismatch': platformMismatch,
    'dma-after-stop': { meaning: 'the device writes after STOP', code: 'protocol/dma-while-quiet' },
  },
}
