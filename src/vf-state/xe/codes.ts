import { defineCodes } from '../../findings/index.ts'
import { xeState } from './state.layout.ts'

const SOURCE = xeState.facts.source
const MIGRATION = 'linux drivers/gpu/drm/xe/xe_sriov_pf_migration.c'

export const xeCodes = defineCodes({
  'vf-state/xe-version': {
    severity: 'error',
    title: 'a packet has another version than 1',
    explanation: 'The destination refuses it with EINVAL as soon as its header is there.',
    source: SOURCE,
  },
  'vf-state/xe-unknown-type': {
    severity: 'warning',
    title: 'a packet has an unknown type',
    explanation:
      'The destination skips it with a notice in its log: whatever it holds is not restored. Type 0 is data that was never set up.',
    source: 'linux drivers/gpu/drm/xe/xe_gt_sriov_pf_control.c, pf_handle_vf_restore_data',
  },
  'vf-state/xe-no-descriptor': {
    severity: 'warning',
    title: 'the first packet is not the descriptor',
    explanation:
      'Without it, or before it, the destination takes the state of any device: device ID and revision are not compared.',
    source: SOURCE,
  },
  'vf-state/xe-no-trailer': {
    severity: 'error',
    title: 'there is no trailer packet',
    explanation:
      'The trailer tells the destination that all is there. Without it the restore never ends, and leaving RESUMING fails. The stream was cut.',
    source: MIGRATION,
  },
  'vf-state/xe-after-trailer': {
    severity: 'error',
    title: 'a packet follows the trailer',
    explanation: 'The destination has finished its restore by then: the packet comes too late, or fails with EIO.',
    source: MIGRATION,
  },
  'vf-state/xe-trailer-payload': {
    severity: 'error',
    title: 'the trailer has a payload or an offset',
    explanation: 'Both are 0; the destination refuses anything else with EINVAL.',
    source: `${MIGRATION}, pf_handle_trailer`,
  },
  'vf-state/xe-place': {
    severity: 'error',
    title: 'a descriptor or trailer is not for tile 0 and GT 0',
    explanation: 'They are for the whole device; the destination refuses others with EINVAL.',
    source: MIGRATION,
  },
  'vf-state/xe-past-end': {
    severity: 'error',
    title: 'a packet claims more bytes than there are',
    explanation: 'The stream was cut, or the size is damaged. The destination waits for the rest.',
    source: SOURCE,
  },
  'vf-state/xe-vram-overlap': {
    severity: 'warning',
    title: 'two packets hold the same part of the VRAM',
    explanation:
      'The driver goes through the VRAM once. The later packet wins; an offset or a size is damaged, or parts of two streams were put together.',
    source: 'linux drivers/gpu/drm/xe/xe_gt_sriov_pf_migration.c',
  },
  'vf-state/xe-flags': {
    severity: 'info',
    title: 'the flags of a packet are not 0',
    explanation: 'No flag is known, and the driver does not look at them.',
    source: SOURCE,
  },
  'vf-state/xe-descriptor-size': {
    severity: 'error',
    title: 'the descriptor is not a whole number of words',
    explanation: 'It holds keys and values in words of 4 bytes; the destination refuses others with EINVAL.',
    source: SOURCE,
  },
  'vf-state/xe-klv-incomplete': {
    severity: 'error',
    title: 'a key of the descriptor claims more words than there are',
    explanation: 'The destination refuses the descriptor with EINVAL.',
    source: SOURCE,
  },
  'vf-state/xe-klv-length': {
    severity: 'warning',
    title: 'a known key of the descriptor does not have one word',
    explanation: 'The driver compares the first word that follows the key, whatever its length says.',
    source: SOURCE,
  },
  'vf-state/xe-klv-unknown': {
    severity: 'info',
    title: 'a key of the descriptor is not known',
    explanation: 'The destination skips it. It may come from a newer driver.',
    source: SOURCE,
  },
})

export type XeCode = keyof typeof xeCodes.entries
