import type { Argument } from './arguments.ts'

/** Members that any record may have. */
interface Common {
  /** Number of the line as the recorder counted. */
  seq?: number
  /** Seconds. */
  time?: number
  /** Name of the device, in logs of several. */
  device?: string
  note?: string
}

/** A request to VFIO: its argument before and after. */
export interface IoctlRecord extends Common {
  kind: 'ioctl'
  /** Kind of file, in the words of the log. */
  fd: string
  /** What the number means for that kind of file; the number in hexadecimal where it means nothing. */
  request: string
  /** What the recorder called it. */
  name?: string
  number: number
  result: number
  /** Name of the error number, a number where it has none; 0 without an error. */
  errno: string | number
  /** Size of the argument in bytes, as recorded. */
  size?: number
  before: Argument
  after: Argument
}

/** Device state that was read or written. */
export interface TransferRecord extends Common {
  kind: 'read' | 'write'
  fd: string
  /** State of the migration, in the words of the recorder. */
  phase?: string
  asked?: number
  result: number
  errno: string | number
  data: Uint8Array
}

/** A file that was closed. */
export interface CloseRecord extends Common {
  kind: 'close'
  fd: string
}

/** Anything else that the recorder thought worth a line. */
export interface NoteRecord extends Common {
  kind: 'note'
  note: string
  data?: Uint8Array
}

export type IoctlLogRecord = IoctlRecord | TransferRecord | CloseRecord | NoteRecord
