const BLOCK = 512

/** A tar archive (ustar) of files, as small as it can be. */
export function tarOf(files: readonly (readonly [path: string, bytes: Uint8Array])[]): Uint8Array {
  const blocks: Uint8Array[] = []
  for (const [path, bytes] of files) {
    const padded = new Uint8Array(Math.ceil(bytes.length / BLOCK) * BLOCK)
    padded.set(bytes)
    blocks.push(header(path, bytes.length), padded)
  }
  blocks.push(new Uint8Array(2 * BLOCK))
  return Uint8Array.from(blocks.flatMap((block) => [...block]))
}

function header(path: string, size: number): Uint8Array {
  const block = new Uint8Array(BLOCK)
  const put = (at: number, text: string) => block.set(new TextEncoder().encode(text), at)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  put(0, path)
  put(100, '0000644\0')
  put(124, `${octal(size, 11)}\0`)
  put(136, `${octal(0, 11)}\0`)
  // The checksum counts its own place as blanks.
  put(148, '        ')
  put(156, '0')
  put(257, 'ustar\x0000')
  put(
    148,
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
  )
  return block
}
