import type { BitsType, SpanType } from '../types.ts'
import { snake } from './names.ts'

/** A run of bits as Kaitai reads it: at most 32 of them, in one 32-bit word. */
export interface Piece {
  readonly name: string
  readonly low: number
  readonly width: number
  /** Bits that the piece is shifted by in the number that the member stands for. */
  readonly weight: number
  /** Whether Kaitai gives it an enumeration. */
  readonly named: boolean
  readonly member: SpanType
}

/** The pieces that a member of a word becomes, lowest first. */
export function piecesOf(word: BitsType, memberName: string, member: SpanType): Piece[] {
  const name = snake(memberName)
  if (member.as === 'rest') {
    return restRuns(word).map(([low, high]) => ({
      name: `${name}_${low}_${high}`,
      low,
      width: high - low + 1,
      weight: low,
      named: false,
      member,
    }))
  }
  const { low, high } = member
  if (low < 32 && high >= 32) {
    return [
      { name: `${name}_low`, low, width: 32 - low, weight: 0, named: false, member },
      { name: `${name}_high`, low: 32, width: high - 31, weight: 32 - low, named: false, member },
    ]
  }
  const width = high - low + 1
  // A single bit is a boolean to Kaitai, which takes no enumeration.
  return [
    { name, low, width, weight: member.as === 'in-place' ? low : 0, named: member.as === 'enum' && width > 1, member },
  ]
}

/** Runs of bits without a name, lowest first; none goes across the middle of a 64-bit word. */
function restRuns(word: BitsType): [low: number, high: number][] {
  const runs: [number, number][] = []
  for (let bit = 0; bit < word.word.size * 8; bit++) {
    if (((word.restMask >> BigInt(bit)) & 1n) === 0n) continue
    const last = runs.at(-1)
    if (last !== undefined && last[1] === bit - 1 && bit !== 32) last[1] = bit
    else runs.push([bit, bit])
  }
  return runs
}

/** All pieces of a word in the order in which Kaitai reads them. */
export function piecesInOrder(word: BitsType, order: 'le' | 'be'): Piece[] {
  const pieces = Object.entries(word.members).flatMap(([name, member]) => piecesOf(word, name, member))
  return pieces.sort((a, b) => (order === 'le' ? a.low - b.low : b.low - a.low))
}
