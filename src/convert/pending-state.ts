/** Bytes of states that are held at most until it is known whose they are: 16 MiB. */
const MOST_HELD = 2 ** 24

/** What a piece costs besides its bytes. */
const PER_PIECE = 128

/** How much may still be held, shared by all devices of a stream. */
export class HeldStates {
  left = MOST_HELD
}

/** Bytes of a state, and where they lie in the input. */
export interface StatePiece {
  readonly bytes: Uint8Array
  readonly offset: number
}

/**
 * Holds the state of a VFIO device, which comes before the stream says who the device is. A state that is too long to be
 * held is passed on as it comes.
 */
export class PendingState {
  #pieces: StatePiece[] | undefined = []
  #size = 0

  constructor(private readonly held: HeldStates) {}

  /** Whether nothing is passed on yet. */
  get isHeld(): boolean {
    return this.#pieces !== undefined
  }

  /** Takes the next bytes; the pieces that are to be passed on now, which is none while the state is held. */
  add(bytes: Uint8Array, offset: number): readonly StatePiece[] {
    const piece = { bytes: bytes.slice(), offset }
    if (this.#pieces === undefined) return [piece]
    this.#pieces.push(piece)
    this.#size += bytes.length + PER_PIECE
    this.held.left -= bytes.length + PER_PIECE
    return this.held.left < 0 ? this.release() : []
  }

  /** The pieces that are held; from now on they are passed on. */
  release(): readonly StatePiece[] {
    const pieces = this.#pieces ?? []
    this.held.left += this.#size
    this.#size = 0
    this.#pieces = undefined
    return pieces
  }
}
