import { defineCodes } from '../../findings/index.ts'

const SOURCE = 'cloud-hypervisor vm-migration/src/protocol.rs'

export const cloudCodes = defineCodes({
  'dirty-bitmap/cloud-table-size': {
    severity: 'error',
    title: 'a memory range table is not a whole number of ranges',
    explanation: 'Each takes 16 bytes. The receiver stops with an assertion.',
    source: `${SOURCE} MemoryRangeTable::read_from`,
  },
  'dirty-bitmap/cloud-range-overlap': {
    severity: 'warning',
    title: 'memory ranges overlap',
    explanation:
      'The bytes of both are sent, and what comes later wins. A sender makes ranges from a bitmap: none overlap.',
    source: SOURCE,
  },
  'dirty-bitmap/cloud-range-outside': {
    severity: 'error',
    title: 'a memory range lies outside of guest memory',
    explanation: 'The receiver cannot write it, and the migration fails.',
    source: SOURCE,
  },
  'dirty-bitmap/cloud-range-page': {
    severity: 'warning',
    title: 'a memory range is not whole pages',
    explanation: 'Dirty ranges come from a bitmap of pages of 4 KiB or more. Address or length is damaged.',
    source: SOURCE,
  },
  'dirty-bitmap/cloud-range-empty': {
    severity: 'info',
    title: 'a memory range has no bytes',
    explanation: 'It does nothing: a sender makes ranges from runs of dirty pages, which are never empty.',
    source: SOURCE,
  },
  'dirty-bitmap/cloud-command': {
    severity: 'error',
    title: 'the command is unknown',
    explanation: 'The receiver refuses the request and the migration fails.',
    source: `${SOURCE} Request::read_from`,
  },
  'dirty-bitmap/cloud-version': {
    severity: 'error',
    title: 'the protocol version of the sender is not supported',
    explanation: 'A receiver takes its own version and the one before, and refuses others at the start.',
    source: `${SOURCE} supported_protocol_versions`,
  },
  'dirty-bitmap/cloud-content': {
    severity: 'error',
    title: 'the bytes of memory do not agree with the table',
    explanation: 'The receiver takes the next request for memory, or memory for a request.',
    source: SOURCE,
  },
  'dirty-bitmap/cloud-content-missing': {
    severity: 'info',
    title: 'the bytes of memory are not here',
    explanation: 'The capture has the table only.',
    source: SOURCE,
  },
  'dirty-bitmap/cloud-status': {
    severity: 'error',
    title: 'the status of an answer is unknown',
    explanation: 'It is 1 (ok) or 2 (error); the sender gives up.',
    source: `${SOURCE} Response::read_from`,
  },
  'dirty-bitmap/cloud-refused': {
    severity: 'warning',
    title: 'the receiver reports an error',
    explanation: 'The sender aborts the migration; the reason stands in the log of the receiver only.',
    source: `${SOURCE} Response::ok_or_fatal_error`,
  },
})

export type CloudCode = keyof typeof cloudCodes.entries
