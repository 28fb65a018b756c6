import { defineCodes } from '../../findings/index.ts'

const CORE = 'drivers/vfio/vfio_main.c vfio_ioctl_device_feature'
const LOGGING_START = 'drivers/vfio/vfio_main.c vfio_ioctl_device_feature_logging_start'

/** Codes of device features and of the ranges of DMA logging. */
export const featureCodes = defineCodes({
  'vfio/feature-operation': {
    severity: 'error',
    title: 'the operation is not one that the feature has',
    explanation:
      'Without the flag for a probe exactly one of get and set is asked for, and it has to be one that the feature has. The kernel refuses anything else with EINVAL. Look for flags that another feature needs.',
    source: CORE,
  },
  'vfio/feature-argsz': {
    severity: 'error',
    title: 'argsz leaves no room for the data of the feature',
    explanation: 'It counts the header of 8 bytes and the data; the kernel refuses a smaller number with EINVAL.',
    source: CORE,
  },
  'vfio/feature-data-short': {
    severity: 'error',
    title: 'the data of the feature is not all there',
    explanation:
      'The bytes that are there are kept, and not taken for data. The capture was cut, or the kernel would read or write past the argument.',
    source: CORE,
  },
  'vfio/feature-unknown': {
    severity: 'info',
    title: 'the feature has no fixed meaning',
    explanation:
      'Numbers from 13 on were posted with several meanings. The data is kept as bytes; the kernel answers ENOTTY where it does not know the number.',
    source: 'linux/vfio.h VFIO_DEVICE_FEATURE_MASK',
  },
  'vfio/migration-without-stop-copy': {
    severity: 'error',
    title: 'a device that migrates has no STOP_COPY',
    explanation:
      'The flag is mandatory beside any other: without it nothing can be saved or loaded, and QEMU refuses the device. The driver is broken, or the flags are of something else.',
    source: 'linux/vfio.h struct vfio_device_feature_migration',
  },
  'vfio/migration-state-refused': {
    severity: 'info',
    title: 'a state is asked for that no device takes',
    explanation:
      'ERROR cannot be asked for, and there are eight states. The kernel answers EINVAL and the device stays in the state in which it is.',
    source: 'drivers/vfio/vfio_main.c vfio_mig_get_next_state',
  },
  'vfio/migration-state-error': {
    severity: 'warning',
    title: 'the device is in the state ERROR',
    explanation: 'It has failed, and only a reset of the device leads back, to RUNNING. What it had to save is lost.',
    source: 'linux/vfio.h enum vfio_device_mig_state',
  },
  'vfio/logging-page-size': {
    severity: 'error',
    title: 'the page size of a DMA log is no power of two, or below 4096',
    explanation: 'The kernel checks alignment by it and refuses what does not fit; bits would stand for other pages.',
    source: `${LOGGING_START}; vfio_ioctl_device_feature_logging_report`,
  },
  'vfio/logging-range-count': {
    severity: 'error',
    title: 'a DMA log is started over no range, or over too many',
    explanation:
      'The kernel takes from 1 up to as many as fill one of its pages, 16 bytes each: 256 where pages have 4 KiB, 4096 where they have 64 KiB. It answers EINVAL to none and E2BIG to more; drivers may take fewer. Join ranges.',
    source: LOGGING_START,
  },
  'vfio/logging-range-misaligned': {
    severity: 'error',
    title: 'a range of a DMA log does not start and end at pages',
    explanation: 'The kernel refuses it with EINVAL: no log is kept, and pages that the device writes would be lost.',
    source: LOGGING_START,
  },
  'vfio/logging-range-overflow': {
    severity: 'error',
    title: 'a range of a DMA log leaves the address space',
    explanation: 'Address and length together are above 2^64; the kernel refuses it with EOVERFLOW.',
    source: LOGGING_START,
  },
  'vfio/logging-range-overlap': {
    severity: 'error',
    title: 'ranges of a DMA log overlap',
    explanation: 'The kernel refuses them with EINVAL. Join them.',
    source: LOGGING_START,
  },
  'vfio/dma-buf-request': {
    severity: 'error',
    title: 'a DMA buffer is asked for in a way that no kernel knows',
    explanation: 'The flags are 0, and there is at least one range; the kernel refuses anything else with EINVAL.',
    source: 'linux/vfio.h VFIO_DEVICE_FEATURE_DMA_BUF',
  },
})
