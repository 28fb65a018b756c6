import { defineCodes } from '../../findings/index.ts'
import { sources } from '../sources.ts'

/** The bridge of December 2015. */
export const bridgeCodes = defineCodes({
  'protocol/dirty-before-bus-master-clear': {
    severity: 'error',
    title: 'pages are marked dirty for the last time before bus mastering is cleared',
    explanation:
      'The device may write between the mark and its stop, and that page is not sent again. Clear Bus Master Enable first, which the hypervisor sees too, and only then mark.',
    source: `S2-O1: ${sources.bridgeOrder}`,
  },
  'protocol/mapped-page-not-dirtied': {
    severity: 'error',
    title: 'a page that is still mapped for receiving was not marked dirty after the device stopped',
    explanation:
      'Its last content is not known to the hypervisor. Every page mapped from-device or bidirectional has to be marked once bus mastering is off.',
    source: `S2-O1: ${sources.bridgeOrder}`,
  },
  'protocol/paused-with-bus-master': {
    severity: 'error',
    title: 'a device is said to be paused while it is bus master',
    explanation: 'It can still write memory. Quiesce it, clear Bus Master Enable, mark its pages, then set the bit.',
    source: `S2-O1: ${sources.bridgeOrder}`,
  },
  'protocol/to-device-dirtied': {
    severity: 'info',
    title: 'a page that is only read by the device is marked dirty',
    explanation: 'Harmless, and sent for nothing: only from-device and bidirectional mappings change memory.',
    source: sources.bridgeOrder,
  },
  'protocol/after-without-before': {
    severity: 'error',
    title: 'a driver is told that migration is over without having been told that it begins',
    explanation:
      'It restores what it never saved. A device that was down gets no callback: it finds the missed flag when it comes up.',
    source: sources.bridgeThread,
  },
  'protocol/paused-early': {
    severity: 'info',
    title: 'a device is paused while rounds of memory copy still run',
    explanation:
      'The guest has no network for that long. Act just before the virtual CPUs stop, not at the start of the migration.',
    source: `S2-O3: ${sources.bridgeThread}`,
  },
  'protocol/pause-not-understood': {
    severity: 'info',
    title: 'the hot-plug driver of the guest does not know the migration command',
    explanation:
      'Pause and resume are in no specification of the hot-plug controller; guests without the extension, such as Windows, answer with an invalid command. Expect the bad path.',
    source: `S2-O4: ${sources.bridgeThread}`,
  },
  'protocol/bad-path-without-reset': {
    severity: 'error',
    title: 'the guest did not answer and a device of the group was not reset on the destination',
    explanation:
      'Its driver works with a device that lost its state. The bad path is to disable, reset and enable the whole group behind the bridge.',
    source: `S2-O5: ${sources.bridgeThread}`,
  },
  'protocol/dma-pages-untracked': {
    severity: 'error',
    title: 'the devices are paused and the guest never said that it dirties the pages of DMA',
    explanation:
      'Pages written during pre-copy are then lost. The acknowledgement of the tracking phase carries the bit; without it only a full copy after the stop is safe.',
    source: sources.bridgeOrder,
  },
  'protocol/acknowledged-other-phase': {
    severity: 'error',
    title: 'the guest acknowledges a phase that the bridge is not in',
    explanation: 'The answer belongs to an earlier phase, or is a guess: it must not end the wait.',
    source: `proposed, after ${sources.bridgeThread}`,
  },
  'protocol/outside-slot-mask': {
    severity: 'error',
    title: 'a device is paused, or noted, that does not take part in the migration',
    explanation: 'Bits of the paused and missed masks have to be bits of the slot mask.',
    source: `proposed, after ${sources.bridgeThread}`,
  },
  'protocol/outside-bridge': {
    severity: 'error',
    title: 'an assigned device is not behind the migration bridge',
    explanation: 'The bridge can neither pause nor reset it. All assigned devices of a guest have to be behind it.',
    source: sources.bridgeThread,
  },
  'protocol/missed-flag-not-set': {
    severity: 'error',
    title: 'a device was down during the migration and no note was left for it',
    explanation: 'When it comes up its driver takes the new, unconfigured device for the old one.',
    source: sources.bridgeThread,
  },
  'protocol/missed-flag-kept': {
    severity: 'error',
    title: 'a device came up and the note of a missed migration was not cleared',
    explanation:
      'Either the driver did not initialise the device anew, or the next time it comes up it does so for nothing and loses its settings.',
    source: sources.bridgeThread,
  },
})
