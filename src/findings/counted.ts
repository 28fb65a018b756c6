/** A number with what it counts, for messages: `1 byte`, `2 bytes`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}
