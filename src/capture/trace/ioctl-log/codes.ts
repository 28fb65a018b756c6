import { defineCodes } from '../../../findings/index.ts'

const RECORDER = 'form of the log: one JSON object a call, with the argument before and after'

/** What can be said of a log of ioctls. */
export const ioctlLogCodes = defineCodes({
  'trace/unknown-request': {
    severity: 'info',
    title: 'a request number that VFIO does not have',
    explanation:
      'The kernel answers ENOTTY, or knows more than this program. The argument is kept as bytes. Numbers from 0x3b7a on belong to iommufd and to drivers.',
    source: 'linux/vfio.h',
  },
  'trace/wrong-file': {
    severity: 'warning',
    title: 'a request is asked of a kind of file that does not have it',
    explanation:
      'VFIO uses its numbers again for other kinds of files: the kernel takes the request for another one, or answers ENOTTY. Either the program asks the wrong descriptor, or the recorder names the wrong kind; the argument is kept as bytes.',
    source: 'linux/vfio.h',
  },
  'trace/name-differs': {
    severity: 'warning',
    title: 'the name of a request is not that of its number',
    explanation: 'The number and the kind of file count. The recorder took one of the other meanings of the number.',
    source: RECORDER,
  },
  'trace/argument-short': {
    severity: 'warning',
    title: 'an argument was recorded shorter than its argsz',
    explanation:
      'The kernel reads argsz bytes, so that what it saw is not all there. Record as many bytes as argsz says.',
    source: RECORDER,
  },
  'trace/argument-sizes-differ': {
    severity: 'warning',
    title: 'an argument has another size after the call than before it',
    explanation:
      'Both are the same memory. One of them was cut, or lines were mixed up; what is missing cannot be compared.',
    source: RECORDER,
  },
  'trace/argument-undecoded': {
    severity: 'warning',
    title: 'an argument is not the structure of its request',
    explanation:
      'It is kept as bytes. The recorder took too few bytes, the machine has the other byte order (--set byteOrder=big), or the request is another one.',
    source: RECORDER,
  },
  'trace/error-without-failure': {
    severity: 'warning',
    title: 'result and error number do not fit each other',
    explanation:
      'A call that fails returns -1 and sets errno; one that succeeds leaves errno as it was. A recorder that keeps errno of a call before makes good calls look bad.',
    source: RECORDER,
  },
  'trace/sequence-gap': {
    severity: 'warning',
    title: 'the numbers of the lines do not go on by one',
    explanation: 'Lines are missing, doubled or in another order: rules about order judge what is there.',
    source: RECORDER,
  },
  'trace/data-size-differs': {
    severity: 'warning',
    title: 'the data is not as long as the call says',
    explanation: 'Device state is missing from the log, so that collecting it does not give what was transferred.',
    source: RECORDER,
  },
})

export type IoctlLogCode = keyof typeof ioctlLogCodes.entries
