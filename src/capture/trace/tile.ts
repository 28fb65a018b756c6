import type { Path } from '../../findings/index.ts'
import { type Located, u8 } from '../../layout/index.ts'
import { byteOffsets } from './exact-text.ts'
import { LINE_ENDS, type Line } from './lines.ts'
import type { Span } from './log.ts'

/**
 * Fields of a line that together take all of its bytes: each part goes up to the next one, so that quotes, names and
 * blanks between them belong to the part before, and those in front to the first. Parts without characters take none.
 */
export function tiled(line: Line, spans: readonly Span[], below: Path): Located[] {
  const at = byteOffsets(line.text, line.length - LINE_ENDS[line.end].length)
  const taking = spans.filter(({ start, end }) => end > start).map(({ start }) => start)
  const starts = [...new Set(taking)].sort((a, b) => a - b)
  const next = new Map(starts.map((start, index) => [start, starts[index + 1]]))
  return spans.map(({ path, start, end, value, type, bits }) => {
    const from = start === starts[0] ? 0 : at(start)
    const following = next.get(start)
    const to = following === undefined ? line.length : at(following)
    return {
      path: [...below, ...path],
      offset: line.offset + from,
      length: end > start ? to - from : 0,
      type: type ?? u8,
      value,
      ...(bits === undefined ? {} : { bits }),
    }
  })
}
