import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'linux drivers/vfio/pci/mlx5/main.c, mlx5vf_resume_read_header; drivers/vfio/pci/virtio/migrate.c'

/** What can be said of the records of mlx5 and of virtio-vfio-pci. */
export const recordCodes = defineCodes({
  'vf-state/record-cut': {
    severity: 'error',
    title: 'a record has fewer bytes than its size says',
    explanation:
      'The stream was cut: a destination waits for the rest of the record and does not load it. What is there is kept. Capture the stream to its end.',
    source: SOURCE,
  },
  'vf-state/record-trailing': {
    severity: 'error',
    title: 'fewer bytes than a record header follow the last record',
    explanation:
      'The stream was cut inside a header, or the size of the record before is damaged. A destination waits for the rest of the header.',
    source: SOURCE,
  },
  'vf-state/record-too-large': {
    severity: 'error',
    title: 'a record claims more than 2^32-1 bytes',
    explanation: 'The destination driver refuses it with ENOMEM: the size is damaged, or these are not records at all.',
    source: SOURCE,
  },
  'vf-state/record-unknown-tag': {
    severity: 'error',
    title: 'a mandatory record has a tag that the driver does not know',
    explanation:
      'The destination driver refuses it with EOPNOTSUPP. The stream comes from a newer driver, or of another one; records that may be skipped have the flag for that.',
    source: SOURCE,
  },
  'vf-state/record-optional-data': {
    severity: 'info',
    title: 'a record of device data is marked as optional',
    explanation:
      'Drivers look at the flag only where they do not know the tag, so it changes nothing here. Nothing that is known writes it.',
    source: SOURCE,
  },
  'vf-state/record-empty': {
    severity: 'warning',
    title: 'a record of device data has no bytes',
    explanation:
      'The destination would load nothing: saving failed on the source, or its size was written before the data was there.',
    source: SOURCE,
  },
  'vf-state/record-no-data': {
    severity: 'warning',
    title: 'no record has device data',
    explanation:
      'A destination that gets only this starts with a device as it is after a reset. The capture ends before the state does, such as behind the first bytes of the pre-copy phase.',
    source: SOURCE,
  },
})
