import { defineCodes } from '../../findings/index.ts'
import { qatState } from './state.layout.ts'

const SOURCE = qatState.facts.source

export const qatCodes = defineCodes({
  'vf-state/qat-magic': {
    severity: 'error',
    title: 'no second image follows the set-up of the QAT VF',
    explanation:
      'The magic is another one, and the destination refuses the state with EINVAL. The capture was cut after PRE_COPY and filled up, or the size of the first image is damaged.',
    source: SOURCE,
  },
  'vf-state/qat-version': {
    severity: 'error',
    title: 'a QAT image has a newer version than 1',
    explanation: 'The driver takes version 1 and older ones, and fails with EINVAL for newer ones.',
    source: SOURCE,
  },
  'vf-state/qat-preamble-length': {
    severity: 'error',
    title: 'the preamble of a QAT image does not have 16 bytes',
    explanation:
      'The driver writes 16. It takes any length below the size of its buffer, and looks for sections behind it.',
    source: SOURCE,
  },
  'vf-state/qat-image-past-end': {
    severity: 'error',
    title: 'a QAT image claims more bytes than there are',
    explanation: 'The capture was cut, or the size is damaged: the destination fails with EINVAL or waits for more.',
    source: SOURCE,
  },
  'vf-state/qat-section-past-end': {
    severity: 'error',
    title: 'a section runs past the end of what it stands in',
    explanation: 'The driver checks every section against its image, and sub-sections against theirs: EINVAL.',
    source: SOURCE,
  },
  'vf-state/qat-section-count': {
    severity: 'error',
    title: 'there are not as many sections as stated',
    explanation:
      'The driver goes by the number: it does not find sections beyond it, and takes other bytes for sections where there are fewer.',
    source: SOURCE,
  },
  'vf-state/qat-missing-section': {
    severity: 'error',
    title: 'a section is missing that the driver loads',
    explanation: 'The destination fails with EINVAL. The state is of another driver version, or damaged.',
    source: SOURCE,
  },
  'vf-state/qat-duplicate-section': {
    severity: 'warning',
    title: 'a section stands there twice',
    explanation: 'The driver takes the first of a name, and the second is lost without a word.',
    source: SOURCE,
  },
  'vf-state/qat-unknown-section': {
    severity: 'info',
    title: 'a section has a name that is not known',
    explanation: 'The driver looks only for the names that it knows; whatever else there is, is not restored.',
    source: SOURCE,
  },
  'vf-state/qat-section-size': {
    severity: 'error',
    title: 'a section does not have the size of its content',
    explanation:
      'The driver fails with EINVAL where it compares the size: masks have at most 8 bytes, registers 4, iovinit and compver 1. It does not compare that of the registers of a bank (472), and reads past the section.',
    source: SOURCE,
  },
  'vf-state/qat-length': {
    severity: 'warning',
    title: 'the QAT state does not have 4096 bytes',
    explanation:
      'The driver always gives 4096. With fewer the destination loads its buffer of 4096 bytes as it is, what was not written being left from before; more are refused with ENOMEM.',
    source: 'linux drivers/vfio/pci/qat/main.c, qat_vf_resume_write',
  },
  'vf-state/qat-setup-only': {
    severity: 'info',
    title: 'the QAT state is its set-up alone',
    explanation: 'That is what the driver gives in PRE_COPY. The rest follows once the device is stopped.',
    source: 'linux drivers/vfio/pci/qat/main.c, qat_vf_save_setup',
  },
  'vf-state/qat-padding': {
    severity: 'info',
    title: 'bytes behind the images are not zero',
    explanation:
      'They are kept. The driver does not clear its buffer: they are memory of the source, or left from an earlier, longer state.',
    source: SOURCE,
  },
  'vf-state/qat-compat-unknown': {
    severity: 'info',
    title: 'the version of the VF driver is not known',
    explanation: 'The guest had no driver for the VF yet. The destination takes the state and warns in its log.',
    source: SOURCE,
  },
})

export type QatCode = keyof typeof qatCodes.entries
