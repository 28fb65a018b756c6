/** Narrower than this, text is not wrapped: the terminal breaks it anyhow. */
const LEAST = 24

/** Width to wrap text to: that of the terminal; undefined in a pipe, where whoever searches wants whole lines. */
export function textWidth({ isTTY, columns }: { isTTY?: boolean; columns?: number }): number | undefined {
  return isTTY === true && columns !== undefined && columns > 0 ? columns : undefined
}

/**
 * Breaks text between words, so that each line fits behind an indent. Words that are longer stay whole.
 *
 * @param indent columns in front of the first line, which the caller writes; the other lines come with theirs
 * @returns the lines, at least one
 */
export function wrap(text: string, indent: number, width: number | undefined): string[] {
  const room = (width ?? 0) - indent
  if (room < LEAST || text.length <= room) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.map((part, index) => (index === 0 ? part : `${' '.repeat(indent)}${part}`))
}
