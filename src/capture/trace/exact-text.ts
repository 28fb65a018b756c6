// Logs hold whatever a program wrote. A byte that is not UTF-8 becomes a lone low surrogate (0xDC00 + byte), which no
// valid text has, so that every run of bytes has a text and comes back from it.

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const ESCAPE = 0xdc00
const LONE = /\p{Surrogate}/u

/** The text of any bytes. */
export function exactText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes)
  } catch {
    return escapedText(bytes)
  }
}

/** The bytes of a text; undefined for one that `exactText` never gives. */
export function exactBytes(text: string): Uint8Array | undefined {
  if (!LONE.test(text)) return encoder.encode(text)
  const runs: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) as number
    if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) runs.push(code - ESCAPE)
    else if (code >= 0xd800 && code <= 0xdfff) return undefined
    else for (const byte of encoder.encode(character)) runs.push(byte)
  }
  const bytes = Uint8Array.from(runs)
  return exactText(bytes) === text ? bytes : undefined
}

/** Where each character of a text starts in its bytes, and where the last one ends. */
export function byteOffsets(text: string, size: number): (index: number) => number {
  if (text.length === size) return (index) => index
  const starts = new Uint32Array(text.length + 1)
  for (let index = 0; index < text.length; index++) {
    starts[index + 1] = (starts[index] as number) + unitSize(text, index)
  }
  return (index) => starts[index] as number
}

/** Bytes of one UTF-16 unit; the second of a pair counts none. */
function unitSize(text: string, index: number): number {
  const unit = text.charCodeAt(index)
  if (unit < 0x80) return 1
  if (unit < 0x800) return 2
  if (unit < 0xd800 || unit > 0xdfff) return 3
  const code = text.codePointAt(index) as number
  if (code > 0xffff) return 4
  const before = index > 0 ? (text.codePointAt(index - 1) as number) : 0
  return before > 0xffff ? 0 : 1
}

function escapedText(bytes: Uint8Array): string {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    if (length === 0) {
      if (at > start) parts.push(strict.decode(bytes.subarray(start, at)))
      parts.push(String.fromCharCode(ESCAPE + (bytes[at] as number)))
      start = at + 1
    }
    at += length || 1
  }
  parts.push(strict.decode(bytes.subarray(start)))
  return parts.join('')
}

/** Length of the valid UTF-8 sequence at a position; 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number
  if (first < 0x80) return 1
  const length =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0
  if (length === 0 || at + length > bytes.length) return 0
  for (let next = 1; next < length; next++) if (((bytes[at + next] as number) & 0xc0) !== 0x80) return 0
  const second = bytes[at + 1] as number
  // Overlong forms, surrogates, and what lies above the last code point.
  const isBad =
    (first === 0xe0 && second < 0xa0) ||
    (first === 0xed && second > 0x9f) ||
    (first === 0xf0 && second < 0x90) ||
    (first === 0xf4 && second > 0x8f)
  return isBad ? 0 : length
}
