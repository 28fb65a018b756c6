/**
 * Text of a field padded with NUL bytes: one character per byte (Latin-1), without the NUL bytes at the end. Every
 * run of bytes has such a text and comes back from it; who prints it escapes it.
 *
 * @param padded false where no other field states the length: there the NUL bytes are all that tells it
 */
export function textValue(bytes: Uint8Array, padded: boolean): string {
  let length = bytes.length
  while (padded && length > 0 && bytes[length - 1] === 0) length -= 1
  if (length > SHORT) return longText(bytes, length)
  let text = ''
  for (let at = 0; at < length; at++) text += String.fromCharCode(bytes[at] as number)
  return text
}

/** Up to so many bytes, adding characters one by one is faster than a call with all of them. */
const SHORT = 256
/** Characters that one call makes. */
const PIECE = 4096

/** Where each character is added by itself, the text keeps some 32 bytes for each of them. */
function longText(bytes: Uint8Array, length: number): string {
  const pieces: string[] = []
  for (let at = 0; at < length; at += PIECE) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, Math.min(length, at + PIECE))))
  }
  return pieces.join('')
}

/** Bytes of a text padded with NUL to `length`, or undefined when it does not fit or has other characters. */
export function textBytes(value: unknown, length: number | undefined): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length > (length ?? value.length)) return undefined
  const bytes = new Uint8Array(length ?? value.length)
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code > 0xff) return undefined
    bytes[at] = code
  }
  return bytes
}
