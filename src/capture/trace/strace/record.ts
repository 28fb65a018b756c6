/** Where a line belongs. */
interface Prefix {
  /** Process or thread. */
  pid?: string
  /** Time as printed: of day, or seconds. */
  time?: string
}

/** A system call that has ended. */
export interface CallRecord extends Prefix {
  kind: 'call'
  name: string
  /** Arguments as printed. */
  arguments: string[]
  /** What stands behind the equals sign. */
  result: string
}

/** A call that another thread's line interrupts. */
export interface UnfinishedRecord extends Prefix {
  kind: 'unfinished'
  name: string
  arguments: string[]
}

/** The end of such a call. */
export interface ResumedRecord extends Prefix {
  kind: 'resumed'
  name: string
  /** Arguments that were printed at the end. */
  arguments: string[]
  result: string
}

/** A row of the data that the call before it moved. */
export interface DataRecord {
  kind: 'data'
  offset: number
  bytes: Uint8Array
}

/** A signal, or the end of a process. */
export interface NoticeRecord extends Prefix {
  kind: 'notice'
  notice: string
}

export type StraceRecord = CallRecord | UnfinishedRecord | ResumedRecord | DataRecord | NoticeRecord
