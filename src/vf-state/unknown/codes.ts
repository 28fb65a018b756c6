import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'statistics of the bytes alone'

/** What can be said of bytes whose layout is not known. */
export const blobCodes = defineCodes({
  'vf-state/blob-opaque': {
    severity: 'info',
    title: 'the bytes are shown without knowing what they mean',
    explanation:
      'No driver with a public layout writes a state like this, or the device keeps the layout to itself. What is said of the bytes follows from their statistics: whether they are text, records, or compressed or encrypted. Two states of one device can still be compared.',
    source: SOURCE,
  },
  'vf-state/blob-zero': {
    severity: 'warning',
    title: 'the state has nothing but zeros',
    explanation:
      'Nothing was saved, or the buffer was captured before the device wrote to it: a destination would start with a device that is not the one that was sent.',
    source: SOURCE,
  },
  'vf-state/blob-empty': {
    severity: 'warning',
    title: 'the state has no bytes',
    explanation:
      'The stream ended before the device gave anything: saving failed on the source, or the capture is empty.',
    source: SOURCE,
  },
})

/** What writing can be refused for. */
export const blobWriteCodes = defineCodes({
  'vf-state/blob-contradiction': {
    severity: 'error',
    title: 'what is said of the bytes does not follow from them',
    explanation:
      'Everything in `profile` is computed from `bytes`. Leave it out where the bytes were changed: it is computed anew.',
    source: SOURCE,
  },
})
