/** Text from an input, safe to print: control, formatting and direction characters are escaped. */
export function printable(text: string): string {
  // Nearly every text is plain, and telling so is cheap.
  if (/^[ -~]*$/.test(text)) return text
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) as number
    return code > 0xff ? `\\u{${code.toString(16)}}` : `\\x${code.toString(16).padStart(2, '0')}`
  })
}
