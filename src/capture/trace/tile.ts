import type { Path } from '../../findings/index.ts'
import { type Located, u8 } from '../../layout/index.ts'
import { byteOffsets } from './exact-text.ts'
import { LINE_ENDS, type Line } from './lines.ts'
import type { Span } from './log.ts'

/**
 * Fields of a line that together take all of its bytes: each part goes up to the next one, so that quotes, names and
 * blanks between them belong to the part before, and those in front to the first.
 */
export function tiled(line: Line, spans: readonly Span[], below: Path): Located[] {
  const at = byteOffsets(line.text, line.length - LINE_ENDS[line.end].length)
  const starts = [...new Set(spans.map(({ start }) => start))].sort((a, b) => a - b)
  const ends = new Map(starts.map((start, index) => [start, starts[index + 1]]))
  const first = starts[0]
  return spans.map(({ path, start, value, type, bits }) => {
    const from = start === first ? 0 : at(start)
    const next = ends.get(start)
    const to = next === undefined ? line.length : at(next)
    return {
      path: [...below, ...path],
      offset: line.offset + from,
      length: to - from,
      type: type ?? u8,
      value,
      ...(bits === undefined ? {} : { bits }),
    }
  })
}
