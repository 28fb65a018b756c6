/** Where postcopy stands, as a destination follows it. */
export type PostcopyPhase = 'none' | 'advised' | 'discarding' | 'listening' | 'running'

/** What the commands of a stream say of all of it. */
export interface Progress {
  /** Whether the stream goes on after a failure of postcopy. */
  readonly isResumed: boolean
  /** Whether COLO is on: state is sent again and again. */
  readonly usesColo: boolean
  /** Whether devices come while memory is still missing. */
  readonly usesPostcopy: boolean
}
