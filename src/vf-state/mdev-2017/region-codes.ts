import { defineCodes } from '../../findings/index.ts'
import { mdevRegionHead } from './region.layout.ts'

const SOURCE = mdevRegionHead.facts.source

export const regionCodes = defineCodes({
  'vf-state/mdev-run-state': {
    severity: 'error',
    title: 'the run state is neither START nor STOP',
    explanation: 'The driver answers -EFAULT to any other number than 0 and 1.',
    source: SOURCE,
  },
  'vf-state/mdev-region-size': {
    severity: 'warning',
    title: 'the device state region does not have 9437184 bytes',
    explanation:
      'The capture was cut, or is of another region. XenGT files have no run-state byte: decode them as gvt-image.',
    source: SOURCE,
  },
  'vf-state/mdev-image-at-zero': {
    severity: 'error',
    title: 'the image starts at the run-state byte',
    explanation:
      'In the region the image follows the run state. Written like this the first byte would stop the device, and the image is not found. Decode the bytes as gvt-image.',
    source: SOURCE,
  },
  'vf-state/mdev-no-image': {
    severity: 'info',
    title: 'the region has no image',
    explanation: 'It is zero from the start, and filled when somebody reads the state. A destination cannot load it.',
    source: SOURCE,
  },
  'vf-state/mdev-image-while-running': {
    severity: 'info',
    title: 'there is an image while the device runs',
    explanation:
      'After a migration that is how the destination looks. On a source the state was read without stopping the device: it is out of date, and may contradict itself.',
    source: SOURCE,
  },
})
