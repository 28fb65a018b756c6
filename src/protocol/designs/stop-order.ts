import type { QuietEvents } from '../design.ts'
import type { EventOf } from '../event.ts'
import { defineMachine, type Machine } from '../machine.ts'

interface StopOrder {
  readonly source: string
  readonly variants?: readonly string[]
  readonly register: string
  readonly stopped: readonly number[]
  readonly running: readonly number[]
  /** The part whose saving ends the work on the device. */
  readonly part: EventOf<'state-saved'>['part']
  /** Whether the bitmap may be asked for while the device runs. */
  readonly liveBitmap: boolean
}

/** The order on the source: stop the device, fetch the dirty bitmap for the last time, then take the state. */
export function stopOrder(facts: StopOrder): Machine {
  const { source, register, stopped, running, part, liveBitmap } = facts
  return defineMachine({
    name: 'order',
    title: 'Order of stop, bitmap and state',
    source,
    ...(facts.variants === undefined ? {} : { variants: facts.variants }),
    states: {
      running: 'the device runs',
      stopped: 'the device is stopped, pages it wrote are not known',
      synced: 'the bitmap was fetched after the stop',
      saved: 'the state is taken',
      'saved-early': 'the state is taken, the bitmap is not fetched',
    },
    initial: { source: 'running', destination: 'running' },
    final: ['running', 'saved', 'saved-early'],
    inputs: {
      stop: [{ kind: 'status-write', side: 'source', register, value: stopped }],
      run: [{ kind: 'status-write', side: 'source', register, value: running }],
      query: [{ kind: 'bitmap-queried', side: 'source' }],
      save: [{ kind: 'state-saved', side: 'source', part }],
    },
    transitions: {
      running: { run: 'running', stop: 'stopped', ...(liveBitmap ? ({ query: 'running' } as const) : {}) },
      stopped: { run: 'running', stop: 'stopped', query: 'synced' },
      synced: { run: 'running', stop: 'synced', query: 'synced', save: 'saved' },
      saved: { run: 'running', stop: 'saved', save: 'saved' },
      'saved-early': { run: 'running', stop: 'saved-early', save: 'saved-early', query: 'saved' },
    },
    illegal: [
      {
        from: ['running'],
        on: 'save',
        to: 'saved-early',
        code: 'protocol/read-state-before-stop',
        message: `The part ${part} is taken while ${register} says that the device runs.`,
      },
      {
        from: liveBitmap ? [] : ['running'],
        on: 'query',
        code: 'protocol/bitmap-before-stop',
        message: `The dirty bitmap is fetched while ${register} says that the device runs.`,
      },
      {
        from: ['stopped'],
        on: 'save',
        to: 'saved-early',
        code: 'protocol/bitmap-after-state',
        message: `The part ${part} is taken and the dirty bitmap was not fetched since the stop.`,
      },
      {
        from: ['saved'],
        on: 'query',
        code: 'protocol/bitmap-after-state',
        message: `The dirty bitmap is fetched after the part ${part} was taken.`,
      },
    ],
    unfinished: (['stopped', 'synced'] as const).map((state) => ({
      state,
      code: 'protocol/state-not-saved',
      message: `The migration ends and the part ${part} was not taken.`,
    })),
  })
}

/** Where the host stops the device: it is quiet as long as its register says so. */
export function stoppedByHost(register: string, stopped: readonly number[], running: readonly number[]): QuietEvents {
  return {
    quiet: [{ kind: 'status-write', register, value: stopped }],
    active: [{ kind: 'status-write', register, value: running }],
  }
}
