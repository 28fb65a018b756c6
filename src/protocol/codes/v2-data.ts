import { defineCodes } from '../../findings/index.ts'
import { sources } from '../sources.ts'

/** Data descriptors and dirty logs of VFIO migration v2. */
export const v2DataCodes = defineCodes({
  'protocol/read-outside-saving': {
    severity: 'error',
    title: 'the state is read while the device does not save it',
    explanation:
      'The descriptor is worth nothing once PRE_COPY, PRE_COPY_P2P or STOP_COPY is left: what comes is not the state, and drivers answer with an error.',
    source: sources.v2Header,
  },
  'protocol/state-cut-off': {
    severity: 'warning',
    title: 'the state is not read to its end',
    explanation:
      'The end is a read that gives 0 bytes in STOP_COPY. What was not read is lost when STOP_COPY is left, and the destination refuses what came, or takes it for the whole. Read until nothing comes.',
    source: sources.v2Header,
  },
  'protocol/write-outside-resuming': {
    severity: 'error',
    title: 'state is written while the device is not in RESUMING',
    explanation: 'Nothing takes the bytes. Ask for RESUMING first and write to the descriptor that comes with it.',
    source: sources.v2Header,
  },
  'protocol/data-refused': {
    severity: 'error',
    title: 'the driver fails to give or to take state',
    explanation:
      'Reading or writing failed in a state for it. A destination often finds here that queues, firmware or device differ from the source, long before RESUMING is left.',
    source: sources.v2Header,
  },
  'protocol/data-fd-missing': {
    severity: 'error',
    title: 'a change of state that opens a data descriptor gave none',
    explanation:
      'Entering pre-copy, STOP_COPY or RESUMING from outside opens one. Without it the state can be neither read nor written.',
    source: sources.v2Header,
  },
  'protocol/data-fd-unexpected': {
    severity: 'error',
    title: 'a data descriptor came with a change of state that opens none',
    explanation:
      'From PRE_COPY to STOP_COPY the descriptor stays the same. User space that takes the new one reads the state from its beginning again, or leaks it.',
    source: sources.v2Header,
  },
  'protocol/data-fd-left-open': {
    severity: 'error',
    title: 'a new data descriptor comes while the last one is open',
    explanation:
      'The old one leaks, and QEMU gives up with "data_fd out of sync". Close it when its session is over. An info where the log does not show what is closed.',
    source: `${sources.v2Header}; ${sources.v2Qemu}`,
  },
  'protocol/precopy-info-outside': {
    severity: 'error',
    title: 'pre-copy information is given outside of pre-copy',
    explanation: 'Drivers refuse it with EINVAL, which is an info. Numbers that come all the same mean nothing.',
    source: sources.v2Precopy,
  },
  'protocol/initial-bytes-grew': {
    severity: 'error',
    title: 'the initial bytes of a device become more',
    explanation:
      'They only get fewer, unless the driver says that they start anew. A destination that has acknowledged the switchover was told too early that it has all of them.',
    source: sources.v2Precopy,
  },
  'protocol/initial-bytes-left': {
    severity: 'warning',
    title: 'a device is stopped before its initial bytes were read',
    explanation:
      'They let the destination prepare, which otherwise happens while the guest stands still: the downtime grows. Use the switchover acknowledgement. An info where the guest did not run.',
    source: sources.v2Precopy,
  },
  'protocol/dma-logging-order': {
    severity: 'error',
    title: 'logging of dirty pages is started twice, or stopped without a start',
    explanation:
      'Ranges of the second start are not logged, or somebody else has stopped the log: pages are lost. An info where the driver refuses it.',
    source: sources.v2Logging,
  },
  'protocol/bitmap-refused': {
    severity: 'info',
    title: 'the log of dirty pages cannot be read',
    explanation:
      'Every page has to be taken for dirty then, or the migration fails. Some drivers start a log and never report it; QEMU can use the IOMMU or the container instead.',
    source: sources.v2Logging,
  },
})
