/** A table in columns as wide as their longest text; numbers are aligned to the right. */
export function* tableLines(head: readonly string[], rows: readonly (readonly string[])[]): Generator<string> {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const isNumber = head.map((_, column) => rows.every((row) => /^\d/.test(row[column] ?? '')))
  for (const row of all) {
    const cells = row.map((text, column) => {
      const width = widths[column] ?? 0
      return isNumber[column] ? text.padStart(width) : text.padEnd(width)
    })
    yield cells.join('  ').trimEnd()
  }
}
