/** Values of a description; QEMU's largest machines have some 500 thousand. */
const MOST_VALUES = 2 ** 20
/** Levels that are parsed; what deep structures come to is said of their place. */
const DEEPEST = 2 ** 16

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c

/** Brackets and braces differ in one bit. */
const CASE = 0x20
const OPENS = 0x7b
const CLOSES = 0x7d

/**
 * Why JSON is not parsed, as a clause; undefined where it may be. Parsed values take up to a hundred times the memory of
 * their bytes, and only what is counted beforehand can be refused.
 */
export function tooHeavy(json: Uint8Array): string | undefined {
  let values = 0
  let depth = 0
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] as number
    if (byte === QUOTE) at = closingQuote(json, at)
    else if (byte === COMMA) values += 1
    else if ((byte | CASE) === OPENS) {
      values += 1
      depth += 1
      if (depth > DEEPEST) return `is nested more than ${DEEPEST} levels deep`
    } else if ((byte | CASE) === CLOSES) depth -= 1
    if (values > MOST_VALUES) return `has more than ${MOST_VALUES} values`
  }
  return undefined
}

function closingQuote(json: Uint8Array, from: number): number {
  for (let at = from + 1; at < json.length; at += 1) {
    if (json[at] === BACKSLASH) at += 1
    else if (json[at] === QUOTE) return at
  }
  return json.length
}
