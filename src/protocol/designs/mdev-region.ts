import type { DesignFacts } from '../design.ts'
import { defineMachine } from '../machine.ts'
import { sources } from '../sources.ts'
import { platformMismatch } from './shared-faults.ts'
import { stopOrder, stoppedByHost } from './stop-order.ts'

const REGISTER = 'runState'
const START = 0
const STOP = 1

const runState = defineMachine({
  name: 'run-state',
  title: 'Run state of the mdev',
  source: sources.mdevSeries,
  states: { start: 'the device runs', stop: 'the device is stopped' },
  initial: { source: 'start', destination: 'stop' },
  final: ['start', 'stop'],
  inputs: {
    start: [{ kind: 'status-write', register: REGISTER, value: START }],
    stop: [{ kind: 'status-write', register: REGISTER, value: STOP }],
  },
  // The handler of VM state changes writes the byte again where nothing changes.
  transitions: {
    start: { stop: 'stop', start: 'start' },
    stop: { start: 'start', stop: 'stop' },
  },
  per: ['side', 'device'],
})

/** June 2017: the state is taken first, the bitmap last. The objection to it is a warning here. */
const firstOrder = defineMachine({
  name: 'order',
  title: 'Order of stop, state and bitmap (V1)',
  source: sources.mdevSeries,
  variants: ['v1'],
  states: {
    running: 'the device runs',
    stopped: 'the device is stopped',
    saved: 'the state is taken, pages it wrote are not known',
    done: 'the bitmap was fetched after the stop',
  },
  initial: { source: 'running', destination: 'running' },
  final: ['running', 'done'],
  inputs: {
    stop: [{ kind: 'status-write', side: 'source', register: REGISTER, value: STOP }],
    run: [{ kind: 'status-write', side: 'source', register: REGISTER, value: START }],
    query: [{ kind: 'bitmap-queried', side: 'source' }],
    save: [{ kind: 'state-saved', side: 'source', part: 'image' }],
  },
  transitions: {
    running: { run: 'running', stop: 'stopped' },
    stopped: { run: 'running', stop: 'stopped', query: 'stopped', save: 'saved' },
    saved: { run: 'running', stop: 'saved', save: 'saved' },
    done: { run: 'running', stop: 'done', save: 'done', query: 'done' },
  },
  illegal: [
    {
      from: ['running'],
      on: 'save',
      to: 'saved',
      code: 'protocol/read-state-before-stop',
      message: 'The image is taken while the run state is START.',
    },
    {
      from: ['running'],
      on: 'query',
      code: 'protocol/bitmap-before-stop',
      message: 'The dirty bitmap is fetched while the run state is START.',
    },
    {
      from: ['saved'],
      on: 'query',
      to: 'done',
      code: 'protocol/bitmap-after-state',
      severity: 'warning',
      message: 'The dirty bitmap is fetched after the image was taken, as V1 of the series does.',
    },
  ],
  unfinished: [
    {
      state: 'stopped',
      code: 'protocol/state-not-saved',
      message: 'The migration ends and the image was not taken.',
    },
    {
      state: 'saved',
      code: 'protocol/bitmap-missing',
      message: 'The migration ends and the dirty bitmap was not fetched.',
    },
  ],
})

/** June 2017 to May 2018: a region of the mdev gives and takes one image. */
export const mdevRegion: DesignFacts = {
  name: 'mdev-region',
  title: 'Device-state region of a mediated device (June 2017 to May 2018)',
  source: sources.mdevSeries,
  variants: ['v2', 'v1'],
  registers: { [REGISTER]: { start: START, stop: STOP } },
  quiet: stoppedByHost(REGISTER, [STOP], [START]),
  machines: [
    runState,
    firstOrder,
    stopOrder({
      source: sources.mdevSeries,
      variants: ['v2'],
      register: REGISTER,
      stopped: [STOP],
      running: [START],
      part: 'image',
      liveBitmap: false,
    }),
  ],
  faults: {
    'wrong-order': {
      meaning: 'the destination starts the device before the image is loaded',
      code: 'protocol/state-access-while-running',
    },
    'bitmap-after-state': {
      meaning: 'the dirty bitmap is fetched after the image was taken',
      code: 'protocol/bitmap-after-state',
    },
    'read-state-before-stop': {
      meaning: 'the image is read while the device runs',
      code: 'protocol/read-state-before-stop',
    },
    'platform-mismatch': platformMismatch,
    'bar-differs': { meaning: 'the BARs of the destination are elsewhere', code: 'protocol/bar-differs' },
    'other-group-running': {
      meaning: 'a device of a second group runs while the bitmap is fetched',
      code: 'protocol/other-group-running',
    },
    'image-split': { meaning: 'the image is written in two pieces', code: 'protocol/image-split' },
    'dma-after-stop': { meaning: 'the device writes after STOP', code: 'protocol/dma-while-quiet' },
  },
}
