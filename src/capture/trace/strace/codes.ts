import { defineCodes } from '../../../findings/index.ts'

/** What can be said of a log of strace. */
export const straceCodes = defineCodes({
  'trace/arguments-missing': {
    severity: 'info',
    title: 'strace does not show the arguments of VFIO requests',
    explanation:
      'It prints an address for each structure, so that states, features and sizes are not in the log; rules about them see nothing. Record the argument bytes before and after each call, one JSON object a line, with a small program or an interposed library; the README describes the form (vfio-ioctl-log). Trace events of QEMU (-trace "vfio_*") tell the states, too.',
    source: 'strace 6.1',
  },
  'trace/file-kind-unknown': {
    severity: 'info',
    title: 'the kind of file behind a VFIO request is not known',
    explanation:
      'Numbers mean something else for other kinds of files. Run strace with -y, or from the start, so that the opening of each file is in the log.',
    source: 'linux/vfio.h',
  },
})
