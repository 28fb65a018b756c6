/** Where the quoted text that starts at `at` ends, backslashes being escapes; `stop` where it does not. */
export function quotedEnd(text: string, at: number, stop: number): number {
  for (let next = at + 1; next < stop; next++) {
    if (text[next] === '\\') next += 1
    else if (text[next] === '"') return next
  }
  return stop
}
