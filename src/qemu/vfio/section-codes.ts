import { defineCodes } from '../../findings/index.ts'

const LOAD = 'QEMU hw/vfio/migration.c, vfio_load_state'
const SAVE = 'QEMU hw/vfio/migration.c, savevm_vfio_handlers'
const MULTIFD = 'QEMU 10.0 and later, hw/vfio/migration-multifd.c'
const V1 = 'QEMU 5.2 to 7.2, hw/vfio/migration.c'

/** Findings about the order of the sections and records of a VFIO device. */
export const vfioSectionCodes = defineCodes({
  'qemu/vfio-unknown-tag': {
    severity: 'error',
    title: 'a VFIO section has a tag that QEMU does not know',
    explanation:
      'The destination stops with "Unknown tag" and EINVAL. The section is damaged, or comes from a newer QEMU; nothing behind the tag can be read, because records have no lengths of their own.',
    source: LOAD,
  },
  'qemu/vfio-setup-without-end': {
    severity: 'error',
    title: 'DEV_SETUP_STATE is not followed by END_OF_STATE',
    explanation: 'The destination stops with "SETUP STATE: EOS not found" and EINVAL.',
    source: LOAD,
  },
  'qemu/vfio-config-without-end': {
    severity: 'error',
    title: 'the config state is not followed by END_OF_STATE',
    explanation:
      'The destination stops with "Failed loading device config space, end flag incorrect" and EINVAL. Mostly its own device has another number of MSI-X vectors or another size of config space than the stream.',
    source: 'QEMU hw/vfio/migration.c, vfio_load_device_config_state',
  },
  'qemu/vfio-tag-misplaced': {
    severity: 'warning',
    title: 'a VFIO record stands in a section in which QEMU never writes it',
    explanation:
      'START has the setup, PART and END have data, FULL has the config state. The loader does not ask for the type of the section, and takes the record: the stream was put together by something else.',
    source: SAVE,
  },
  'qemu/vfio-data-cut': {
    severity: 'error',
    title: 'a data record has fewer bytes than it says',
    explanation:
      'The stream ends in the middle of the state of the device. The source failed or was cancelled, or the file was cut.',
    source: LOAD,
  },
  'qemu/vfio-several-chunks': {
    severity: 'info',
    title: 'a PART section has more than one data record',
    explanation: 'QEMU reads the device once per iteration. The loader takes any number.',
    source: 'QEMU hw/vfio/migration.c, vfio_save_iterate',
  },
  'qemu/vfio-init-data-sent-again': {
    severity: 'info',
    title: 'the end of the initial data was announced more than once',
    explanation: 'The destination approves the switchover at the first; QEMU announces it once per device.',
    source: 'QEMU 8.1 and later, hw/vfio/migration.c, vfio_save_iterate',
  },
  'qemu/vfio-data-after-config': {
    severity: 'warning',
    title: 'data of the device follow its config state',
    explanation:
      'QEMU loads the config state last, because loading it may start interrupts and change where registers lie. A state that is not complete by then may be lost.',
    source: SAVE,
  },
  'qemu/vfio-section-order': {
    severity: 'warning',
    title: 'the sections of a VFIO device are out of order',
    explanation:
      'QEMU writes START once, PARTs, END once and FULL once. A stream that was put together or recorded twice may load state twice.',
    source: SAVE,
  },
  'qemu/vfio-migration-v1': {
    severity: 'info',
    title: 'the device state is in the form of QEMU 5.2 to 7.2',
    explanation:
      'Those versions used the first VFIO migration protocol, which kernels since 5.18 and QEMU since 8.0 do not have: sizes of chunks are part of the driver state, empty chunks are written, and QEMU 5.2 puts the config state in front of the data. A destination needs the same generation.',
    source: V1,
  },
  'qemu/vfio-state-elsewhere': {
    severity: 'info',
    title: 'the state of the device was sent over multifd channels',
    explanation:
      'END and FULL are empty here; the data and the config state are in the device state packets of the other channels. Captures of them are needed to see the device as a whole: give them with --channel.',
    source: MULTIFD,
  },
  'qemu/vfio-no-state': {
    severity: 'warning',
    title: 'the device has a config state and no data at all',
    explanation:
      'Every driver gives some state in STOP_COPY. The destination loads nothing into its device, which then stands as after a reset while the guest goes on.',
    source: SAVE,
  },
  'qemu/vfio-nothing-after-switchover': {
    severity: 'warning',
    title: 'the device gave data in pre-copy and none when it was stopped',
    explanation:
      'What it did between the last PART and the switchover is lost, unless it had nothing to add. Drivers end their state in STOP_COPY.',
    source: SAVE,
  },
  'qemu/vfio-config-missing': {
    severity: 'warning',
    title: 'the device has data and no config state',
    explanation:
      'The destination keeps the config space of a fresh device: BARs, bus mastering and MSI-X are off while the guest believes them set.',
    source: SAVE,
  },
  'qemu/vfio-load-ready-without-multifd': {
    severity: 'error',
    title: 'DEV_CONFIG_LOAD_READY comes although the device data are on the main channel',
    explanation:
      'The destination stops with "got DEV_CONFIG_LOAD_READY outside multifd transfer" and EINVAL. The tag only says that a config state from a multifd channel may now be loaded.',
    source: 'QEMU 10.1 and later, hw/vfio/migration-multifd.c, vfio_load_state_config_load_ready',
  },
  'qemu/vfio-not-switched-over': {
    severity: 'warning',
    title: 'the stream ends before the device was stopped',
    explanation:
      'There is no END section: the source failed or was cancelled, for example because its driver refused STOP_COPY, or the file was cut. What is there is pre-copy data, which no device runs on.',
    source: SAVE,
  },
  'qemu/vfio-precopy-ended-early': {
    severity: 'info',
    title: 'pre-copy ended before the initial data of the device were announced as sent',
    explanation:
      'Another device of the stream announced it, so that the source was asked to wait for the destination. A source whose guest is stopped does not wait. The rest of the initial data comes at the switchover and adds to the downtime.',
    source: 'QEMU 8.1 and later, hw/vfio/migration.c, vfio_save_iterate; migration/migration.c, switchover ack',
  },
})

export type VfioSectionCode = keyof typeof vfioSectionCodes.entries
