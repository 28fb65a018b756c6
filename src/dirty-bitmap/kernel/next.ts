/** Where the last search stopped. */
const NEXT = memory.data(8, 8)

/** First number that the last call of `pages` or `ranges` left; the greatest number where it came to the end. */
export function next(): u32 {
  return load<u32>(NEXT)
}

// @ts-expect-error: decorator
@inline
export function stopAt(bit: usize): void {
  store<u32>(NEXT, <u32>bit)
}

// @ts-expect-error: decorator
@inline
export function stopAtEnd(): void {
  store<u32>(NEXT, u32.MAX_VALUE)
}
