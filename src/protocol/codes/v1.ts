import { defineCodes } from '../../findings/index.ts'
import { sources } from '../sources.ts'

/** The migration region of the kernel, version 1. */
export const v1Codes = defineCodes({
  'protocol/illegal-state-bits': {
    severity: 'error',
    title: 'the device state has bits that exclude each other',
    explanation:
      'RESUMING goes with neither RUNNING nor SAVING: a device cannot run, or give its state, while it takes one. Drivers refuse the write or fall into the error state. Clear the other bits in the same write and keep those above the three.',
    source: sources.v1Header,
  },
  'protocol/data-overrun': {
    severity: 'error',
    title: 'the staged data does not lie between the header and the end of the region',
    explanation:
      'data_offset is never 0 nor inside the 32 bytes of the header, and data_offset plus data_size does not pass the end of the region. What is read from there is not the state.',
    source: sources.v1Header,
  },
  'protocol/transaction-resized': {
    severity: 'error',
    title: 'the state is written in other pieces than those in which it was read',
    explanation:
      'In version 1 the size of each transaction belongs to the state: a driver may take every data_size for a record of its own. Write as many bytes at a time as the source has read. Version 2 has dropped the rule.',
    source: sources.v1Header,
  },
})
