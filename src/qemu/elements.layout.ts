import { numbersOf } from '../layout/index.ts'

/** What a stream begins with: "QEVM", and its version. */
export const STREAM_MAGIC = 0x5145564d
export const STREAM_VERSION = 3

/** What may follow one another in a stream, by their first byte. */
export const ELEMENTS = {
  0: 'EOF',
  1: 'START',
  2: 'PART',
  3: 'END',
  4: 'FULL',
  5: 'SUBSECTION',
  6: 'VMDESCRIPTION',
  7: 'CONFIGURATION',
  8: 'COMMAND',
  126: 'FOOTER',
} as const

/** What an element is, by its first byte. */
export type ElementName = (typeof ELEMENTS)[keyof typeof ELEMENTS]

/** First bytes of elements. */
export const ELEMENT = numbersOf(ELEMENTS)

export const COMMANDS = {
  0: 'INVALID',
  1: 'OPEN_RETURN_PATH',
  2: 'PING',
  3: 'POSTCOPY_ADVISE',
  4: 'POSTCOPY_LISTEN',
  5: 'POSTCOPY_RUN',
  6: 'POSTCOPY_RAM_DISCARD',
  7: 'PACKAGED',
  8: 'ENABLE_COLO',
  9: 'POSTCOPY_RESUME',
  10: 'RECV_BITMAP',
  11: 'SWITCHOVER_START',
} as const

export type QemuCommandName = (typeof COMMANDS)[keyof typeof COMMANDS]

/** Numbers of commands. */
export const COMMAND = numbersOf(COMMANDS)
