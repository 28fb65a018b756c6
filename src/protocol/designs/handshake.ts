import { defineMachine, type Machine } from '../machine.ts'

interface Registers {
  readonly title: string
  readonly source: string
  /** Register of the VMM: 1 where a migration is under way. */
  readonly status: string
  /** Register of the guest: 1 where it is ready. */
  readonly answer: string
  /** Whether the VMM takes the answer back; where nothing says so, it may stay until the next start. */
  readonly rearmed: boolean
}

/**
 * The handshake of the designs in which a status byte of the VMM is answered by a byte of the guest:
 * (END, WAIT), (START, WAIT), (START, READY), transfer, (END, WAIT). One machine for both sides, because the bytes move
 * with the config image. The destination takes both back, in any order.
 */
export function handshakeMachine({ title, source, status, answer, rearmed }: Registers): Machine {
  return defineMachine({
    name: 'handshake',
    title,
    source,
    states: {
      'end-wait': 'no migration',
      'start-wait': 'the guest has to answer',
      'start-ready': 'the guest has stopped the device',
      'end-ready': 'over, the answer is still there',
      'start-taken-back': 'over, the status is still there',
    },
    initial: { source: 'end-wait', destination: 'end-wait' },
    final: rearmed ? ['end-wait'] : ['end-wait', 'end-ready'],
    inputs: {
      start: [{ kind: 'status-write', register: status, value: 1 }],
      end: [{ kind: 'status-write', register: status, value: 0 }],
      ready: [{ kind: 'status-write', register: answer, value: 1 }],
      wait: [{ kind: 'status-write', register: answer, value: 0 }],
    },
    transitions: {
      // A destination takes both back also where the guest took no part.
      'end-wait': { start: 'start-wait', end: 'end-wait', wait: 'end-wait' },
      'start-wait': { ready: 'start-ready', end: 'end-wait', wait: 'start-wait' },
      'start-ready': { end: 'end-ready', wait: 'start-taken-back' },
      'end-ready': { wait: 'end-wait', ...(rearmed ? {} : { start: 'start-wait' }) },
      'start-taken-back': { end: 'end-wait' },
    },
    illegal: [
      {
        from: ['end-wait', 'end-ready'],
        on: 'ready',
        code: 'protocol/ready-without-start',
        message: `The guest sets ${answer} to 1 while ${status} is 0.`,
      },
    ],
  })
}
