import { defineCodes } from '../../findings/index.ts'
import { sources } from '../sources.ts'

/** The first series of October 2015: dummy writes, state in the PF, recorded registers. */
export const selfEmulationCodes = defineCodes({
  'protocol/dummy-write-race': {
    severity: 'error',
    title: 'a ring page was sent with a completed descriptor whose data was not',
    explanation:
      'The dummy write of a ring page also takes descriptors along that were completed since; if the guest stops before their buffers are dirtied, they claim data that never arrives. Dirty the buffers no later than the ring, after the device has stopped.',
    source: `S3-O1: ${sources.v1Duyck}`,
  },
  'protocol/mapped-page-sent': {
    severity: 'info',
    title: 'a page was sent while it was mapped for receiving',
    explanation:
      'It will be sent again when data has arrived. An emulated IOMMU would know the mapping and skip the page until it is unmapped.',
    source: `S3-O3: ${sources.v1Duyck}`,
  },
  'protocol/tracking-slows-traffic': {
    severity: 'info',
    title: 'with dirty tracking the device moves less than half of what it did before',
    explanation:
      'Tracking in the path of every packet, by an emulated IOMMU above all, can cost more than assignment gains; then a virtio device, which migrates anyway, is better.',
    source: `S3-O4: ${sources.v1Williamson}`,
  },
  'protocol/blob-layout-differs': {
    severity: 'error',
    title: 'the two hosts differ in the kernel structure that the PF blob is',
    explanation:
      'The blob has no version. A write of another size is dropped while the writer sees success; one of the same size and another layout is taken for what it is not. Both kernels have to be of one build.',
    source: `S3-O5: ${sources.v1Series}, by derivation`,
  },
  'protocol/dummy-write-not-atomic': {
    severity: 'error',
    title: 'a dummy write is not atomic',
    explanation:
      'The compiler may drop an assignment of a byte to itself, so that nothing is marked; and a write that comes between the read and the write back is undone. Use an atomic or volatile access.',
    source: `S3-O6: ${sources.v1Series}, by derivation`,
  },
  'protocol/resume-before-state': {
    severity: 'error',
    title: 'the VF resumes before the PF has its state',
    explanation:
      'On NOTIFY_RESUME the PF programs filters and enables from its record, which is still that of an unused VF. Write state_in_pf first.',
    source: sources.v1Series,
  },
  'protocol/head-register-written': {
    severity: 'error',
    title: 'a head register is restored by writing it',
    explanation:
      'RDH and TDH are read-only and 0 after a reset; the write does nothing and the ring starts at another entry than the device. Shift the ring instead.',
    source: sources.v1Series,
  },
  'protocol/ring-shift-incomplete': {
    severity: 'error',
    title: 'a ring was rotated without the array that belongs to it',
    explanation: 'Descriptors and buffers no longer match: packets are delivered from the wrong page.',
    source: sources.v1Series,
  },
  'protocol/recording-shared': {
    severity: 'error',
    title: 'two devices record their registers in one array',
    explanation:
      'The array of the series is global: the second VF of a guest overwrites what the first recorded, and both are restored with the same values.',
    source: sources.v1Series,
  },
})
