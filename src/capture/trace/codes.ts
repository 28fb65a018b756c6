import { defineCodes } from '../../findings/index.ts'

/** What can be said of any log. */
export const traceLogCodes = defineCodes({
  'trace/nothing-understood': {
    severity: 'error',
    title: 'no line of the log is understood',
    explanation:
      'The text is not of the kind that it was said to be, or another version of the program wrote it. Let vfmig detect it, or name another format with --as.',
  },
  'trace/unknown-line': {
    severity: 'warning',
    title: 'lines of the log are not understood',
    explanation:
      'They are kept as they are and nothing is taken from them. Other output in the same file is harmless; a line that was cut or damaged may hide an event, so that rules about order judge too much or too little.',
  },
  'trace/no-final-line-end': {
    severity: 'info',
    title: 'the last line has no end',
    explanation: 'The log may have been cut, or was still being written. Events behind the cut are missing.',
  },
  'trace/unknown-names': {
    severity: 'info',
    title: 'trace events of other names',
    explanation: 'Their lines are kept, counted by name, and not judged. What VFIO and migration trace is known.',
  },
  'trace/design-not-named': {
    severity: 'info',
    title: 'the design of a trace is not told by its events',
    explanation:
      'Rules belong to designs, and the events fit several, or none by content. Name it with --set design=NAME to have the trace judged; `vfmig simulate --list` lists the designs.',
  },
  'trace/bad-event': {
    severity: 'error',
    title: 'a line is JSON and not an event of a trace',
    explanation:
      'Each line of a trace is an object with at, side, kind and the members of the kind. The message names what does not fit; the line is kept and not judged.',
  },
  'trace/record-differs': {
    severity: 'error',
    title: 'a record is not what its line would say',
    explanation:
      'A record keeps the line in raw where it is not written the usual way, and some members follow from others. After a change in one place the record would not come back as it was given. Change all of them, or leave raw out.',
  },
})

export type TraceLogCode = keyof typeof traceLogCodes.entries
