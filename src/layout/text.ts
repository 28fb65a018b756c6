/**
 * Text of a field padded with NUL bytes: one character per byte (Latin-1), without the NUL bytes at the end. Every
 * run of bytes has such a text and comes back from it; who prints it escapes it.
 *
 * @param padded false where no other field states the length: there the NUL bytes are all that tells it
 */
export function textValue(bytes: Uint8Array, padded: boolean): string {
  let length = bytes.length
  while (padded && length > 0 && bytes[length - 1] === 0) length -= 1
  let text = ''
  if (length <= SHORT) for (let at = 0; at < length; at++) text += String.fromCharCode(bytes[at] as number)
  else {
    // Character by character, an engine keeps a node for each: a gigabyte for the longest texts.
    for (let at = 0; at < length; at += PIECE) {
      text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, Math.min(at + PIECE, length)))
    }
  }
  return text
}

/** Names and the like, which are quickest one by one. */
const SHORT = 64
/** So many arguments every engine takes. */
const PIECE = 4096

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
