const ROW = 16
/** Rows in one piece of text: large enough to be quick, small enough to stream. */
const ROWS_PER_PIECE = 4096

const HEX_PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const SHOWN: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
)

/** The text that `xxd` prints for the bytes. */
export function writeXxd(bytes: Uint8Array): string {
  return [...xxdPieces(bytes)].join('')
}

/** The same text in pieces, for output too large for one string. */
export function* xxdPieces(bytes: Uint8Array): Generator<string> {
  yield* pieces(bytes, xxdRow)
}

/** The text that `hexdump -C` prints for the bytes, repeated rows as `*`. */
export function writeHexdump(bytes: Uint8Array): string {
  return [...hexdumpPieces(bytes)].join('')
}

/** The same text in pieces, for output too large for one string. */
export function* hexdumpPieces(bytes: Uint8Array): Generator<string> {
  yield* pieces(bytes, hexdumpRow)
  if (bytes.length > 0) yield `${offsetText(bytes.length)}\n`
}

function* pieces(bytes: Uint8Array, row: (bytes: Uint8Array, at: number) => string): Generator<string> {
  let text = ''
  let rows = 0
  for (let at = 0; at < bytes.length; at += ROW) {
    text += row(bytes, at)
    rows += 1
    if (rows % ROWS_PER_PIECE !== 0) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}

function offsetText(offset: number): string {
  return offset.toString(16).padStart(8, '0')
}

function xxdRow(bytes: Uint8Array, at: number): string {
  const end = Math.min(at + ROW, bytes.length)
  let cells = ''
  let text = ''
  for (let position = at; position < end; position++) {
    const byte = bytes[position] as number
    cells += position % 2 === 0 ? ` ${HEX_PAIRS[byte]}` : HEX_PAIRS[byte]
    text += SHOWN[byte]
  }
  return `${offsetText(at)}:${cells.padEnd(40)}  ${text}\n`
}

function hexdumpRow(bytes: Uint8Array, at: number): string {
  if (repeats(bytes, at)) return repeats(bytes, at - ROW) ? '' : '*\n'
  const end = Math.min(at + ROW, bytes.length)
  let cells = ''
  let text = ''
  for (let position = at; position < end; position++) {
    const byte = bytes[position] as number
    cells += position % ROW === 8 ? `  ${HEX_PAIRS[byte]}` : ` ${HEX_PAIRS[byte]}`
    text += SHOWN[byte]
  }
  return `${offsetText(at)} ${cells.padEnd(49)}  |${text}|\n`
}

/** Whether the whole row at `at` equals the row before it. */
function repeats(bytes: Uint8Array, at: number): boolean {
  if (at < ROW || at + ROW > bytes.length) return false
  for (let position = at; position < at + ROW; position++) if (bytes[position] !== bytes[position - ROW]) return false
  return true
}

/** One row of lspci's hex dump. */
export function lspciRow(bytes: Uint8Array, at: number): string {
  const end = Math.min(at + ROW, bytes.length)
  let text = `${at.toString(16).padStart(2, '0')}:`
  for (let position = at; position < end; position++) text += ` ${HEX_PAIRS[bytes[position] as number]}`
  return `${text}\n`
}
