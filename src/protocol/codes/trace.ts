import { defineCodes } from '../../findings/index.ts'
import { sources } from '../sources.ts'

const COMMON = 'order of a migration as all designs share it'

/** Findings about traces of any design. */
export const traceCodes = defineCodes({
  'protocol/time-backwards': {
    severity: 'error',
    title: 'an event is earlier than the one before it',
    explanation:
      'A trace is ordered and both sides count the same microseconds. Events that were merged from two logs have to be put on one clock first; rules on order mean nothing otherwise.',
    source: COMMON,
  },
  'protocol/illegal-transition': {
    severity: 'error',
    title: 'a step is not legal in the state that a part of the protocol is in',
    explanation:
      'One side did something that the other does not expect now. The message names the state, the step and the legal ones: find who left the order.',
    source: 'state machines of the design, see vfmig simulate --list',
  },
  'protocol/unfinished': {
    severity: 'error',
    title: 'the migration is over and a part of the protocol is not',
    explanation:
      'Something was begun and never ended, such as a status that was not taken back: the next migration starts from a wrong state, or the device never works again. A warning where the trace stops before the migration does.',
    source: 'state machines of the design',
  },
  'protocol/undefined-value': {
    severity: 'error',
    title: 'a status register is written with a value that the design does not define',
    explanation:
      'The other side compares with the defined values and handles none of it: it hangs, or the write fails. Correct the writer.',
    source: 'registers of the design',
  },
  'protocol/dma-while-quiet': {
    severity: 'error',
    title: 'the device used memory although it was said to be stopped',
    explanation:
      'What it wrote is lost or tears the image: pages were sent, or are about to be sent for the last time. On the destination it runs before it was restored. Stop it, by clearing bus mastering or by a reset, before saying so.',
    source: sources.bridgeOrder,
  },
  'protocol/page-lost': {
    severity: 'error',
    title: 'the device wrote a page that was not sent again',
    explanation:
      'The destination has the old content: received data is lost and rings stall. DMA does not mark pages dirty by itself; the design has to do it before the last round.',
    source: sources.v1Series,
  },
  'protocol/dirtied-after-stop': {
    severity: 'error',
    title: 'the guest dirtied a page while its virtual CPUs stood still',
    explanation:
      'Nobody of the guest can have done that: either the CPUs ran, or the page was marked by something that the last round does not wait for.',
    source: sources.bridgeThread,
  },
  'protocol/read-state-before-stop': {
    severity: 'error',
    title: 'the state was taken while the device still ran',
    explanation:
      'It is out of date as soon as it is read. For state_in_pf reading even switches the VF off under a running guest. Stop the guest and the device first.',
    source: `S3-O7: ${sources.v1StateInPf}; order of ${sources.mdevSeries}`,
  },
  'protocol/state-not-loaded': {
    severity: 'error',
    title: 'a part of the state was taken and never put in place',
    explanation:
      'The destination runs without it. A flag byte that the loader does not know, or a size that does not fit, makes some loaders skip a part and report success.',
    source: `${sources.v2Series}; ${sources.v1Series}`,
  },
  'protocol/state-refused': {
    severity: 'error',
    title: 'the destination does not accept a part of the state',
    explanation: 'The migration fails and the guest stays on the source. The reason in the message says what differs.',
    source: COMMON,
  },
  'protocol/not-converging': {
    severity: 'warning',
    title: 'the same pages are dirtied and sent in round after round',
    explanation:
      'A driver that reuses its receive pages dirties them for ever, even with small packets: pre-copy never gets ahead. Limit the rounds, or leave pages mapped for receiving out until they are unmapped.',
    source: `S3-O2: ${sources.v1Duyck}`,
  },
  'protocol/unbounded-wait': {
    severity: 'warning',
    title: 'the migration waits without a limit',
    explanation:
      'A guest that is stuck, malicious or gone blocks it for ever. Migration must also succeed then: bound the wait and reset the device on the destination instead.',
    source: `S1-O1: ${sources.v2Tsirkin}`,
  },
  'protocol/guest-silent': {
    severity: 'error',
    title: 'the guest never answered',
    explanation:
      'The device was not stopped by its driver, so its state is not known. The bad path is a reset on the destination; without one the migration hangs or moves a running device.',
    source: `S1-O1: ${sources.v2Tsirkin}`,
  },
})
