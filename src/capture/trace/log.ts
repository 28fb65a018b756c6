import type { Path } from '../../findings/index.ts'
import type {
  AnyType,
  CodeEntries,
  Format,
  Json,
  JsonSchema,
  Located,
  OptionMap,
  OptionValues,
} from '../../layout/index.ts'
import type { DesignName, TraceEvent } from '../../protocol/index.ts'
import type { Line } from './lines.ts'

/** A line that says nothing in the language of its log. */
export interface TextRecord {
  kind: 'text'
  text: string
}

/** What a line says, and what keeps it exact. */
export type Kept<R> = R & {
  /** The line as it stands, where it is not written the usual way; what it says stands beside it, and may not differ. */
  raw?: string
  /** How the line ends, where that is not a line feed. */
  end?: 'crlf' | 'none'
}

/** A log: one record a line. */
export interface Log<R extends object> {
  records: Kept<R | TextRecord>[]
}

/** A part of a line: the characters of one member of its record. */
export interface Span {
  readonly path: Path
  readonly start: number
  readonly end: number
  readonly value: unknown
  readonly type?: AnyType
  readonly bits?: Located['bits']
}

/** An event, and the record that it comes from. */
export interface Step {
  readonly record: number
  readonly event: TraceEvent
}

/** One language of logs. */
export interface LogLanguage<R extends object> {
  readonly name: string
  readonly title: string
  readonly source: string
  readonly detect: Format['detect']
  /** Besides `side` and `design`. */
  readonly options?: OptionMap
  readonly structures?: Format['structures']
  readonly codes?: CodeEntries
  /** Severity of lines that are not understood: info where other output goes to the same file. */
  readonly strangers: 'warning' | 'info'
  /** What a line says; undefined where that is nothing in this language. */
  read(text: string, options: OptionValues): R | undefined
  /** The usual text of a record. @throws EncodeError */
  write(record: R, options: OptionValues): string
  /** Parts of a line, in order. */
  spans(record: R, text: string, options: OptionValues): Span[]
  toJson(record: R): Json
  /** @throws EncodeError */
  fromJson(json: { readonly [name: string]: Json }, path: Path, options: OptionValues): R
  /** Members of a record's JSON. */
  readonly schemas: readonly JsonSchema[]
  events(log: Log<R>, options: OptionValues): Step[]
  /** The design of logs whose registers could be those of several. */
  readonly registersOf?: DesignName
  /** Findings besides those of events. */
  judge?(log: Log<R>, lines: readonly Line[], options: OptionValues): RecordFinding[]
}

/** A finding about a record; its place is that of the line. */
export interface RecordFinding {
  readonly record: number
  readonly code: string
  readonly message: string
  readonly severity?: 'error' | 'warning' | 'info'
  readonly hint?: string
  readonly source?: string
  /** Below the record. */
  readonly path?: Path
}

/** A format of logs, which also gives what happened. */
export interface LogFormat<R extends object> extends Format<Log<R>> {
  /** What the log says, in the words of all traces. */
  events(log: Log<R>, options?: OptionValues): Step[]
}
