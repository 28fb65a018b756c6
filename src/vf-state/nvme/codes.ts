import { defineCodes } from '../../findings/index.ts'
import { nvmeControllerState } from './controller-state.layout.ts'

const { source: SOURCE } = nvmeControllerState.facts

export const nvmeCodes = defineCodes({
  'vf-state/nvme-version': {
    severity: 'warning',
    title: 'the controller state is of a version that is not known',
    explanation:
      'Only version 0 is described. Fields may have another meaning, and a destination takes only the versions that it lists (Identify, supported controller state formats).',
    source: SOURCE,
  },
  'vf-state/nvme-not-suspended': {
    severity: 'warning',
    title: 'the controller was running while its state was read',
    explanation:
      'Heads, tails and phases go on changing, so that commands may be done twice or not at all on the destination. Suspend the controller first, and read its state then.',
    source: SOURCE,
  },
  'vf-state/nvme-state-size': {
    severity: 'error',
    title: 'the size of the controller state is not that of its queues',
    explanation:
      'The header counts dwords up to the vendor specific part: 2 and 6 for each queue. A controller that goes by the size finds the vendor specific part elsewhere.',
    source: SOURCE,
  },
  'vf-state/nvme-vendor-size': {
    severity: 'error',
    title: 'the vendor specific part does not have the size that the header states',
    explanation: 'The capture was cut or holds more than the state; a controller refuses the wrong amount of data.',
    source: SOURCE,
  },
  'vf-state/nvme-queues-cut': {
    severity: 'error',
    title: 'there are fewer queues than the counts say',
    explanation: 'The state was cut: a controller cannot be restored from it. Read it again, to its end.',
    source: SOURCE,
  },
  'vf-state/nvme-queue-pointer': {
    severity: 'error',
    title: 'head or tail of a queue lies behind its end',
    explanation: 'The queue has no such entry: the state is damaged. A controller that trusts it reads foreign memory.',
    source: SOURCE,
  },
  'vf-state/nvme-queue-pointer-last': {
    severity: 'info',
    title: 'head or tail of a queue equals its size',
    explanation:
      'That is the last entry where the size is one less than the number of entries, as in the command that creates a queue. Where it is the number itself, the queue has no such entry.',
    source: SOURCE,
  },
  'vf-state/nvme-queue-completion': {
    severity: 'error',
    title: 'a submission queue names a completion queue that is not there',
    explanation: 'A controller cannot create it: completion queues come first, and commands would have nowhere to end.',
    source: SOURCE,
  },
  'vf-state/nvme-queue-duplicate': {
    severity: 'error',
    title: 'two queues have the same identifier',
    explanation: 'A controller creates a queue of an identifier once; which of the two counts is not said.',
    source: SOURCE,
  },
})
