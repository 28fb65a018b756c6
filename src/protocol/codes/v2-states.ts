import { defineCodes } from '../../findings/index.ts'
import { sources } from '../sources.ts'

/** States of VFIO migration v2. */
export const v2StateCodes = defineCodes({
  'protocol/no-stop-copy': {
    severity: 'error',
    title: 'the driver does not say that the device can give its state',
    explanation:
      'STOP_COPY is the one flag that every device with migration has. The kernel refuses all states without it, so the device blocks migration.',
    source: sources.v2Header,
  },
  'protocol/stop-copy-to-pre-copy': {
    severity: 'error',
    title: 'a device goes from STOP_COPY back to pre-copy',
    explanation:
      'No arc leads there: the device would run again after part of its final state was read, and the stream would hold two times. The kernel refuses it; some versions before "vfio: prevent infinite loop in vfio_mig_get_next_state() on blocked arc" never return. Go to RUNNING and begin anew.',
    source: sources.v2Hops,
  },
  'protocol/illegal-state-accepted': {
    severity: 'error',
    title: 'the driver accepts a state that cannot be asked for',
    explanation:
      'ERROR, numbers that are no state, and states whose flags the device lacks are refused by the kernel with EINVAL. A driver, or a server of vfio-user, that accepts them is in a state of which nobody knows what it means.',
    source: sources.v2Hops,
  },
  'protocol/request-refused': {
    severity: 'info',
    title: 'a state is refused that cannot be asked for',
    explanation:
      'The driver does what the rules say, and the device stays as it was. User space that counts on the state has to be corrected.',
    source: sources.v2Hops,
  },
  'protocol/legal-request-refused': {
    severity: 'error',
    title: 'the driver refuses a legal change of state',
    explanation:
      'The migration cannot go on. The device is where it was or at any hop on the way: ask for its state, or reset it. The log of the host kernel tells why; a device that lacks P2P, memory, or its firmware is common.',
    source: sources.v2Header,
  },
  'protocol/resuming-refused': {
    severity: 'error',
    title: 'the driver does not accept the state that was written',
    explanation:
      'It is judged when RESUMING is left. It is incomplete, of another device or version, or damaged: the guest cannot go on here. Compare the bytes written with those that the source read. An info for the source, where nobody waits for it.',
    source: sources.v2Header,
  },
  'protocol/unexpected-state': {
    severity: 'error',
    title: 'the device is in a state to which nothing has led it',
    explanation:
      'The driver went its own way, or the device was reset by its guest, which ends the transfer: what was read so far is worth nothing.',
    source: sources.v2Header,
  },
  'protocol/device-error': {
    severity: 'error',
    title: 'the device is in the error state',
    explanation:
      'Its state is lost and every request fails. Only a reset leaves the error state; then it runs, unconfigured.',
    source: `${sources.v2Header}; ${sources.v1Header}`,
  },
  'protocol/no-peer-to-peer': {
    severity: 'error',
    title: 'several devices move and one of them cannot be kept from reaching its peers',
    explanation:
      'Devices are stopped one after another; one that still runs may write into one that has stopped, and that write is lost. QEMU refuses to migrate several devices unless all have the flag P2P.',
    source: `${sources.v2Header}; ${sources.v2Qemu}`,
  },
  'protocol/peer-still-running': {
    severity: 'warning',
    title: 'a device is stopped while another may still reach it',
    explanation:
      'All devices have to be in RUNNING_P2P or PRE_COPY_P2P before the first of them is stopped; otherwise DMA between them is lost.',
    source: sources.v2Header,
  },
})
