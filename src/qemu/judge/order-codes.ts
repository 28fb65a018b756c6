import { defineCodes } from '../../findings/index.ts'

const SAVE =
  'QEMU migration/savevm.c, qemu_savevm_state_setup, qemu_savevm_state_iterate and qemu_savevm_state_complete_precopy'

/** Findings about the order of sections. */
export const orderCodes = defineCodes({
  'qemu/section-repeated': {
    severity: 'warning',
    title: 'a section of the same device and kind comes a second time',
    explanation:
      'QEMU writes START, END and FULL once for each device, except under COLO. A destination does not ask, and loads the state a second time over the first: the stream was put together, or two were joined.',
    source: SAVE,
  },
  'qemu/part-after-end': {
    severity: 'warning',
    title: 'a section goes on after its END',
    explanation:
      'END is the last of a device: what comes behind it was written by something else. A destination takes it; memory that it changes is then newer than the devices that were loaded in between.',
    source: SAVE,
  },
  'qemu/state-before-end': {
    severity: 'warning',
    title: 'state of a device stands before memory or disks are complete',
    explanation:
      'Devices come behind the END of all that is sent while the guest runs, unless postcopy is on: loading them may read guest memory. Only states that are needed early, such as that of virtio-mem, stand before the first PART. The sections were put in another order.',
    source: SAVE,
  },
  'qemu/section-not-ended': {
    severity: 'warning',
    title: 'a section begins and the stream ends without its END',
    explanation:
      'What the guest changed last comes with END. A destination does not ask for it and starts with what it has. Guest memory is an exception: a background snapshot has no END for it.',
    source: SAVE,
  },
  'qemu/no-ram': {
    severity: 'info',
    title: 'the stream has no guest memory',
    explanation:
      'Only streams of device state alone have none (xen-save-devices-state). A machine that is not under Xen would start with empty memory.',
    source: 'QEMU migration/savevm.c, qemu_save_device_state',
  },
  'qemu/end-in-package': {
    severity: 'warning',
    title: 'the end mark stands inside of a package',
    explanation:
      'QEMU ends a package with POSTCOPY_RUN and writes the end mark behind the last section of the stream. A destination goes on behind the package; here reading ends at the mark.',
    source: 'QEMU migration/savevm.c, loadvm_handle_cmd_packaged',
  },
})

export type OrderCode = keyof typeof orderCodes.entries
