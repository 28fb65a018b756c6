import { defineCodes } from '../../findings/index.ts'
import { iceState, iceState2023 } from './state.layout.ts'

const SOURCE = 'Jacob Keller, ice: add support for live migration, 2025, virt/migration.c'

export const iceCodes = defineCodes({
  'vf-state/ice-no-header': {
    severity: 'error',
    title: 'the first part is not the header',
    explanation:
      'The destination refuses the state with EBADMSG. It starts at a wrong offset, or is of another driver.',
    source: SOURCE,
  },
  'vf-state/ice-magic': {
    severity: 'error',
    title: 'the header has another magic than 0xe8000001',
    explanation: 'The destination refuses the state with EPROTONOSUPPORT.',
    source: SOURCE,
  },
  'vf-state/ice-version': {
    severity: 'error',
    title: 'the header has another version than 1',
    explanation: 'The destination refuses the state with EPROTONOSUPPORT.',
    source: SOURCE,
  },
  'vf-state/ice-unsupported-type': {
    severity: 'error',
    title: 'a part has a type that is not supported',
    explanation:
      'It is not below the number that the header states, or not among those of the driver (0 to 10). The destination refuses the whole state with EPROTONOSUPPORT.',
    source: SOURCE,
  },
  'vf-state/ice-unaligned': {
    severity: 'error',
    title: 'the length of a part is not a multiple of 4',
    explanation: 'The destination refuses the state with ENOSPC.',
    source: SOURCE,
  },
  'vf-state/ice-length': {
    severity: 'error',
    title: 'a part does not have the length of its type',
    explanation:
      'The driver does not compare them: of a shorter part it takes bytes of the next one, of a longer one it leaves the rest. The part is of another driver version, or damaged.',
    source: iceState.facts.source,
  },
  'vf-state/ice-past-end': {
    severity: 'error',
    title: 'a part claims more bytes than there are',
    explanation: 'The state was cut, or the length is damaged. The destination refuses it with ENOSPC.',
    source: SOURCE,
  },
  'vf-state/ice-no-end': {
    severity: 'error',
    title: 'the part that ends the state is missing',
    explanation: 'The state was cut: the destination looks for it behind the last byte, and fails with ENOSPC.',
    source: SOURCE,
  },
  'vf-state/ice-after-end': {
    severity: 'warning',
    title: 'bytes follow the end of the state',
    explanation: 'The destination stops at the end: whatever follows is not restored.',
    source: SOURCE,
  },
  'vf-state/ice-no-vf-info': {
    severity: 'error',
    title: 'the general configuration of the VF is missing',
    explanation: 'The destination refuses a state without VF_INFO with EINVAL.',
    source: SOURCE,
  },
  'vf-state/ice-queue': {
    severity: 'error',
    title: 'a queue or vector is for a number that the VF does not have',
    explanation:
      'They count from 0 to the numbers in VF_INFO. The destination fails with EINVAL in the middle of its restore.',
    source: SOURCE,
  },
  'vf-state/ice-head': {
    severity: 'error',
    title: 'the head of a queue lies outside its ring',
    explanation:
      'The destination fails with EINVAL for transmit queues. For receive queues it gives the number to the device as it is.',
    source: SOURCE,
  },
  'vf-state/ice-tail': {
    severity: 'info',
    title: 'the tail of a receive queue lies outside its ring',
    explanation:
      'The driver of the series stores the address of the tail register, not its content. The destination writes the number to the register: the device may receive into buffers that the guest has not given it.',
    source: `${SOURCE}, ice_migration_save_rx_queues`,
  },
})

export type IceCode = keyof typeof iceCodes.entries

export const ice2023Codes = defineCodes({
  'vf-state/ice-2023-version': {
    severity: 'error',
    title: 'the ice state of 2023 has another version than 1',
    explanation: 'The destination refuses it. All revisions of the series have version 1.',
    source: iceState2023.facts.source,
  },
  'vf-state/ice-2023-size': {
    severity: 'error',
    title: 'the ice state of 2023 is shorter than it states',
    explanation: 'The state was cut, or its size is damaged.',
    source: iceState2023.facts.source,
  },
  'vf-state/ice-2023-opaque': {
    severity: 'info',
    title: 'most of the ice state of 2023 is not decoded',
    explanation:
      'Revisions of the series put other fields behind the number of queues, all under version 1, and none was merged: what the bytes are cannot be told. They are kept.',
    source: iceState2023.facts.source,
  },
})
