import fc from 'fast-check'

/**
 * The choices that a value is made from, one after another. When they run out, every choice is the first one, so that
 * a shorter tape with smaller numbers makes a simpler value: shrinking the tape shrinks the value.
 */
export class Tape {
  private at = 0

  constructor(private readonly choices: readonly number[]) {}

  /** A whole number below `limit`, at most 2^32. */
  below(limit: number): number {
    return this.next() % limit
  }

  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T
  }

  /** True once in `times`; never on an empty tape. */
  rarely(times: number): boolean {
    return this.below(times) === times - 1
  }

  /** `width` bits. */
  bits(width: number): bigint {
    let value = 0n
    for (let left = width; left > 0; left -= 32) value = (value << 32n) | BigInt(this.next())
    return BigInt.asUintN(width, value)
  }

  /** A run of bytes: empty memory, all ones, text, or noise. */
  bytes(length: number): Uint8Array {
    const kind = this.below(4)
    let state = kind < 2 ? 0 : this.next() | 1
    return Uint8Array.from({ length }, () => {
      if (kind < 2) return kind === 0 ? 0 : 0xff
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return kind === 2 ? 0x20 + ((state >>> 8) % 0x5f) : (state >>> 8) & 0xff
    })
  }

  private next(): number {
    const choice = this.choices[this.at] ?? 0
    this.at += 1
    return choice
  }
}

/** Tapes of up to `length` choices. */
export function tapes(length: number): fc.Arbitrary<Tape> {
  // Edges are chosen where values are made: here, all choices are as likely.
  return fc
    .noBias(fc.array(fc.nat({ max: 0xffffffff }), { minLength: 0, maxLength: length, size: 'max' }))
    .map((choices) => new Tape(choices))
}
