import { defineCodes } from '../../findings/index.ts'
import { sources } from '../sources.ts'

/** Chained handlers, mediate ops and vendor ops of 2019 and 2020. */
export const vendorCodes = defineCodes({
  'protocol/saving-without-remap-irq': {
    severity: 'error',
    title: 'saving is begun while user space does not listen to the remap interrupt',
    explanation:
      'The vendor module needs BAR 0 remapped to see what the guest does, and an old user space never does it: writes of the guest are missed. The module has to refuse the state until the interrupt is in use.',
    source: `S5-O1: ${sources.vendorWilliamson}`,
  },
  'protocol/ack-value-open': {
    severity: 'info',
    title: 'the remap request is answered with a value on which the patches disagree',
    explanation:
      'One patch expects 1, another 0: what is signalled and how it is answered was not in the user API header, where it belongs.',
    source: `S5-O2: ${sources.vendorWilliamson}`,
  },
  'protocol/remap-other-region': {
    severity: 'info',
    title: 'a region that is no BAR changes its mapping',
    explanation: 'The interrupt names BARs only and cannot tell of it: it is needlessly specific to PCI.',
    source: `S5-O3: ${sources.vendorWilliamson}`,
  },
  'protocol/ack-from-blocked-thread': {
    severity: 'error',
    title: 'the remap request is answered by the thread whose write it blocks',
    explanation:
      'The write of the device state returns only after the answer: a user space with one thread for both hangs. The answer has to come from another thread.',
    source: `S5-O4: ${sources.vendorWilliamson}`,
  },
  'protocol/native-handler': {
    severity: 'info',
    title: 'the native driver of the device registers the handler',
    explanation:
      'A host that only assigns the device can then not keep its native driver from loading. An extension of vfio-pci itself avoids that.',
    source: `S5-O5: ${sources.chainedThread}`,
  },
  'protocol/remap-unanswered': {
    severity: 'error',
    title: 'user space does not answer a remap request that is waited for',
    explanation: 'The write of the device state never returns, and the migration with it.',
    source: `S5-O1: ${sources.vendorWilliamson}`,
  },
  'protocol/ack-without-signal': {
    severity: 'error',
    title: 'a remap request is answered that was not made',
    explanation: 'The answer stays in the eventfd and is taken for that of the next request.',
    source: sources.vendorSeries,
  },
  'protocol/ack-before-remap': {
    severity: 'error',
    title: 'the remap request is answered before the BARs are mapped anew',
    explanation:
      'Tracking begins while the guest still reaches the BAR directly, and its writes are missed. Ask for the region info of each named BAR, map it, then answer.',
    source: sources.vendorSeries,
  },
  'protocol/remap-bars': {
    severity: 'error',
    title: 'a remap request names no BAR, or one above 5',
    explanation: 'The value is the OR of 1 << n for BAR n, 0 to 5.',
    source: sources.vendorSeries,
  },
  'protocol/data-before-offset': {
    severity: 'error',
    title: 'the data area is used before its place was read',
    explanation:
      'The driver stages data when data_offset is read, and may place it elsewhere each time. Read data_offset, then data_size, then the data.',
    source: `${sources.vendorSeries}; ${sources.v1Header}`,
  },
  'protocol/data-not-committed': {
    severity: 'error',
    title: 'data was written and its size never was',
    explanation: 'The driver takes the data when data_size is written: the last piece of the state is lost.',
    source: `${sources.vendorSeries}; ${sources.v1Header}`,
  },
  'protocol/pending-left': {
    severity: 'error',
    title: 'saving is ended while state is still pending',
    explanation: 'The rest is lost. Read until pending_bytes is 0.',
    source: `${sources.vendorSeries}; ${sources.v1Header}`,
  },
  'protocol/verdict-mistaken': {
    severity: 'error',
    title: 'the default operation does not follow the verdict of the handler',
    explanation:
      '0 means done and a negative value an error, without the default operation; a positive value leaves it to the default. A handler that returns the byte count of a read is taken for one that did nothing.',
    source: sources.chainedThread,
  },
  'protocol/two-handlers': {
    severity: 'error',
    title: 'two handlers take over one device',
    explanation: 'The first whose probe succeeds wins; two would both answer for the same state.',
    source: `${sources.chainedThread}; ${sources.vendorSeries}`,
  },
  'protocol/vendor-module-absent': {
    severity: 'error',
    title: 'no vendor module serves the device',
    explanation:
      'Default operations apply: there is no migration region and the device blocks the migration, or arrives without state. Load the module of the alias vfio-pci:VENDOR-DEVICE on both hosts.',
    source: sources.vendorSeries,
  },
})
