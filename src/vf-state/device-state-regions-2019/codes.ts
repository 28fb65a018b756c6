import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'Yan Zhao, QEMU VFIO live migration, 19 February 2019'

export const deviceStateBodyCodes = defineCodes({
  'vf-state/stream-flag': {
    severity: 'error',
    title: 'a flag byte announces nothing that the loader knows',
    explanation:
      'Besides CONTINUE it is exactly one of 0, 1, 2 and 4. The loader fails with EINVAL, and since nothing states a length, all that follows in the stream is misread.',
    source: SOURCE,
  },
  'vf-state/stream-flag-continues': {
    severity: 'error',
    title: 'the last flag byte of a body says that another one follows',
    explanation: 'The loader takes the next byte of the stream, which belongs to another section, for a flag.',
    source: SOURCE,
  },
  'vf-state/stream-order': {
    severity: 'warning',
    title: 'the parts of a body are not those that a section has',
    explanation:
      'START holds set-up and, for devices with memory, one memory part; PART a memory part; END an optional memory part, PCI and device config. The loader takes any order, but no published code writes another.',
    source: SOURCE,
  },
  'vf-state/stream-no-config': {
    severity: 'error',
    title: 'the end of the device state has no device config',
    explanation: 'Device config is mandatory. The destination starts a device that has BARs and MSI and no state.',
    source: SOURCE,
  },
  'vf-state/device-config-too-long': {
    severity: 'error',
    title: 'the device config is longer than the region that takes it',
    explanation: 'It cannot be split, and the published loader drops the error: the device starts without its state.',
    source: `${SOURCE}; objection of Cornelia Huck and Alex Williamson`,
  },
  'vf-state/memory-chunk-too-long': {
    severity: 'error',
    title: 'a chunk of device memory is longer than the region that takes it',
    explanation: 'The destination writes it past the region or refuses it.',
    source: SOURCE,
  },
  'vf-state/memory-chunk-position': {
    severity: 'error',
    title: 'a chunk of device memory starts at no multiple of the region length',
    explanation: 'The driver counts chunks of the length of the region; any other position has no chunk.',
    source: SOURCE,
  },
  'vf-state/memory-chunk-overlap': {
    severity: 'error',
    title: 'a chunk of device memory starts before the end of the one in front of it',
    explanation:
      'Bytes of the former chunk are overwritten. The published save loop never advances the position, so that every chunk is the first.',
    source: SOURCE,
  },
  'vf-state/memory-chunk-gap': {
    severity: 'error',
    title: 'a chunk of device memory starts behind the end of the one in front of it',
    explanation: 'The bytes between are never restored.',
    source: SOURCE,
  },
  'vf-state/memory-chunk-empty': {
    severity: 'error',
    title: 'a chunk of device memory is empty',
    explanation: 'It brings the loader no further: a saver that writes such chunks never comes to an end.',
    source: SOURCE,
  },
  'vf-state/memory-past-total': {
    severity: 'error',
    title: 'the chunks of device memory reach past the total length',
    explanation: 'The destination has announced the total to its driver: the last chunk does not fit the buffer.',
    source: SOURCE,
  },
})
